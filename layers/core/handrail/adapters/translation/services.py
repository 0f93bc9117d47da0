"""Each service's own names for languages, and a fresh client of it for every call.

A shared client of deep_translator keeps the text of its last call in itself: used by two threads,
it gives one customer another's words. So there is none to share.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from deep_translator import (
    DeeplTranslator,
    GoogleTranslator,
    LibreTranslator,
    MicrosoftTranslator,
    deepl,
    google,
    libre,
    microsoft,
)

from handrail.adapters.translation.texts import Limits
from handrail.adapters.translation.transport import BoundedRequests

google.requests = BoundedRequests(in_body=False)
deepl.requests = BoundedRequests(in_body=True)
libre.requests = BoundedRequests(in_body=True)
microsoft.requests = BoundedRequests(in_body=False)

_AUTOMATIC: Final = "auto"


class Service(StrEnum):
    """The services that can be configured."""

    GOOGLE = "google"
    """The public page of Google Translate: no key, no promise; for trying out."""
    DEEPL = "deepl"
    MICROSOFT = "microsoft"
    LIBRE = "libre"
    """LibreTranslate, one's own or hosted."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a service is and how it knows us."""

    key: str = ""
    region: str | None = None
    """Microsoft's region of the key."""
    url: str | None = None
    """Another address than the service's own; LibreTranslate needs one."""


class Client(Protocol):
    """What a client of deep_translator does."""

    def translate(self, text: str) -> Any:
        """Return the translation, or, when the service has none, whatever."""
        ...


LIMITS: Final[Mapping[Service, Limits]] = {
    Service.GOOGLE: Limits(4_500, 6_000),
    Service.DEEPL: Limits(10_000, 120_000),
    Service.MICROSOFT: Limits(10_000, 120_000),
    Service.LIBRE: Limits(2_000, 24_000),
}

_NAMES: Final[Mapping[Service, Mapping[str, str]]] = {
    Service.GOOGLE: {
        "zh-Hans": "zh-CN",
        "zh-Hant": "zh-TW",
        "he": "iw",
        "nb": "no",
        "nn": "no",
        "fil": "tl",
        "jv": "jw",
    },
    Service.DEEPL: {
        "zh-Hans": "ZH-HANS",
        "zh-Hant": "ZH-HANT",
        "en": "EN-US",
        "en-GB": "EN-GB",
        "pt-BR": "PT-BR",
        "pt": "PT-PT",
        "no": "NB",
        "fil": "TL",
    },
    Service.MICROSOFT: {
        "zh-Hans": "zh-Hans",
        "zh-Hant": "zh-Hant",
        "pt-PT": "pt-PT",
        "pt-BR": "pt",
        "no": "nb",
        "tl": "fil",
        "sr": "sr-Latn",
        "sr-Latn": "sr-Latn",
    },
    Service.LIBRE: {"zh-Hans": "zh", "zh-Hant": "zt", "fil": "tl", "no": "nb"},
}


def name_of(service: Service, tag: str, *, target: bool) -> str:
    """Return what a service calls a language."""
    names = _NAMES[service]
    base = tag.partition("-")[0]
    if service is Service.DEEPL:
        # DeepL tells variants apart only in what it writes.
        return names.get(tag, names.get(base, base.upper())) if target else base.upper()
    return names.get(tag, names.get(base, base))


def client(service: Service, access: Access, source: str | None, target: str) -> Client:
    """Return a client for one call."""
    made = _CLIENTS[service](access)
    # Set behind the constructor's back: its tables of languages are years old.
    made.source = _AUTOMATIC if source is None else name_of(service, source, target=False)
    made.target = name_of(service, target, target=True)
    if access.url is not None:
        made._base_url = _address(service, access.url)  # noqa: SLF001 - no other way for all
    named: Client = made
    return named


def _address(service: Service, url: str) -> str:
    """Return a service's address as its client wants it: some add a path of their own."""
    return f"{url.rstrip('/')}/" if service in {Service.DEEPL, Service.LIBRE} else url


class _Microsoft(MicrosoftTranslator):  # type: ignore[misc]
    """Microsoft's, without the request for its languages that each new client makes."""

    def _get_supported_languages(self) -> dict[str, str]:
        return {"english": "en"}


_CLIENTS: Final[Mapping[Service, Callable[[Access], Any]]] = {
    Service.GOOGLE: lambda _: GoogleTranslator(source=_AUTOMATIC, target="en"),
    Service.DEEPL: lambda access: DeeplTranslator(
        source="de", target="en", api_key=access.key, use_free_api=access.key.endswith(":fx")
    ),
    Service.MICROSOFT: lambda access: _Microsoft(
        source=_AUTOMATIC, target="en", api_key=access.key, region=access.region
    ),
    # Its constructor insists on a key, though a server of one's own may need none.
    Service.LIBRE: lambda access: LibreTranslator(
        source="en", target="es", api_key=access.key or "none", custom_url=access.url
    ),
}
