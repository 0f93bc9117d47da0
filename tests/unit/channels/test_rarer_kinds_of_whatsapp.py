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
                {"type": "call_permission_reply", "response": "accept"},
            ),
            (
                {
                    "type": "interactive",
                    "interactive": {
                        "type": "list_reply",
                        "list_reply": {"id": "size:l", "title": "L", "description": "to 104 cm"},
                    },
                },
                Kind.ACTION,
                "L",
                {"description": "to 104 cm"},
            ),
            (
                {
                    "type": "location",
                    "location": {"latitude": 1.5, "longitude": 2, "url": "https://maps.example/1"},
                },
                Kind.LOCATION,
                None,
                {"latitude": "1.5", "url": "https://maps.example/1"},
            ),
            (
                {
                    "type": "order",
                    "order": {
                        "text": "as a gift",
                        "product_items": [
                            {
                                "product_retailer_id": "HAT-1",
                                "quantity": 2,
                                "item_price": 9.5,
                                "currency": "EUR",
                            },
                            {"product_retailer_id": "BAG", "quantity": "1"},
                        ],
                    },
                },
                Kind.UNSUPPORTED,
                "as a gift\n2 × HAT-1, 9.5 EUR\n1 × BAG",  # noqa: RUF001
                {"type": "order"},
            ),
            ({"type": "interactive"}, Kind.UNSUPPORTED, None, {"type": "interactive"}),
            (
                {"type": "unsupported", "text": {"body": "What a poll asks"}},
                Kind.UNSUPPORTED,
                "What a poll asks",
                {"type": "unsupported"},
            ),
            (
                {"type": "poster", "poster": {"caption": "Under it"}},
                Kind.UNSUPPORTED,
                "Under it",
                {"type": "poster"},
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


class TestWhoAndWhat:
    def test_a_message_without_a_writer_is_the_only_contacts(self) -> None:
        written = {**AT, "type": "text", "text": {"body": "Hi"}}
        one = {"profile": {"name": "Ada"}, "wa_id": "15557770001", "user_id": OLD}
        found = only(NAME, whatsapp_webhook(written, contacts=[one]))
        assert (found.kind, found.sender.ids) == (Kind.TEXT, (OLD, "15557770001"))
        two = [one, {"wa_id": "15557770002"}]
        assert only(NAME, whatsapp_webhook(written, contacts=two)).sender.ids == ()

    def test_what_is_wrong_with_all_of_it_is_said_with_what_cannot_be_read(self) -> None:
        errors = [{"code": 131000, "title": "Something went wrong"}]
        found = only(NAME, whatsapp_webhook({**FROM, "type": "interactive"}, errors=errors))
        holds(found, Kind.UNSUPPORTED, None, {"type": "interactive", "code": "131000"})
        text = {**FROM, "type": "text", "text": {"body": "Hi"}}
        assert "code" not in only(NAME, whatsapp_webhook(text, errors=errors)).details

    def test_an_error_alone_says_its_code(self) -> None:
        found = only(NAME, whatsapp_webhook(errors=[{"code": 0, "title": "no user"}]))
        holds(found, Kind.LIFECYCLE, None, {"event": "messages", "code": "0"})

    def test_a_preference_is_of_the_customer_who_has_it(self) -> None:
        value = {"value": "stop", "category": "marketing_messages"}
        contacts = [{"wa_id": "15557770001"}]
        body = whatsapp_webhook(user_preferences=[value], contacts=contacts)
        body["entry"][0]["changes"][0]["field"] = "user_preferences"
        found = only(NAME, body)
        holds(found, Kind.LIFECYCLE, None, {"event": "user_preferences", "status": "stop"})
        assert found.sender.ids == ("15557770001",)

    def test_what_is_about_the_account_was_when_it_was_sent_to_us(self) -> None:
        change = {"field": "account_update", "value": {"event": "ACCOUNT_DELETED"}}
        body = {"entry": [{"id": "9", "time": 1_700_000_000, "changes": [change]}]}
        assert only(NAME, body).occurred_at == 1_700_000_000

    def test_a_handover_is_of_the_number_it_was_sent_to(self) -> None:
        value = {
            "messaging_product": "whatsapp",
            "sender": {"phone_number": "15557770001"},
            "recipient": {"phone_number_id": "1065", "display_phone_number": "15550001111"},
            "type": "control_taken",
            "control_taken": {"new_owner_role": "escalation"},
        }
        change = {"field": "messaging_handovers", "value": value}
        found = only(NAME, {"entry": [{"id": "9", "changes": [change]}]})
        details = {"event": "messaging_handovers", "status": "control_taken"}
        holds(found, Kind.LIFECYCLE, None, details)
        assert (found.account, found.sender.ids) == ("1065", ("15557770001",))

    def test_the_number_before_may_stand_in_a_field_of_its_own(self) -> None:
        system = {"type": "customer_changed_number", "new_wa_id": "99", "customer": "98"}
        notice = {**AT, "from": "99", "type": "system", "system": system}
        found = only(NAME, whatsapp_webhook(notice))
        assert (found.sender.ids, found.is_news) == (("99", "98"), True)

    @pytest.mark.parametrize(
        ("of", "status"), [("call", "RINGING"), ("call", "REJECTED"), ("payment", "failed")]
    )
    def test_how_a_call_or_a_payment_fares_is_no_receipt(self, of: str, status: str) -> None:
        told = {"id": "w9", "type": of, "status": status, "recipient_id": "15557770001"}
        found = only(NAME, whatsapp_webhook(statuses=[told]))
        holds(found, Kind.LIFECYCLE, None, {"event": of, "status": status, "failed": ""})
        assert (found.sender.ids, found.is_news) == (("15557770001",), False)

    @pytest.mark.parametrize(
        ("content", "text", "named"),
        [
            (
                {"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "So"}}}},
                "So",
                "edit",
            ),
            ({"type": "revoke", "revoke": {}}, None, "revoke"),
        ],
    )
    def test_an_echo_of_a_change_says_what_was_changed(
        self, content: dict[str, Any], text: str | None, named: str
    ) -> None:
        content = {**content, named: {**content[named], "original_message_id": "w0"}}
        echo = {**AT, "from": "15550001111", "to": "15557770001", **content}
        found = only(NAME, whatsapp_webhook(message_echoes=[echo]))
        holds(found, Kind.ECHO, text, {"message_id": "w1", "refers_to": "w0", "type": named})

    def test_an_echo_is_of_the_side_that_is_not_our_number(self) -> None:
        text = {"type": "text", "text": {"body": "Hi"}}
        for ends in (("15550001111", "15557770001"), ("15557770001", "+1 555 000 1111")):
            echo = {**AT, "from": ends[0], "to": ends[1], **text}
            found = only(NAME, whatsapp_webhook(message_echoes=[echo]))
            assert (found.kind, found.sender.ids) == (Kind.ECHO, ("15557770001",))
