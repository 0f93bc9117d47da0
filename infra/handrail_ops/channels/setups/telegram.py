"""Telegram: the webhook with its secret, and the commands in every language Telegram knows.

Updates that could not be brought wait at Telegram for a day. Setting the webhook again, which is
what this does, has them brought at once; polling is not possible beside a webhook, and not needed.
"""

from __future__ import annotations

import re
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.telegram import API_URL
from handrail_ops.channels.setups.session import Session, SetupError

UPDATES: Final = (
    *("message", "edited_message", "callback_query", "my_chat_member", "message_reaction"),
    *("business_connection", "business_message", "edited_business_message"),
    "deleted_business_messages",
)
"""What is sent. Reactions are not unless they are asked for by name."""
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DESCRIPTION_CHARS_MAX: Final = 256
_CODES: Final = {"fil": ("tl",), "nb": ("nb", "no")}
"""What Telegram and telephones call a language in two letters, where that is not our code."""


def headers(_account: Account) -> dict[str, str]:
    """Return nothing: the token is part of every address."""
    return {}


def telegram(session: Session) -> None:
    """Set the webhook and the commands, and say what waits."""
    account = session.account
    if not session.dry_run and not _SECRET.fullmatch(account.get("secret_token")):
        message = "secret_token must be 1 to 256 of A-Z a-z 0-9 _ -"
        raise SetupError(message)
    if not session.dry_run and not account.get("bot_token"):
        message = "the account has no bot_token"
        raise SetupError(message)
    base = f"{account.get('api_url', API_URL)}/bot{account.get('bot_token')}"
    _tell_of(session, session.ask(f"{base}/getWebhookInfo"))
    session.post(
        f"send updates to {session.webhook_url}",
        f"{base}/setWebhook",
        {
            "url": session.webhook_url,
            "secret_token": account.get("secret_token"),
            "allowed_updates": list(UPDATES),
            "max_connections": 100,
            "drop_pending_updates": False,
        },
    )
    for number, (code, language) in enumerate(_languages(session).items()):
        label = session.say(language, "offer.label")[:_DESCRIPTION_CHARS_MAX]
        commands: dict[str, Any] = {"commands": [{"command": "human", "description": label}]}
        if code:
            commands["language_code"] = code
        session.post(
            f"set the command /human in {code or 'all other languages'}: {label}",
            f"{base}/setMyCommands",
            commands,
            brief=number > 1,
        )


def _languages(session: Session) -> dict[str, str]:
    """Return our language for each code of two letters; of several with one, the first counts."""
    found = {"": session.languages[0]}
    for language in session.languages:
        spoken = language.partition("-")[0]
        for code in _CODES.get(spoken, (spoken,)):
            found.setdefault(code, language)
    return found


def _tell_of(session: Session, answer: Any) -> None:
    info = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(info, dict):
        return
    waiting, error = info.get("pending_update_count"), info.get("last_error_message")
    if error:
        session.tell(f"the last update could not be brought: {error}")
    if waiting:
        session.tell(f"{waiting} updates wait; setting the webhook has them brought now")
