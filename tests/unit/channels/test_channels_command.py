"""`handrail channels`: what integrators see of webhooks, signatures, accounts and set-ups."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import CallbackAnswer, CallbackNotSentError
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail_ops.channels.command import channels
from handrail_ops.channels.peers.table import PEERS
from handrail_ops.channels.setups.session import Session, SetupError
from handrail_ops.channels.setups.table import SETUPS, set_up
from support.channel_bench import Provider, answered
from support.meta_bench import whatsapp_webhook
from support.twilio_bench import TWILIO_TOKEN, TWILIO_URL
from support.twilio_bench import twilio_request as signed_form

TEXT = {"from": "1", "id": "w1", "timestamp": "1799999990", "type": "text", "text": {"body": "Hi"}}


def run(*words: str) -> Result:
    return CliRunner().invoke(channels, list(words))


def saved(folder: Path, content: object, name: str = "file.json") -> str:
    path = folder / name
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(raw)
    return str(path)


class TestParse:
    @pytest.mark.parametrize("name", ["whatsapp_cloud", "whatsapp", "WhatsApp-Cloud"])
    def test_a_body_is_shown_as_messages(self, tmp_path: Path, name: str) -> None:
        result = run("parse", name, saved(tmp_path, whatsapp_webhook(TEXT)))
        (message,) = json.loads(result.stdout)
        assert (message["kind"], message["text"], message["sender"]["ids"]) == (
            "text",
            "Hi",
            ["1"],
        )

    @pytest.mark.parametrize(
        ("recording", "channel"),
        [
            ({"raw_body": "MessageSid=SM1&From=%2B1&Body=Hi"}, "twilio_sms"),
            ({"params": {"MessageSid": "SM1", "From": "+1", "Body": "Hi"}}, "twilio_sms"),
            ({"MessageSid": "SM1", "From": "whatsapp:+1", "Body": "Hi"}, "twilio_whatsapp"),
            (b"MessageSid=SM1&From=whatsapp%3A%2B1&Body=Hi", "twilio_whatsapp"),
            (
                {
                    "version": "2.0",
                    "requestContext": {"http": {"method": "POST", "path": "/"}},
                    "rawPath": "/",
                    "isBase64Encoded": True,
                    "body": base64.b64encode(b"MessageSid=SM1&From=%2B1&Body=Hi").decode(),
                },
                "twilio_sms",
            ),
        ],
    )
    def test_a_form_may_be_saved_in_any_way(
        self, tmp_path: Path, recording: object, channel: str
    ) -> None:
        (message,) = json.loads(run("parse", "twilio", saved(tmp_path, recording)).stdout)
        assert (message["channel"], message["text"]) == (channel, "Hi")

    def test_a_recording_of_json_is_read_too(self, tmp_path: Path) -> None:
        recording = {"headers": {"X-A": "b"}, "body": whatsapp_webhook(TEXT)}
        (message,) = json.loads(run("parse", "whatsapp", saved(tmp_path, recording)).stdout)
        assert message["text"] == "Hi"

    @pytest.mark.parametrize(
        "recording",
        [
            b"command=%2Fhuman&user_id=U1&trigger_id=t",
            "command=%2Fhuman&user_id=U1&trigger_id=t",
            {"method": "POST", "params": {"command": "/human", "user_id": "U1"}},
            {"headers": {}, "raw_body": "command=%2Fhuman&user_id=U1&trigger_id=t"},
        ],
    )
    def test_a_messenger_of_json_and_forms_is_told_apart(
        self, tmp_path: Path, recording: object
    ) -> None:
        (message,) = json.loads(run("parse", "slack", saved(tmp_path, recording)).stdout)
        assert (message["kind"], message["action"]) == ("action", "person:v1")

    def test_a_sample_may_stand_in_a_list(self, tmp_path: Path) -> None:
        sample = [whatsapp_webhook(TEXT)]
        (message,) = json.loads(run("parse", "whatsapp", saved(tmp_path, sample)).stdout)
        assert message["text"] == "Hi"

    @pytest.mark.parametrize(
        ("named", "body", "kind", "details"),
        [
            ("CONNECT", None, "lifecycle", {"event": "connect"}),
            ("DISCONNECT", None, "lifecycle", {"event": "disconnect"}),
            ("MESSAGE", {"type": "ping"}, "lifecycle", {"event": "ping"}),
            ("MESSAGE", {"type": "message", "id": "1", "text": "Hi"}, "text", {}),
            ("MESSAGE", {"type": "message", "id": "1", "action": "person:v1"}, "action", {}),
            ("MESSAGE", {"id": "1", "file": {"name": "a.png"}}, "media", {"media_name": "a.png"}),
        ],
    )
    def test_the_chats_own_frames_are_read_too(
        self, tmp_path: Path, named: str, body: object, kind: str, details: dict[str, str]
    ) -> None:
        context = {"eventType": named, "connectionId": "c1", "messageId": "m1"}
        event = {"requestContext": context, "body": json.dumps(body) if body else None}
        (message,) = json.loads(run("parse", "web", saved(tmp_path, event)).stdout)
        assert (message["kind"], message["details"]) == (kind, details)
        assert message["sender"]["ids"] == ([] if kind == "lifecycle" else ["c1"])

    @pytest.mark.parametrize("body", ["", "{", "[]", '{"a": 1}', '{"id": "1", "text": 5}'])
    def test_a_frame_that_is_refused_says_why(self, tmp_path: Path, body: str) -> None:
        event = {"requestContext": {"eventType": "MESSAGE", "connectionId": "c1"}, "body": body}
        (message,) = json.loads(run("parse", "web", saved(tmp_path, event)).stdout)
        assert message["details"]["event"] == "refused"
        assert message["details"]["reason"]

    def test_what_the_page_posts_is_read(self, tmp_path: Path) -> None:
        posted = {"id": "1", "text": "Hi", "language": "de"}
        (message,) = json.loads(run("parse", "web", saved(tmp_path, posted)).stdout)
        assert (message["text"], message["sender"]["locale"]) == ("Hi", "de")
        assert run("parse", "web", saved(tmp_path, {"text": 5})).exit_code == 1

    @pytest.mark.parametrize("content", [b"{", b"[]", b'{"a": 1}', b"\xff"])
    def test_what_the_door_would_refuse_is_said(self, tmp_path: Path, content: bytes) -> None:
        result = run("parse", "messenger", saved(tmp_path, content))
        assert result.exit_code == 1
        assert "the door would refuse this" in result.stderr

    def test_the_direct_channel_is_one_of_them(self, tmp_path: Path) -> None:
        body = {"id": "m1", "customer": "c1", "text": "Hi"}
        assert json.loads(run("parse", "direct", saved(tmp_path, body)).stdout)[0]["text"] == "Hi"

    def test_a_channel_that_is_none_is_named(self, tmp_path: Path) -> None:
        result = run("parse", "pigeon", saved(tmp_path, {}))
        assert result.exit_code == 2
        assert "there is no channel 'pigeon'" in result.stderr


class TestVerify:
    BODY = b'{"entry":[]}'

    def vector(self, **changes: Any) -> dict[str, Any]:
        return {
            "secret": "s3cret",
            "headers": {"X-Hub-Signature-256": f"sha256={sign(b's3cret', self.BODY)}"},
            "body_base64": base64.b64encode(self.BODY).decode(),
            **changes,
        }

    @pytest.mark.parametrize("name", ["messenger", "instagram", "whatsapp/messenger/instagram"])
    def test_a_right_signature_is_valid(self, tmp_path: Path, name: str) -> None:
        assert run("verify", name, saved(tmp_path, self.vector())).exit_code == 0

    @pytest.mark.parametrize(
        "changes",
        [
            {"secret": "other"},
            {"secret": ""},
            {"headers": {}},
            {"headers": None},
            {"body_base64": base64.b64encode(b"{}").decode()},
        ],
    )
    def test_anything_else_is_not(self, tmp_path: Path, changes: dict[str, Any]) -> None:
        result = run("verify", "messenger", saved(tmp_path, self.vector(**changes)))
        assert (result.exit_code, result.stdout) == (1, "invalid\n")

    def test_the_secret_before_counts_where_it_is_named(self, tmp_path: Path) -> None:
        for previous, code in ((None, 1), ("another", 1), ("s3cret", 0)):
            vector = self.vector(secret="new", previous_secret=previous)
            assert run("verify", "messenger", saved(tmp_path, vector)).exit_code == code

    def test_a_header_that_comes_twice_is_joined_as_at_the_door(self, tmp_path: Path) -> None:
        right = self.vector()["headers"]
        for headers in (
            {"x-hub-signature-256": "x", **right},
            {**right, "x-hub-signature-256": "x"},
        ):
            vector = self.vector(headers=headers)
            assert run("verify", "messenger", saved(tmp_path, vector)).exit_code == 1

    def test_a_body_may_lie_beside_it(self, tmp_path: Path) -> None:
        saved(tmp_path, self.BODY, "x.body.txt")
        vector = self.vector(body_file="x.body.txt")
        del vector["body_base64"]
        assert run("verify", "messenger", saved(tmp_path, vector)).exit_code == 0

    def test_a_form_may_repeat_names(self, tmp_path: Path) -> None:
        form = [["a", "1"], ["a", "2"]]
        request = signed_form("twilio_sms", b"a=1&a=2")
        vector = {
            "secret": TWILIO_TOKEN,
            "url": TWILIO_URL.format("twilio_sms"),
            "params_multi": form,
            "headers": {"X-Twilio-Signature": request.headers["x-twilio-signature"]},
        }
        assert run("verify", "twilio", saved(tmp_path, vector)).exit_code == 0

    def test_what_is_no_vector_is_said(self, tmp_path: Path) -> None:
        assert run("verify", "messenger", saved(tmp_path, [])).exit_code == 1
        assert run("verify", "messenger", saved(tmp_path, b"x")).exit_code == 1
        assert run("verify", "web", saved(tmp_path, self.vector())).exit_code == 2


class TestListing:
    def test_what_is_configured_and_what_is_missing(self, tmp_path: Path) -> None:
        accounts = {
            "messenger": {"77": {"app_secret": "s"}},
            "twilio_sms": {"1555": {"account_sid": "AC", "auth_token": "t"}},
            "instagram": {"9": "odd"},
        }
        shown = run("--accounts", saved(tmp_path, accounts)).stdout
        assert "incomplete" in shown
        assert "verify_token, access_token" in shown
        assert "not configured" in shown
        assert "cannot be read" in shown
        assert "AC" not in shown.replace("API", "")

    @pytest.mark.parametrize("name", [n for n, entry in CHANNELS.items() if entry.is_messenger])
    def test_every_need_says_what_it_is(self, name: str) -> None:
        lines = run("needs", name).stdout.splitlines()
        assert len(lines) == len(CHANNELS[name].needs)
        assert all(": " in line for line in lines)


class Recorded(Provider):
    """A provider that answers reads with what is there."""

    def __init__(self, there: Mapping[str, object]) -> None:
        super().__init__(answered(200, {"sid": "HX9"}))
        self.there = there

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        if method == "GET":
            found = next((v for k, v in self.there.items() if k in url), {})
            return answered(200, found)
        return super().request(method, url, headers, body)


THERE = {
    "IncomingPhoneNumbers": {"incoming_phone_numbers": [{"sid": "PN1"}]},
    "Senders": {"senders": [{"sid": "XE1", "sender_id": "whatsapp:+15550001111"}]},
    "Content": {"contents": [{"friendly_name": "handrail_buttons_1", "sid": "HX1"}]},
}


def setting_up(
    channel: str, provider: Provider, *, dry_run: bool = False
) -> tuple[Session, list[str]]:
    kind = PEERS[channel].kind
    values = {**kind.usual_values(), "business_account_id": "42"}
    told: list[str] = []
    session = set_up(
        channel,
        Account(kind.account, values),
        "https://shop.example",
        "de",
        dry_run=dry_run,
        tell=told.append,
        http=provider,
    )
    return session, told


class TestSetup:
    @pytest.mark.parametrize("channel", sorted(SETUPS))
    def test_a_dry_run_says_all_and_does_nothing(self, channel: str) -> None:
        provider = Provider(answered(500, {}), broken=True)
        _, told = setting_up(channel, provider, dry_run=True)
        text = "\n".join(told)
        assert "would" in text
        for secret in PEERS[channel].kind.usual_values().values():
            assert not secret.startswith("a ") or secret not in text

    @pytest.mark.parametrize("channel", sorted(SETUPS))
    def test_it_may_be_run_again(self, channel: str) -> None:
        runs = []
        for _ in range(2):
            provider = Recorded(THERE)
            setting_up(channel, provider)
            runs.append(provider.asked)
        assert runs[0]
        assert runs[0] == runs[1]

    def test_menus_are_in_every_language_and_known_by_their_id(self) -> None:
        provider = Recorded({})
        setting_up("messenger", provider)
        profile = provider.bodies[-1]
        menus = {one["locale"]: one["call_to_actions"][0] for one in profile["persistent_menu"]}
        assert {"default", "de_DE", "ar_AR", "zh_CN", "pt_BR"} <= set(menus)
        assert {one["payload"] for one in menus.values()} == {"person:v1"}
        assert menus["default"] == menus["de_DE"]
        assert profile["get_started"] == {"payload": "welcome:v1"}

    def test_commands_are_in_every_language_by_two_letters(self) -> None:
        provider = Recorded({})
        setting_up("telegram", provider)
        by_code = {
            body.get("language_code", ""): body["commands"][0]["description"]
            for body in provider.bodies
            if "commands" in body
        }
        ours = {spoken.code.partition("-")[0] for spoken in PackagedCatalogue().languages}
        assert set(by_code) == ours - {"fil"} | {"", "tl", "no"}
        assert by_code[""] == by_code["de"]
        assert by_code["no"] == by_code["nb"] != by_code["de"]

    @pytest.mark.parametrize("channel", sorted(SETUPS))
    def test_a_dry_run_can_be_read(self, channel: str) -> None:
        _, told = setting_up(channel, Provider(answered(500, {}), broken=True), dry_run=True)
        lines = "\n".join(told).splitlines()
        assert max(map(len, lines)) <= 400
        assert len(lines) < 250

    def test_templates_that_are_there_are_left(self) -> None:
        exists = answered(400, {"error": {"code": 100, "error_subcode": 2388024}})
        ok = answered(200, {})
        provider = Provider(exists, answers=[ok, ok])
        session, told = setting_up("whatsapp_cloud", provider)
        assert "  is there already" in told
        assert session.done == {"reply_template": "handrail_reply"}

    def test_a_refusal_says_which_step_and_why(self) -> None:
        with pytest.raises(SetupError, match=r"subscribe .* refused with 403"):
            setting_up("whatsapp_cloud", Provider(answered(403, {"error": {"message": "no"}})))
        away = Provider(answered(200, {}), answers=[CallbackNotSentError("x")])
        with pytest.raises(SetupError, match="could not be reached"):
            setting_up("messenger", away)

    def test_twilio_tries_again_because_the_webhook_says_so(self) -> None:
        provider = Recorded(THERE)
        session, _ = setting_up("twilio_sms", provider)
        ((_, url, _, form),) = provider.asked
        assert url.endswith("/IncomingPhoneNumbers/PN1.json")
        assert "SmsFallbackUrl=https%3A%2F%2Fshop.example" in form
        assert "%23rc%3D5%26rp%3Dall" in form
        assert (
            session.done["webhook_url"]
            == "https://shop.example/v1/channels/twilio_sms/15550001111"
        )

    def test_twilios_templates_are_made_once(self) -> None:
        provider = Recorded(THERE)
        session, told = setting_up("twilio_whatsapp", provider)
        assert "the template handrail_buttons_1 is there" in told
        assert (session.done["content_sid_1"], session.done["content_sid_2"]) == ("HX1", "HX9")
        assert "reply_content_sid_es" in session.done

    def test_a_number_that_is_not_there_is_said(self) -> None:
        for channel in ("twilio_sms", "twilio_whatsapp"):
            with pytest.raises(SetupError, match="has no"):
                setting_up(channel, Recorded({}))

    def test_what_is_missing_is_asked_for(self, tmp_path: Path) -> None:
        accounts = saved(tmp_path, {"messenger": {"1": {}, "2": {}}})
        several = run("setup", "messenger", "--accounts", accounts, "--url", "https://a.example")
        assert "which account?" in several.stderr
        nowhere = run("setup", "messenger", "--accounts", accounts, "--account", "1")
        assert "where are the webhooks?" in nowhere.stderr
        other = run("setup", "messenger", "--accounts", accounts, "--account", "1", "--url", "https://a", "--language", "tlh")  # fmt: skip  # noqa: E501
        assert "not a supported language" in other.stderr
