"""Translates with a service on the web, never later than asked for and never somebody else's text.

Whatever goes wrong is `UnavailableError`: the caller has a way that needs no translation.
"""

import time
from collections.abc import Iterator
from typing import Final

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.patience import within
from handrail.adapters.translation.services import LIMITS, Access, Service, client
from handrail.adapters.translation.texts import PIECES_MAX, checked, mask, pieces, says_something
from handrail.adapters.translation.transport import allow
from handrail.application.ports import Clock
from handrail.domain.errors import SettingsError, UnavailableError

_NEEDS_KEY: Final = frozenset({Service.DEEPL, Service.MICROSOFT})


class WebTranslator:
    """A `Translator` over one of deep_translator's services."""

    def __init__(
        self,
        clock: Clock,
        service: Service,
        access: Access | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Make a translator.

        Raises:
            SettingsError: the service needs a key or an address, and there is none.

        """
        self._access: Final = access or Access()
        if service in _NEEDS_KEY and not self._access.key:
            message = f"translation with {service} needs a key; set it, or choose another service"
            raise SettingsError(message)
        if service is Service.LIBRE and not self._access.url:
            message = "translation with LibreTranslate needs its address (https://...)"
            raise SettingsError(message)
        self._clock: Final = clock
        self._service: Final = service
        self._breaker: Final = breaker or CircuitBreaker("the translator", time.monotonic)

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        """Return the text in the target language, line by line.

        Raises:
            UnavailableError: no translation by the deadline, or none that can be trusted.

        """
        if source == target or not says_something(text):
            return text
        masked = mask(text)
        seconds = deadline - self._clock.now()

        def work() -> str:
            allow(seconds)
            return "\n".join(self._lines(masked.text, source, target))

        translated = self._breaker.call(lambda: within(seconds, "the translator", work))
        return masked.unmask(translated)

    def _lines(self, text: str, source: str | None, target: str) -> Iterator[str]:
        limits = LIMITS[self._service]
        asked = 0
        for line in text.split("\n"):
            translated: list[str] = []
            for piece in pieces(line, limits.chars, limits.encoded_bytes):
                if not says_something(piece):
                    translated.append(piece)
                    continue
                asked += 1
                if asked > PIECES_MAX:
                    message = f"the text takes more than {PIECES_MAX} requests to translate"
                    raise UnavailableError(message)
                translated.append(self._piece(piece, source, target))
            yield " ".join(translated)

    def _piece(self, piece: str, source: str | None, target: str) -> str:
        try:
            result = client(self._service, self._access, source, target).translate(piece)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - deep_translator lets anything through
            # Not its words: they may hold the key or the text.
            message = f"the translator failed ({type(error).__name__})"
            raise UnavailableError(message) from None
        return checked(piece, result, languages_differ=source is not None)
