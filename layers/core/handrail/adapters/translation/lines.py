"""Translates by whatever takes one piece of a text, never later than asked for, or refuses.

Whatever goes wrong is `UnavailableError`: the caller has a way that needs no translation.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.patience import within
from handrail.adapters.translation.scripts import in_our_script
from handrail.adapters.translation.texts import (
    PIECES_MAX,
    Limits,
    checked,
    mask,
    pieces,
    says_something,
)
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError

Piece = Callable[[str, str | None, str, float], object]
"""Translates a piece from a language, or from whichever it is, into one, within seconds."""


class LineTranslator:
    """A `Translator` that sends line by line: services lose line ends."""

    def __init__(
        self, clock: Clock, limits: Limits, piece: Piece, breaker: CircuitBreaker | None = None
    ) -> None:
        """Make a translator of what translates a piece within its limits."""
        self._clock: Final = clock
        self._limits: Final = limits
        self._piece: Final = piece
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
            return "\n".join(self._lines(masked.text, source, target, seconds))

        translated = self._breaker.call(lambda: within(seconds, "the translator", work))
        return in_our_script(masked.unmask(translated), target)

    def _lines(self, text: str, source: str | None, target: str, seconds: float) -> Iterator[str]:
        asked = 0
        for line in text.split("\n"):
            translated: list[str] = []
            for piece in pieces(line, self._limits.chars, self._limits.encoded_bytes):
                if not says_something(piece):
                    translated.append(piece)
                    continue
                asked += 1
                if asked > PIECES_MAX:
                    message = f"the text takes more than {PIECES_MAX} requests to translate"
                    raise UnavailableError(message)
                translated.append(self._sent(piece, source, target, seconds))
            yield " ".join(translated)

    def _sent(self, piece: str, source: str | None, target: str, seconds: float) -> str:
        try:
            result = self._piece(piece, source, target, seconds)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the libraries let anything through
            # Not its words: they may hold the key or the text.
            message = f"the translator failed ({type(error).__name__})"
            raise UnavailableError(message) from None
        return checked(piece, result, languages_differ=source is not None)
