"""The chat page and the HTTP door of the web chat: what the `site` function answers.

The page is one document with its words already in it, a stylesheet and a few scripts, all from
this origin: no build step, no cookie, nothing from anywhere else. Assets carry their version in
the path and may be kept for ever; the document is asked for anew each time.
"""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.application.ports import Catalogue, Request, Response
from handrail.application.site_settings import Asset, SiteSettings
from handrail.application.web_chat import WebChat
from handrail.application.web_files import ACCEPTED_TYPES, UploadRefusedError
from handrail.domain.errors import ForgedRequestError, InvalidInputError, UnavailableError

PAGE = "index.html"
FAVICON = "favicon.svg"
EMBEDDED = "/embed"
WIDGET = "widget.js"

_PHRASES = (
    "ui.",
    "offer.label",
    "disclosure",
    "welcome",
    "language.choose",
    "media.failed",
    "survey.",
)
"""What the page needs of a language: ids, or beginnings of ids."""
_PRELOADED = (
    *("files.js", "frame.js", "languages.js", "link.js", "store.js", "tint.js", "view.js"),
    "words.js",
)
"""What the page's first script needs: fetched with it rather than after it."""

_ASSET_PATH = re.compile(r"/assets/([0-9a-f]{12})/([a-z_]{1,40}\.[a-z]{2,4})")
_PHRASES_PATH = re.compile(r"/v1/web/phrases/([A-Za-z0-9-]{2,35})")
_PRELOAD = '<link rel="modulepreload" href="/assets/{{{{version}}}}/{}">'
_LANGUAGES_READ_MAX = 20
_RETRY_AFTER_SECONDS = 2

_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
_TEN_MINUTES = "private, max-age=600"
_ASK_ANEW = "no-cache"
_NEVER = "no-store"

_FROM_ANYWHERE = {"cross-origin-resource-policy": "cross-origin"}
"""For what other sites' pages load: the widget's script and the page in its frame."""
_ISOLATED = {"cross-origin-embedder-policy": "require-corp"}
"""So that pages which are isolated themselves may show the frame."""

