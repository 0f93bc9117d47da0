"""LINE: where events go, and the rich menu by which a person is always in reach.

The menu is a picture of a person, which needs no words; the bar that opens it is in the default
language, since LINE shows one menu to all.
"""

from __future__ import annotations

from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.measures import code_points
from handrail.adapters.channels.kit.splitting import shorten
from handrail.adapters.channels.line import API_URL
from handrail.domain.delivery import Action
from handrail_ops.channels.setups.pictures import person
from handrail_ops.channels.setups.session import Session, SetupError

DATA_URL: Final = "https://api-data.line.me"
MENU_NAME: Final = "handrail-1-{}"
_WIDTH: Final = 800
_HEIGHT: Final = 270
_BAR_CHARS_MAX: Final = 14
_LABEL_CHARS_MAX: Final = 20


def headers(account: Account) -> dict[str, str]:
    """Return what opens the Messaging API."""
    return {"Authorization": f"Bearer {account.get('access_token')}"}


def line(session: Session) -> None:
    """Set the webhook's address, try it, and show the menu to everybody."""
    account = session.account
    if not session.dry_run and not account.get("access_token"):
        message = "the account has no access_token"
        raise SetupError(message)
    base = f"{account.get('api_url', API_URL)}/v2/bot"
    session.post(
        f"send events to {session.webhook_url}",
        f"{base}/channel/webhook/endpoint",
        {"endpoint": session.webhook_url},
        method="PUT",
    )
    tried = session.post(
        "have LINE try the address",
        f"{base}/channel/webhook/test",
        {"endpoint": session.webhook_url},
    )
    if isinstance(tried, dict) and tried.get("success") is False:
        told = tried.get("reason") or tried.get("detail") or "no reason given"
        session.tell(f"  LINE could not bring an event there: {told}")
    session.tell(
        "once, in the LINE Developers console: switch on Use webhook and Webhook redelivery;"
        " in the Official Account Manager: switch off Auto-reply messages"
    )
    _menu(session, base)


def _menu(session: Session, base: str) -> None:
    first = session.languages[0]
    name = MENU_NAME.format(first)
    label = session.say(first, "offer.label")
    listed = session.ask(f"{base}/richmenu/list")
    known = {one.get("name"): one.get("richMenuId") for one in listed.get("richmenus", ())}
    menu_id = known.get(name)
    if menu_id:
        session.tell(f"the rich menu {name} is there")
    else:
        made = session.post(f"make the rich menu {name}: {label}", f"{base}/richmenu",
                            _rich_menu(name, label))  # fmt: skip
        menu_id = made.get("richMenuId", "richmenu-…")
    data = session.account.get("api_url", DATA_URL)
    session.upload(
        "give it its picture",
        f"{data}/v2/bot/richmenu/{menu_id}/content",
        person(_WIDTH, _HEIGHT),
        "image/png",
        _has_picture,
    )
    session.post("show it to everybody", f"{base}/user/all/richmenu/{menu_id}", {})


def _rich_menu(name: str, label: str) -> dict[str, Any]:
    return {
        "size": {"width": _WIDTH, "height": _HEIGHT},
        "selected": False,
        "name": name,
        "chatBarText": shorten(label, code_points, _BAR_CHARS_MAX),
        "areas": [
            {
                "bounds": {"x": 0, "y": 0, "width": _WIDTH, "height": _HEIGHT},
                "action": {
                    "type": "postback",
                    "label": shorten(label, code_points, _LABEL_CHARS_MAX),
                    "data": str(Action.PERSON),
                    "displayText": label,
                },
            }
        ],
    }


def _has_picture(answer: Any) -> bool:
    told = answer.get("message") if isinstance(answer, dict) else None
    return isinstance(told, str) and "already" in told.lower()
