"""Viber: what its events mean, and what leaves."""

import json
from typing import Any

import pytest

from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.viber import REQUEST_BYTES_MAX, render
from handrail.application.ports import Address
from handrail.domain.delivery import Delivered, Delivery, Permanent, Retry, Unknown
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage, Kind
from handrail.domain.phrases import Direction
from handrail_ops.channels.setups.session import SetupError
from handrail_ops.channels.setups.table import set_up
from support.channel_bench import Provider, answered, built
from support.channel_samples import NOW, outbound
from support.viber_bench import CUSTOMER, TOKEN, viber_account, viber_event, viber_request

ME = Address("viber", "shop", (CUSTOMER,))


def read(event: Any) -> InboundMessage:
    channel = built("viber", Provider(answered(200, {})), viber_account())
    (found,) = channel.to_messages(viber_request(event), NOW)
    return found


def written(**message: Any) -> InboundMessage:
    return read(viber_event(message=message))


class TestIn:
    def test_a_text_has_its_whole_token_its_writer_and_their_language(self) -> None:
        found = written(type="text", text="Де моя посилка?")
        assert (found.event_id, found.kind) == (str(TOKEN), Kind.TEXT)
        assert (found.sender.ids, found.sender.name) == ((CUSTOMER,), "Ada")
        assert (found.sender.locale, found.occurred_at) == ("uk", NOW - 2)

    @pytest.mark.parametrize("token", [TOKEN, str(TOKEN)])
    def test_a_token_is_the_same_as_a_number_and_as_a_text(self, token: Any) -> None:
        event = viber_event(message={"type": "text", "text": "a"}, message_token=token)
        assert read(event).event_id == str(TOKEN)

    def test_a_time_beyond_reason_is_now(self) -> None:
        event = {"event": "webhook", "timestamp": 4_977_069_964_384_421_269, "message_token": 1}
        found = read(event)
        assert (found.kind, found.occurred_at) == (Kind.LIFECYCLE, NOW)
        assert found.details["event"] == "webhook"

    @pytest.mark.parametrize(
        ("text", "silent", "action"),
        [
            ("person:v1", True, "person:v1"),
            ("person:v1", False, "person:v1"),
            # Of another keyboard: words, which may well be answered.
            ("colour-red", True, None),
            ("colour-red", False, None),
        ],
    )
    def test_a_button_writes_its_id_in_silence(
        self, text: str, silent: bool, action: str | None
    ) -> None:
        found = read(viber_event(message={"type": "text", "text": text}, silent=silent))
        assert found.action == action
        assert found.kind is (Kind.ACTION if action else Kind.TEXT)
        assert (found.text, "silent" in found.details) == (
            (None, False) if action else (text, silent)
        )

    @pytest.mark.parametrize(
        ("message", "details"),
        [
            (
                {"type": "picture", "media": "https://a/p.jpg", "thumbnail": "https://a/t.jpg"},
                {"media": "image", "media_url": "https://a/p.jpg"},
            ),
            (
                {"type": "video", "media": "https://a/v", "size": 5},
                {"media": "video", "media_url": "https://a/v", "media_bytes": "5"},
            ),
            (
                {"type": "file", "media": "https://a/f", "file_name": "b.pdf", "file_size": 7},
                {
                    "media": "document",
                    "media_url": "https://a/f",
                    "media_name": "b.pdf",
                    "media_bytes": "7",
                },
            ),
            ({"type": "sticker", "sticker_id": 46_105}, {"media": "sticker", "sticker": "46105"}),
        ],
    )
    def test_files_are_kept_by_reference(self, message: Any, details: Any) -> None:
        found = written(**message)
        assert (found.kind, dict(found.details)) == (Kind.MEDIA, details)

    def test_places_links_and_contacts(self) -> None:
        place = written(type="location", location={"lat": 50.4, "lon": 30.5})
        assert (place.kind, place.details) == (
            Kind.LOCATION,
            {"latitude": "50.4", "longitude": "30.5"},
        )
        link = written(type="url", media="https://a.example/order/8")
        assert (link.kind, link.text) == (Kind.TEXT, "https://a.example/order/8")
        shared = written(type="contact", contact={"name": "Bo", "phone_number": "+15550100"})
        assert (shared.kind, shared.text) == (Kind.UNSUPPORTED, "Bo, +15550100")

    def test_what_nobody_knows_is_a_persons(self) -> None:
        assert written(type="hologram").details["type"] == "hologram"
        assert written(type="hologram").kind is Kind.UNSUPPORTED
        assert read(viber_event()).kind is Kind.UNSUPPORTED
        assert read(viber_event(sender={})).kind is Kind.LIFECYCLE

    def test_who_opens_the_chat_is_greeted_if_that_can_arrive(self) -> None:
        event = {
            "event": "conversation_started",
            "message_token": TOKEN,
            "user": {"id": CUSTOMER, "name": "Ada", "language": "uk"},
            "context": "spring",
        }
        new = read({**event, "subscribed": False})
        assert (new.kind, new.details["event"]) == (Kind.LIFECYCLE, "conversation_started")
        known = read({**event, "subscribed": True})
        assert (known.kind, known.action) == (Kind.ACTION, "welcome:v1")
        assert known.details == {"referral": "spring"}

    @pytest.mark.parametrize("named", ["subscribed", "unsubscribed", "client_status", "new"])
    def test_other_events_are_counted(self, named: str) -> None:
        found = read({"event": named, "timestamp": int(NOW * 1000), "user_id": CUSTOMER})
        assert (found.kind, found.details["event"]) == (Kind.LIFECYCLE, named)
        assert not found.is_news

    def test_a_receipt_of_failure_is_news_and_others_are_not(self) -> None:
        receipt = {"message_token": TOKEN, "user_id": CUSTOMER, "desc": "no device"}
        failed = read({**receipt, "event": "failed"})
        assert (failed.kind, failed.event_id) == (Kind.RECEIPT, f"{TOKEN}/failed")
        assert failed.details == {
            "status": "failed",
            "message_id": str(TOKEN),
            "reason": "no device",
            "failed": "failed",
        }
        assert failed.is_news
        for named in ("delivered", "seen"):
            found = read({**receipt, "event": named})
            assert (found.kind, found.is_news) == (Kind.RECEIPT, False)

    def test_a_body_without_an_event_is_no_callback(self) -> None:
        channel = built("viber", Provider(answered(200, {})), viber_account())
        with pytest.raises(MalformedRequestError, match="event"):
            channel.to_messages(viber_request({"hello": "world"}), NOW)


