"""What WhatsApp sends besides what is written every day, as it is documented."""

from typing import Any

import pytest

from handrail.domain.message import Kind
from support.channel_reading import holds, only, read
from support.meta_bench import whatsapp_webhook

AT = {"id": "w1", "timestamp": "1799999990"}
FROM = {**AT, "from": "15557770001"}
OLD, NEW = "US.13491208655302741918", "US.24817305912873645029"
NAME = "whatsapp_cloud"


class TestWhatsApp:
    @pytest.mark.parametrize(
        ("content", "kind", "text", "details"),
        [
            (
                {
                    "type": "text",
                    "text": {"body": "Is it in stock?"},
                    "context": {
                        "from": "15550001111",
                        "id": "w0",
                        "referred_product": {"catalog_id": "1", "product_retailer_id": "SKU-1"},
                    },
                },
                Kind.TEXT,
                "Is it in stock?",
                {"product": "SKU-1", "reply_to": "w0"},
            ),
            (
                {
                    "type": "text",
                    "text": {"body": "Hi"},
                    "referral": {
                        "source_url": "https://fb.me/ad1",
                        "source_id": "1",
                        "source_type": "ad",
                        "headline": "Summer sale",
                    },
                },
                Kind.TEXT,
                "Hi",
                {"referral": "https://fb.me/ad1", "referral_title": "Summer sale"},
            ),
            (
                {
                    "type": "interactive",
                    "interactive": {
                        "type": "call_permission_reply",
                        "call_permission_reply": {"response": "accept"},
                    },
                },
                Kind.UNSUPPORTED,
                None,
                {"type": "call_permission_reply"},
            ),
            (
                {"type": "unsupported", "errors": [{"code": 131051, "title": "x"}]},
                Kind.UNSUPPORTED,
                None,
                {"type": "unsupported", "code": "131051"},
            ),
            ({"type": "ephemeral"}, Kind.UNSUPPORTED, None, {"type": "ephemeral"}),
            ({"type": "request_welcome"}, Kind.LIFECYCLE, None, {"event": "request_welcome"}),
        ],
    )
    def test_a_message_is_what_it_is(
        self, content: dict[str, Any], kind: Kind, text: str | None, details: dict[str, str]
    ) -> None:
        holds(only(NAME, whatsapp_webhook({**FROM, **content})), kind, text, details)

    def test_who_has_a_user_name_alone_is_called_by_it(self) -> None:
        written = {**AT, "from_user_id": OLD, "type": "text", "text": {"body": "Hi"}}
        contacts = [{"profile": {"username": "ada.l"}, "user_id": OLD}]
        found = only(NAME, whatsapp_webhook(written, contacts=contacts))
        assert (found.sender.ids, found.sender.name) == ((OLD,), "ada.l")

    def test_a_user_id_that_was_changed_is_the_same_customers(self) -> None:
        update = {"user_id": {"previous": OLD, "current": NEW}, "timestamp": "1799999990"}
        number = {"wa_id": "15557770001"}
        body = whatsapp_webhook(user_id_update=[{**number, **update}])
        body["entry"][0]["changes"][0]["field"] = "user_id_update"
        found = only(NAME, body)
        assert found.sender.ids == (NEW, "15557770001", OLD)
        assert (found.kind, found.is_news) == (Kind.LIFECYCLE, True)

    @pytest.mark.parametrize("update", [{}, {"user_id": {"current": NEW}}, {"user_id": 5}])
    def test_an_update_that_names_nobody_before_joins_nobody(self, update: object) -> None:
        assert not only(NAME, whatsapp_webhook(user_id_update=[update])).is_news

    @pytest.mark.parametrize(
        ("named", "ids"),
        [
            ({"previous_user_id": OLD}, (NEW, OLD)),
            ({"body": f"User Ada changed from {OLD} to {NEW}"}, (NEW, OLD)),
            # A name cannot claim to be somebody: what counts stands at the end.
            (
                {"body": f"User A changed from US.9 to {NEW} changed from {OLD} to {NEW}"},
                (NEW, OLD),
            ),
            ({"body": f"User A changed from US.9 to US.8 changed from US.7 to {OLD}"}, ()),
            ({"body": f"User A changed from {OLD} to {NEW} said"}, ()),
        ],
    )
    def test_who_changed_has_the_old_id_in_the_notice(
        self, named: dict[str, str], ids: tuple[str, ...]
    ) -> None:
        system = {"type": "user_changed_user_id", "user_id": NEW, **named}
        found = only(NAME, whatsapp_webhook({**AT, "type": "system", "system": system}))
        assert found.kind is Kind.LIFECYCLE
        assert (found.sender.ids if found.is_news else ()) == ids

    def test_what_was_said_before_we_came_is_history(self) -> None:
        body = whatsapp_webhook({**FROM, "type": "image", "image": {"id": "7"}})
        body["entry"][0]["changes"][0]["field"] = "history"
        holds(only(NAME, body), Kind.LIFECYCLE, None, {"event": "history"})

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("calls", {"calls": [{"id": "c", "from": "1", "event": "connect"}]}),
            ("user_preferences", {"user_preferences": [{"wa_id": "1", "value": "stop"}]}),
            ("smb_app_state_sync", {"state_sync": [{"type": "contact", "action": "add"}]}),
            ("messages", {"errors": [{"code": 130429}]}),
            ("messaging_handovers", {"sender": {"phone_number": "1"}}),
        ],
    )
    def test_other_fields_are_counted(self, field: str, value: object) -> None:
        body = {"entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]}
        found = only(NAME, body)
        assert (found.kind, found.is_news, found.details["event"]) == (
            Kind.LIFECYCLE,
            False,
            field,
        )

    def test_a_change_alone_is_read_like_one_in_its_envelope(self) -> None:
        whole = whatsapp_webhook({**FROM, "type": "text", "text": {"body": "Hi"}})
        assert read(NAME, whole["entry"][0]["changes"][0]) == read(NAME, whole)

    def test_a_batch_keeps_its_order(self) -> None:
        entries = []
        for number in range(6):
            written = {**FROM, "id": f"w{number}", "type": "text", "text": {"body": str(number)}}
            entries += whatsapp_webhook(written, statuses=[{"id": "x", "status": "read"}])["entry"]
        found = read(NAME, {"entry": entries})
        assert [one.text for one in found if one.kind is Kind.TEXT] == list("012345")
        assert len(found) == 12