_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Answers every request for the page, its assets, its words and its messages."""

    assets: Mapping[str, Asset]
    catalogue: Catalogue
    language_names: Mapping[str, str]
    """Every language by code, named as it names itself."""
    chat: WebChat
    settings: SiteSettings = field(default_factory=SiteSettings)

    def respond(self, request: Request, now: float) -> Response:
        """Answer a request; whatever is wrong with it is said in the answer."""
        try:
            if request.path.startswith("/v1/web/"):
                return self._chat(request, now)
            return self._page_or_file(request)
        except ForgedRequestError as error:
            return _error(401, "session", str(error))
        except UploadRefusedError as error:
            return _error(400, error.fault, str(error))
        except InvalidInputError as error:
            return _error(400, "malformed", str(error))
        except UnavailableError:
            again = {"retry-after": str(_RETRY_AFTER_SECONDS)}
            return _error(503, "unavailable", "nothing was stored; try again in a moment", again)

    def _chat(self, request: Request, now: float) -> Response:
        match request.method, request.path:
            case "POST", "/v1/web/session":
                return self._session(request, now)
            case "POST", "/v1/web/messages":
                return _json(200, {"id": self.chat.post_message(request, now)})
            case "POST", "/v1/web/survey":
                self.chat.take_survey(request, now)
                return _json(200, {})
            case "GET", "/v1/web/messages":
                return self._messages(request, now)
            case "POST", "/v1/web/files":
                ticket = self.chat.offer_upload(request, now)
                return _json(201, {"url": ticket.url, "fields": dict(ticket.fields)})
            case "GET", "/v1/web/config":
                return _json(200, {"websocket": self.settings.websocket_url}, _ASK_ANEW)
            case "GET", path if found := _PHRASES_PATH.fullmatch(path):
                return self._phrases(found.group(1))
            case _:
                return _nothing_at(request)

    def _page_or_file(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        match method, request.path:
            case "GET", "/":
                return self._page(request, _ASK_ANEW)
            case "GET", path if path == EMBEDDED:
                # Every page of a company asks for it; nothing in it is of one customer.
                return self._page(request, _TEN_MINUTES, _FROM_ANYWHERE | _ISOLATED)
            case "GET", path if path == f"/{WIDGET}":
                return self._file(WIDGET, _AN_HOUR, _FROM_ANYWHERE)
            case "GET", "/favicon.svg":
                return self._file(FAVICON, _AN_HOUR)
            case "GET", path if found := _ASSET_PATH.fullmatch(path):
                return self._asset(*found.groups())
            case _:
                return _nothing_at(request)

    @property
    def version(self) -> str:
        """Return what changes whenever any asset does."""
        digest = hashlib.sha256()
        for name in sorted(self.assets):
            digest.update(f"{name}\0{self.assets[name].content}\0".encode())
        return digest.hexdigest()[:12]

    def _page(
        self, request: Request, keep: str, more: Mapping[str, str] | None = None
    ) -> Response:
        language = self._language(request)
        phrases = self.catalogue.phrases(language)
        title = phrases.say("ui.title")
        boot = {
            "language": language,
            "direction": str(phrases.direction),
            "phrases": self._words(language),
            "languages": dict(self.language_names),
            "websocket": self.settings.websocket_url,
            "files": self._files(),
        }
        # Inside a script element only this one character could end it.
        data = json.dumps(boot).replace("<", "\\u003c")
        page = self.assets[PAGE].content
        for name, value in (
            ("language", html.escape(language)),
            ("direction", html.escape(str(phrases.direction))),
            ("title", html.escape(title)),
            ("preload", "\n    ".join(map(_PRELOAD.format, _PRELOADED))),
            ("version", self.version),
            ("boot", data),
        ):
            page = page.replace("{{" + name + "}}", value)
        headers = {
            "content-language": language,
            "content-security-policy": self.settings.content_policy(),
            "vary": "accept-language",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
            **(more or {}),
        }
        return _response(200, page, self.assets[PAGE].media_type, keep, headers)

    def _files(self) -> dict[str, Any] | None:
        files = self.chat.files
        if files is None:
            return None
        return {"types": list(ACCEPTED_TYPES), "bytes_max": files.bytes_max}

    def _language(self, request: Request) -> str:
        """Return the language to greet in: the one asked for, else one the browser reads."""
        wanted = [request.query.get("language"), *_accepted(request.headers)]
        for tag in wanted:
            if tag and (language := self.catalogue.supported(tag)):
                return language
        return self.settings.default_language

    def _asset(self, version: str, name: str) -> Response:
        if name not in self.assets or name == PAGE:
            return _error(404, "not_found", f"there is no asset {name}")
        # An older page still open asks for an older version; it gets what there is, unkept.
        return self._file(name, _FOR_EVER if version == self.version else _NEVER)

    def _file(self, name: str, keep: str, headers: Mapping[str, str] | None = None) -> Response:
        asset = self.assets[name]
        return _response(200, asset.content, asset.media_type, keep, headers)

    def _phrases(self, language: str) -> Response:
        if self.catalogue.supported(language) != language:
            return _error(404, "not_found", f"there are no phrases in {language!r}")
        phrases = self.catalogue.phrases(language)
        words = {
            "language": language,
            "direction": str(phrases.direction),
            "phrases": self._words(language),
        }
        return _json(200, words, _AN_HOUR)

    def _words(self, language: str) -> dict[str, Any]:
        texts = self.catalogue.phrases(language).texts
        return {
            name: text if isinstance(text, str) else dict(text)
            for name, text in texts.items()
            if name.startswith(_PHRASES)
        }

    def _session(self, request: Request, now: float) -> Response:
        session = self.chat.start_session(request, now)
        return _json(
            201,
            {
                "session": session.id,
                "token": session.token,
                "expires_at": session.expires_at,
                "websocket": self.settings.websocket_url,
            },
        )

    def _messages(self, request: Request, now: float) -> Response:
        reading = self.chat.read_messages(request, now)
        messages = [dict(letter.content) for letter in reading.letters]
        return _json(200, {"messages": messages, "more": reading.more})


def _accepted(headers: Mapping[str, str]) -> list[str]:
    """Return the languages of an Accept-Language header, the most wanted first."""
    weighed = []
    for part in headers.get("accept-language", "").split(",")[:_LANGUAGES_READ_MAX]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag))
        except ValueError:
            continue
    weighed = [(weight, tag) for weight, tag in weighed if weight < 0]
    # Sorting by weight alone keeps the header's own order among equals.
    return [tag for _, tag in sorted(weighed, key=lambda entry: entry[0])]


def _nothing_at(request: Request) -> Response:
    return _error(404, "not_found", f"there is nothing at {request.method} {request.path}")


def _response(
    status: int, body: str, media_type: str, keep: str, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        status,
        body,
        {
            "content-type": f"{media_type}; charset=utf-8",
            "cache-control": keep,
            **_EVERYWHERE,
            **(headers or {}),
        },
    )


def _json(
    status: int, data: object, keep: str = _NEVER, headers: Mapping[str, str] | None = None
) -> Response:
    closed = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
    return _response(
        status, json.dumps(data), "application/json", keep, {**closed, **(headers or {})}
    )


def _error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    return _json(status, {"error": code, "message": message}, headers=headers)
