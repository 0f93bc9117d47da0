"""What Messenger and Instagram send that their documents say little about."""

from typing import Any

import pytest

from handrail.domain.message import OWN, Kind
from support.channel_reading import holds, only
from support.meta_bench import messaging_event, messaging_webhook

US, CUSTOMER = "1065", "77"
OURS: dict[str, Any] = {"sender": {"id": US}, "recipient": {"id": CUSTOMER}}


class TestOurOwnDoing:
    @pytest.mark.parametrize(
        "part",
        [
            {"message": {"mid": "m", "text": "I am on it"}},
            {"message_edit": {"mid": "m", "text": "I am on it", "num_edit": 1}},
            {"message": {"mid": "m", "is_deleted": True}},
        ],
    )
    def test_what_the_account_did_is_nothing_of_the_customers(self, part: dict[str, Any]) -> None:
        event = {**messaging_event(CUSTOMER), **OURS, **part}
        found = only("instagram", messaging_webhook(event))
        assert (found.kind, found.sender.ids) == (Kind.ECHO, (CUSTOMER,))
        assert (found.details["message_id"], OWN in found.details) == ("m", False)

    def test_what_the_account_likes_holds_nothing(self) -> None:
        event = {**messaging_event(CUSTOMER), **OURS, "reaction": {"mid": "m", "action": "react"}}
        found = only("instagram", messaging_webhook(event))
        holds(found, Kind.LIFECYCLE, None, {"event": "own_reaction", "message_id": "m"})
        assert not found.is_news


class TestWhen:
    @pytest.mark.parametrize("name", ["messenger", "instagram"])
    def test_what_has_no_time_came_when_it_was_sent_to_us(self, name: str) -> None:
        event = {**messaging_event(CUSTOMER, delivery={"mids": ["m"]}), "timestamp": None}
        found = only(name, messaging_webhook(event, time=1_700_000_000_500))
        assert found.occurred_at == 1_700_000_000.5
        comment = {"field": "feed", "value": {"item": "comment"}}
        entry = {"id": US, "time": 1_700_000_001, "changes": [comment]}
        assert only(name, {"entry": [entry]}).occurred_at == 1_700_000_001


class TestEditsThatAreNone:
    @pytest.mark.parametrize("times", [0, "0"])
    def test_a_message_that_nobody_has_edited_is_the_message(self, times: object) -> None:
        edit = {"mid": "m", "text": "Where is it?", "num_edit": times}
        found = only("instagram", messaging_webhook(messaging_event(CUSTOMER, message_edit=edit)))
        written = {"mid": "m", "text": "Where is it?"}
        again = only("instagram", messaging_webhook(messaging_event(CUSTOMER, message=written)))
        holds(found, Kind.TEXT, "Where is it?", {})
        assert found.event_id == again.event_id

    def test_without_words_it_is_counted_and_not_taken_for_the_message(self) -> None:
        edit = {"mid": "m", "num_edit": 0}
        found = only("instagram", messaging_webhook(messaging_event(CUSTOMER, message_edit=edit)))
        holds(found, Kind.LIFECYCLE, None, {"event": "message_edit"})
        assert found.event_id != "m"


def test_a_story_that_was_passed_on_has_its_address_elsewhere() -> None:
    story = {"type": "ig_story", "payload": {"story_media_url": "https://a/s", "id": 1}}
    event = messaging_event(CUSTOMER, message={"mid": "m", "attachments": [story]})
    details = {"media": "ig_story", "media_url": "https://a/s"}
    holds(only("instagram", messaging_webhook(event)), Kind.MEDIA, None, details)


def test_what_was_filled_in_about_oneself_is_a_persons() -> None:
    named = "messaging_customer_information"
    answers = [{"key": "firstname", "value": "Ada"}, {"key": "age", "value": 5}, "odd"]
    part = {"screens": [{"screen_id": "s", "responses": answers}]}
    found = only("messenger", messaging_webhook(messaging_event(CUSTOMER, **{named: part})))
    holds(found, Kind.UNSUPPORTED, "firstname: Ada", {"type": named})
