"""LINE shows one rich menu to all, and another to whom it is linked: each customer's language.

`channels setup` makes a menu for each language, known by an alias. Which customer is shown which
LINE remembers; a process remembers what it asked for, so that it asks once. All of it is best
effort: who has no menu of their own has the one for everybody.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from handrail.adapters.channels.kit.reading import Json, an_id, an_object
from handrail.adapters.channels.kit.sending import Answer, Http, answered_json, exchange
from handrail.application.ports import Clock

MENUS: Final = "handrail-1"
"""What the aliases of our menus begin with; another number when the menus change."""
_AGAIN_SECONDS: Final = 600.0
"""After how long an alias is asked for again that was not there."""
_KEPT_MAX: Final = 2_000


def alias(menus: str, language: str) -> str:
    """Return the alias of a language's menu; LINE takes a-z, 0-9, _ and - in it."""
    return f"{menus}-{language.lower()}"


class Menus:
    """Links customers to the menu of their language."""

    def __init__(self, http: Http, clock: Clock) -> None:
        """Know of no menu yet."""
        self._http = http
        self._clock = clock
        self._ids: dict[tuple[str, str], tuple[str | None, float]] = {}
        self._linked: dict[tuple[str, str], str] = {}
        self._rests_until = 0.0
        """Where LINE is slow or refuses, messages come first: no menus for a while."""

    def show(
        self, base: str, headers: Mapping[str, str], account: str, customer: str, name: str
    ) -> None:
        """Have a customer shown a menu, by its alias, unless that was done."""
        now = self._clock.now()
        if now < self._rests_until or self._linked.get((account, customer)) == name:
            return
        known, asked_at = self._ids.get((account, name), (None, 0.0))
        if known is None and now - asked_at >= _AGAIN_SECONDS:
            told = self._ask("GET", f"{base}/richmenu/alias/{name}", headers)
            known = an_id(told.get("richMenuId")) if told is not None else None
            self._ids[account, name] = (known, now)
        if known is None:
            return
        url = f"{base}/user/{quote(customer, safe='')}/richmenu/{quote(known, safe='')}"
        if self._ask("POST", url, headers) is not None:
            if len(self._linked) >= _KEPT_MAX:
                self._linked.clear()
            self._linked[account, customer] = name

    def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> Json | None:
        """Return what LINE grants; None, and a rest, for anything but what is not there."""
        answer = exchange(self._http, method, url, headers)
        if isinstance(answer, Answer) and answer.status < 300:  # noqa: PLR2004
            return an_object(answered_json(answer))
        if not isinstance(answer, Answer) or answer.status != 404:  # noqa: PLR2004
            self._rests_until = self._clock.now() + _AGAIN_SECONDS
        return None
