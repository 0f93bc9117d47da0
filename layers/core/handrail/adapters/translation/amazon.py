"""Amazon Translate: no key but the function's role, and nothing leaves the account's region."""

from typing import Final, Protocol

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.translation.lines import LineTranslator
from handrail.adapters.translation.texts import Limits
from handrail.application.ports import Clock

LIMITS: Final = Limits(3_000, 90_000)
"""Amazon takes 10,000 bytes at once; no letter of ours takes more than three."""

_NAMES: Final = {
    "zh-Hans": "zh",
    "zh-Hant": "zh-TW",
    "pt-BR": "pt",
    "fil": "tl",
    "nb": "no",
    "nn": "no",
}
_VARIANTS: Final = frozenset({"pt-PT", "es-MX", "fr-CA", "fa-AF", "zh-TW"})
_AUTOMATIC: Final = "auto"


class Client(Protocol):
    """As much of boto3's client of Amazon Translate as is used."""

    def translate_text(
        self,
        *,
        Text: str,  # noqa: N803 - Amazon's names
        SourceLanguageCode: str,  # noqa: N803
        TargetLanguageCode: str,  # noqa: N803
    ) -> dict[str, object]:
        """Translate one text."""
        ...


def name_of(tag: str) -> str:
    """Return what Amazon Translate calls a language."""
    base = tag.partition("-")[0]
    return tag if tag in _VARIANTS else _NAMES.get(tag, _NAMES.get(base, base))


class AmazonTranslator(LineTranslator):
    """A `Translator` over Amazon Translate."""

    def __init__(
        self, clock: Clock, client: Client, breaker: CircuitBreaker | None = None
    ) -> None:
        """Make a translator; the client's own timeouts end what is given up."""

        def piece(text: str, source: str | None, target: str, _seconds: float) -> object:
            return client.translate_text(
                Text=text,
                SourceLanguageCode=_AUTOMATIC if source is None else name_of(source),
                TargetLanguageCode=name_of(target),
            )["TranslatedText"]

        super().__init__(clock, LIMITS, piece, breaker)
