"""What a set-up does its steps with: it asks, tells what it did, and shows no secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from handrail.adapters.channels.direct import (
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.sending import Http
from handrail.application.ports import Catalogue

_OK = range(200, 300)
_ERROR_CHARS_MAX = 300


def _never(_answer: Any) -> bool:
    return False


class SetupError(Exception):
    """The provider refused a step, or could not be reached; says which and why."""


@dataclass(slots=True)
class Session:
    """One account being set up."""

    account: Account
    webhook_url: str
    """Where the provider is to send what customers write."""
    catalogue: Catalogue
    languages: tuple[str, ...]
    """The languages to set menus and commands in, the default one first."""
    http: Http
    headers: Mapping[str, str]
    dry_run: bool
    tell: Callable[[str], None]
    done: dict[str, str] = field(default_factory=dict)
    """What belongs into the account's values now: names of what was made."""

    def ask(self, url: str) -> Any:
        """Read something; in a dry run nothing is asked, and nothing is known."""
        return {} if self.dry_run else self._call("read", "GET", url, b"", {})

    def post(
        self,
        what: str,
        url: str,
        payload: Mapping[str, Any],
        there: Callable[[Any], bool] = _never,
        *,
        method: str = "POST",
        brief: bool = False,
    ) -> Any:
        """Post JSON. `there` tells of a refusal whether it only says that the thing is there.

        `brief` leaves out of a dry run what is posted: the same in yet another language.
        """
        self.tell(f"{'would ' if self.dry_run else ''}{what}")
        if self.dry_run:
            if not brief:
                self.tell(f"  {method} {self._shown(url)}\n{_readable(_hidden(payload))}")
            return {}
        body = json.dumps(payload).encode("ascii")
        content = {"Content-Type": "application/json"}
        return self._call(what, method, url, body, content, there)

    def upload(
        self,
        what: str,
        url: str,
        body: bytes,
        content_type: str,
        there: Callable[[Any], bool] = _never,
        *,
        brief: bool = False,
    ) -> Any:
        """Post a file."""
        if not (self.dry_run and brief):
            self.tell(f"{'would ' if self.dry_run else ''}{what}")
        if self.dry_run:
            if not brief:
                self.tell(f"  POST {self._shown(url)}\n  {len(body)} bytes of {content_type}")
            return {}
        return self._call(what, "POST", url, body, {"Content-Type": content_type}, there)

    def post_form(self, what: str, url: str, form: Mapping[str, str]) -> Any:
        """Post a form."""
        self.tell(f"{'would ' if self.dry_run else ''}{what}")
        if self.dry_run:
            self.tell(f"  POST {self._shown(url)}\n{_readable(form)}")
            return {}
        content = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call(what, "POST", url, urlencode(form).encode("ascii"), content)

    def say(self, language: str, phrase: str) -> str:
        """Return a phrase without fields."""
        return self.catalogue.phrases(language).say(phrase)

    def _shown(self, url: str) -> str:
        """Return an address as it may be shown: some providers have the token in it."""
        for name, value in self.account.values.items():
            secret = value.strip()
            is_one = any(one in name for one in _SECRET_NAMES)
            # Nothing shorter is a secret; leaving out each "a" would only hide the address.
            if is_one and len(secret) >= _SECRET_CHARS_MIN:
                url = url.replace(secret, "…")
        return url

    def _call(
        self,
        what: str,
        method: str,
        url: str,
        body: bytes,
        content: Mapping[str, str],
        there: Callable[[Any], bool] = _never,
    ) -> Any:
        try:
            answer = self.http.request(method, url, {**self.headers, **content}, body)
        except (CallbackNotSentError, CallbackUnansweredError, CallbackRefusedError) as error:
            message = f"{what}: the provider could not be reached ({error})"
            raise SetupError(message) from error
        try:
            data = json.loads(answer.body or b"{}")
        except ValueError:
            data = {}
        if answer.status in _OK:
            return data
        if there(data):
            self.tell("  is there already")
            return data
        told = json.dumps(data, ensure_ascii=False)[:_ERROR_CHARS_MAX]
        message = f"{what}: refused with {answer.status}: {told}"
        raise SetupError(message)


def _readable(payload: Mapping[str, Any]) -> str:
    """Return a payload as lines that can be read: of a long list each item has its own."""
    whole = _json(dict(payload))
    if len(whole) <= _LINE_CHARS_MAX:
        return f"  {whole}"
    lines = []
    for name, value in payload.items():
        if isinstance(value, list) and len(_json(value)) > _LINE_CHARS_MAX:
            lines += [f"  {name}:", *(f"    {_json(one)}" for one in value)]
        else:
            lines.append(f"  {name}: {_json(value)}")
    return "\n".join(lines)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_LINE_CHARS_MAX = 300
_SECRET_CHARS_MIN = 6
_SECRET_NAMES = ("token", "secret")


def _hidden(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a payload as it may be shown."""
    return {
        name: "…" if any(one in name for one in _SECRET_NAMES) else value
        for name, value in payload.items()
    }