class TestOut:
    def send(self, *answers: Any, **changes: Any) -> tuple[Delivery, Provider]:
        provider = Provider(answered(200, {"status": 0, "message_token": TOKEN}))
        provider.answers = list(answers)
        channel = built("viber", provider, viber_account())
        return channel.send(ME, outbound(**changes)), provider

    def test_a_message_has_a_keyboard_and_keeps_its_whole_token(self) -> None:
        outcome, provider = self.send()
        assert outcome == Delivered((str(TOKEN),))
        ((_, url, headers, body),) = provider.asked
        assert url == "https://chatapi.viber.com/pa/send_message"
        assert headers["X-Viber-Auth-Token"] == "4453b6-token"
        assert (body["receiver"], body["sender"]) == (CUSTOMER, {"name": "Shop"})
        (key,) = body["keyboard"]["Buttons"]
        assert (key["ActionBody"], key["Text"], key["Silent"]) == (
            "person:v1",
            "Talk to a person",
            True,
        )
        assert "keyboard" not in render(outbound(buttons=()))[0]

    @pytest.mark.parametrize("letter", ["a ", "ж ", "ก", "👩‍👩‍👧‍👦 ", '"'])
    def test_every_part_fits_by_length_and_by_bytes(self, letter: str) -> None:
        _, provider = self.send(text=letter * 9_000)
        assert len(provider.bodies) > 1
        for body in provider.bodies:
            assert utf16_units(body["text"]) <= 7_000
            assert len(json.dumps(body)) <= REQUEST_BYTES_MAX
        assert ["keyboard" in body for body in provider.bodies[-2:]] == [False, True]

    def test_text_is_shown_as_it_stands_in_its_direction(self) -> None:
        (part,) = render(outbound(text="*AB-1* في الطريق", direction=Direction.RIGHT_TO_LEFT))
        assert part["text"] == "\u200f*\u2060\u2066AB-1\u2069* في الطريق"

    @pytest.mark.parametrize(
        ("status", "body", "outcome"),
        [
            (200, {"status": 12}, Retry(5.0)),
            (200, {"status": 2}, Retry(60.0)),
            (200, {"status": 24}, Retry(60.0)),
            (200, {"status": 6}, Permanent("code_6")),
            (200, {"status": 999}, Retry(30.0)),
            (200, {}, Unknown()),
            (500, {}, Retry(5.0)),
            (504, {}, Unknown()),
            (429, {}, Retry(5.0)),
        ],
    )
    def test_answers_are_sorted(self, status: int, body: Any, outcome: Delivery) -> None:
        assert self.send(answered(status, body))[0] == outcome


class TestSetup:
    def run(self, provider: Provider) -> None:
        set_up(
            "viber",
            viber_account(),
            "https://shop.example",
            "uk",
            dry_run=False,
            tell=lambda _line: None,
            http=provider,
        )

    def test_the_webhook_is_set(self) -> None:
        provider = Provider(answered(200, {"status": 0}))
        self.run(provider)
        ((_, url, headers, body),) = provider.asked
        assert url == "https://chatapi.viber.com/pa/set_webhook"
        assert headers["X-Viber-Auth-Token"] == "4453b6-token"
        assert body["url"] == "https://shop.example/v1/channels/viber/shop"
        assert "failed" in body["event_types"]

    def test_a_refusal_inside_a_200_is_one(self) -> None:
        refusal = {"status": 1, "status_message": "Result from webhook: 401"}
        with pytest.raises(SetupError, match="status 1: Result from webhook: 401"):
            self.run(Provider(answered(200, refusal)))
