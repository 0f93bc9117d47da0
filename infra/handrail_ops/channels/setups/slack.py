"""Slack: the app's manifest, in which events, buttons and the command find their way here.

A manifest can be changed only with a configuration token, which is good for twelve hours. Without
one, what belongs into the manifest is shown.
"""

from __future__ import annotations

import json
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.slack import API_URL
from handrail.adapters.channels.slack_events import COMMAND
from handrail_ops.channels.setups.session import Session, SetupError

EVENTS: Final = ("app_mention", "message.im", "reaction_added", "reaction_removed")
SCOPES: Final = (
    *("app_mentions:read", "chat:write", "commands", "files:read", "im:history"),
    *("im:read", "im:write", "reactions:read"),
)
_DESCRIPTION_CHARS_MAX: Final = 100


def headers(account: Account) -> dict[str, str]:
    """Return what opens the API: of manifests, where there is a token for them."""
    return {"Authorization": f"Bearer {account.get('config_token', account.get('bot_token'))}"}


def slack(session: Session) -> None:
    """Put our addresses into the app's manifest, or say what belongs there."""
    account = session.account
    base = f"{account.get('api_url', API_URL)}/api"
    app_id = account.get("app_id")
    if not account.get("config_token") or not app_id:
        if not account.get("bot_token") and not session.dry_run:
            message = "the account has no bot_token"
            raise SetupError(message)
        what = "check the bot's token"
        _taken(what, session.post(what, f"{base}/auth.test", {}))
        session.tell(
            "app_id and config_token are not set; put this into the app's manifest by hand:\n"
            + json.dumps(merged({}, session), indent=2, ensure_ascii=False)
        )
        return
    what = f"read the manifest of {app_id}"
    told = _taken(what, session.post(what, f"{base}/apps.manifest.export", {"app_id": app_id}))
    manifest = told.get("manifest") if isinstance(told.get("manifest"), dict) else {}
    what = f"send events, buttons and {COMMAND} to {session.webhook_url}"
    payload = {"app_id": app_id, "manifest": json.dumps(merged(manifest or {}, session))}
    _taken(what, session.post(what, f"{base}/apps.manifest.update", payload))


def merged(manifest: dict[str, Any], session: Session) -> dict[str, Any]:
    """Return a manifest with what we need in it; all else stays as it is."""
    label = session.say(session.languages[0], "offer.label")[:_DESCRIPTION_CHARS_MAX]
    command = {
        "command": COMMAND,
        "url": session.webhook_url,
        "description": label,
        "should_escape": True,
    }
    result: dict[str, Any] = json.loads(json.dumps(manifest))
    features = result.setdefault("features", {})
    features.setdefault("bot_user", {"display_name": session.account.id, "always_online": True})
    features.setdefault("app_home", {}).update(
        messages_tab_enabled=True, messages_tab_read_only_enabled=False
    )
    others = [one for one in features.get("slash_commands", ()) if one.get("command") != COMMAND]
    features["slash_commands"] = [*others, command]
    scopes = result.setdefault("oauth_config", {}).setdefault("scopes", {})
    scopes["bot"] = sorted({*scopes.get("bot", ()), *SCOPES})
    settings = result.setdefault("settings", {})
    events = settings.setdefault("event_subscriptions", {})
    events["request_url"] = session.webhook_url
    events["bot_events"] = sorted({*events.get("bot_events", ()), *EVENTS})
    settings["interactivity"] = {
        **settings.get("interactivity", {}),
        "is_enabled": True,
        "request_url": session.webhook_url,
    }
    return result


def _taken(what: str, answer: Any) -> dict[str, Any]:
    """Return an answer in which nothing was refused; a dry run has none."""
    told: dict[str, Any] = answer if isinstance(answer, dict) else {}
    if told.get("ok", True) is not True:
        errors = json.dumps(told.get("errors", ""), ensure_ascii=False)
        message = f"{what}: refused: {told.get('error')} {errors}"
        raise SetupError(message)
    return told
