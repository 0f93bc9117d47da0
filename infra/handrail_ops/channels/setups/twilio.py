"""Twilio: where messages and receipts go, a second try for both, and content templates.

Twilio tries a webhook once. So the number gets the same address as its fallback, and connection
overrides that try again on every failure: that is all the redelivery there is.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.twilio import API_URL, TYPING_URL, authorization
from handrail_ops.channels.setups.session import Session, SetupError

CONTENT_URL: Final = "https://content.twilio.com"
OVERRIDES: Final = "#rc=5&rp=all&ct=3000&rt=10000&tt=15000"
"""Up to five more tries, on any failure; never on the wire."""
_BUTTONS: Final = "handrail_buttons_{}"
_REPLY: Final = "handrail_reply_{}"


def headers(account: Account) -> dict[str, str]:
    """Return what opens Twilio's interfaces."""
    return {"Authorization": authorization(account)}


def sms(session: Session) -> None:
    """Point the number, or its messaging service, at our webhook."""
    service = session.account.get("messaging_service_sid")
    hooked = f"{session.webhook_url}{OVERRIDES}"
    if service:
        base = session.account.get("api_url", TYPING_URL)
        session.post_form(
            f"send what the messaging service {service} gets to {session.webhook_url}",
            f"{base}/v1/Services/{service}",
            {
                "InboundRequestUrl": hooked,
                "InboundMethod": "POST",
                "FallbackUrl": hooked,
                "FallbackMethod": "POST",
                "StatusCallback": session.webhook_url,
                "UseInboundWebhookOnNumber": "false",
            },
        )
        return
    numbers = f"{_api(session)}/IncomingPhoneNumbers"
    found = session.ask(f"{numbers}.json?PhoneNumber={quote('+' + session.account.id)}")
    sids = [one.get("sid") for one in found.get("incoming_phone_numbers", ())]
    if not sids and not session.dry_run:
        message = f"the account has no number +{session.account.id}"
        raise SetupError(message)
    for sid in sids or ["PN…"]:
        session.post_form(
            f"send what +{session.account.id} gets to {session.webhook_url}",
            f"{numbers}/{sid}.json",
            {
                "SmsUrl": hooked,
                "SmsMethod": "POST",
                "SmsFallbackUrl": hooked,
                "SmsFallbackMethod": "POST",
                "StatusCallback": session.webhook_url,
            },
        )
    session.done["webhook_url"] = session.webhook_url


def whatsapp(session: Session) -> None:
    """Point the sender at our webhook, and make the templates of buttons and of the reply."""
    base = session.account.get("api_url", TYPING_URL)
    senders = f"{base}/v2/Channels/Senders"
    found = session.ask(f"{senders}?Channel=whatsapp&PageSize=100")
    wanted = f"whatsapp:+{session.account.id}"
    sids = [one.get("sid") for one in found.get("senders", ()) if one.get("sender_id") == wanted]
    if not sids and not session.dry_run:
        message = f"the account has no WhatsApp sender {wanted}"
        raise SetupError(message)
    for sid in sids or ["XE…"]:
        webhook = {
            "callback_url": f"{session.webhook_url}{OVERRIDES}",
            "callback_method": "POST",
            "fallback_url": f"{session.webhook_url}{OVERRIDES}",
            "fallback_method": "POST",
            "status_callback_url": session.webhook_url,
        }
        session.post(f"send what {wanted} gets to {session.webhook_url}", f"{senders}/{sid}",
                     {"webhook": webhook})  # fmt: skip
    session.done["webhook_url"] = session.webhook_url
    _contents(session)


def _contents(session: Session) -> None:
    base = session.account.get("api_url", CONTENT_URL)
    known = {
        one.get("friendly_name"): one.get("sid")
        for one in session.ask(f"{base}/v1/Content?PageSize=500").get("contents", ())
    }
    for count in (1, 2):
        actions = [
            {
                "type": "QUICK_REPLY",
                "title": f"{{{{{2 + 2 * number}}}}}",
                "id": f"{{{{{3 + 2 * number}}}}}",
            }
            for number in range(count)
        ]
        sample = {"1": "…"} | {str(2 + number): "…" for number in range(2 * count)}
        types = {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
        sid = _content(session, base, known, _BUTTONS.format(count), "en", types, sample)
        session.done[f"content_sid_{count}"] = sid
    for language in session.languages:
        types = {"twilio/text": {"body": session.say(language, "template.reply")}}
        code = language.replace("-", "_")
        name = _REPLY.format(code.lower())
        again = language != session.languages[0]
        sid = _content(session, base, known, name, code, types, {}, brief=again)
        name_of_value = "reply_content_sid"
        if again:
            name_of_value += f"_{language}"
        session.done[name_of_value] = sid
        if name not in known:
            session.post(
                f"ask WhatsApp to approve {name}",
                f"{base}/v1/Content/{sid}/ApprovalRequests/whatsapp",
                {"name": name, "category": "UTILITY"},
                brief=again,
            )


def _content(
    session: Session,
    base: str,
    known: dict[Any, Any],
    name: str,
    language: str,
    types: dict[str, Any],
    variables: dict[str, str],
    *,
    brief: bool = False,
) -> str:
    if isinstance(known.get(name), str):
        session.tell(f"the template {name} is there")
        return str(known[name])
    made = session.post(
        f"make the template {name}",
        f"{base}/v1/Content",
        {"friendly_name": name, "language": language, "variables": variables, "types": types},
        brief=brief,
    )
    return str(made.get("sid", "HX…"))


def _api(session: Session) -> str:
    base = session.account.get("api_url", API_URL)
    return f"{base}/2010-04-01/Accounts/{session.account.get('account_sid')}"
