"""Viber: where events go. It has no menus: a keyboard comes with every message."""

from __future__ import annotations

from typing import Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.viber import API_URL, TOKEN_HEADER
from handrail_ops.channels.setups.session import Session, SetupError

EVENTS: Final = ("failed", "subscribed", "unsubscribed", "conversation_started")
"""Beside messages, which always come. That a message was seen changes nothing."""


def headers(account: Account) -> dict[str, str]:
    """Return what opens the API."""
    return {TOKEN_HEADER: account.get("auth_token")}


def viber(session: Session) -> None:
    """Set the webhook, which Viber tries at once: the account has to be configured by then."""
    if not session.dry_run and not session.account.get("auth_token"):
        message = "the account has no auth_token"
        raise SetupError(message)
    what = f"send events to {session.webhook_url}"
    answer = session.post(
        what,
        f"{session.account.get('api_url', API_URL)}/pa/set_webhook",
        {
            "url": session.webhook_url,
            "event_types": list(EVENTS),
            "send_name": True,
            "send_photo": False,
        },
    )
    status = answer.get("status", 0) if isinstance(answer, dict) else 0
    if status != 0:
        message = f"{what}: refused with status {status}: {answer.get('status_message')}"
        raise SetupError(message)
