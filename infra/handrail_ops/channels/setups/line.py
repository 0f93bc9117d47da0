"""LINE: where events go, and the rich menu by which a person is always in reach.

The menu is a picture of a person, which needs no words; the bar that opens it, and what pressing
it says, do. So there is a menu for each language: the default language's is shown to everybody,
and who is written to in another is linked to that.
"""

from __future__ import annotations

from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.measures import code_points
from handrail.adapters.channels.kit.splitting import shorten
from handrail.adapters.channels.line import API_URL, DATA_URL
from handrail.adapters.channels.line_menus import MENUS, alias
from handrail.domain.delivery import Action
from handrail_ops.channels.setups.pictures import person
from handrail_ops.channels.setups.session import Session, SetupError

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
    _menus(session, base)


def _menus(session: Session, base: str) -> None:
    """Make a menu for each language; an alias says that one is whole, however we were cut off.

    LINE takes a hundred new menus an hour: what did not fit is made by the next run.
    """
    listed = session.ask(f"{base}/richmenu/list")
    known = {one.get("name"): one.get("richMenuId") for one in listed.get("richmenus", ())}
    told = session.ask(f"{base}/richmenu/alias/list")
    whole = {one.get("richMenuAliasId"): one.get("richMenuId") for one in told.get("aliases", ())}
    picture = person(_WIDTH, _HEIGHT)
    for language in session.languages:
        first = language == session.languages[0]
        name = alias(MENUS, language)
        menu_id = whole.get(name)
        if menu_id is None:
            made = known.get(MENU_NAME.format(language))
            menu_id = _menu(session, base, language, made, picture)
            session.post(
                f"call it {name}",
                f"{base}/richmenu/alias",
                {"richMenuAliasId": name, "richMenuId": menu_id},
                brief=not first,
            )
        if first:
            session.post("show it to everybody", f"{base}/user/all/richmenu/{menu_id}", {})
    there = sum(alias(MENUS, language) in whole for language in session.languages)
    if there:
        session.tell(f"{there} rich menus are there")
    session.done["menus"] = MENUS


def _menu(session: Session, base: str, language: str, menu_id: str | None, picture: bytes) -> str:
    """Make one menu and give it its picture."""
    name = MENU_NAME.format(language)
    first = language == session.languages[0]
    label = session.say(language, "offer.label")
    if menu_id is None:
        made = session.post(f"make the rich menu {name}: {label}", f"{base}/richmenu",
                            _rich_menu(name, label), brief=not first)  # fmt: skip
        menu_id = str(made.get("richMenuId", "richmenu-…"))
    data = session.account.get("api_url", DATA_URL)
    session.upload(
        "give it its picture",
        f"{data}/v2/bot/richmenu/{menu_id}/content",
        picture,
        "image/png",
        _has_picture,
        brief=not first,
    )
    return menu_id


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
