"""A translator that is left alone for a while when it keeps failing: nobody waits for it then."""

from dataclasses import dataclass

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.application.ports import Translator


@dataclass(frozen=True, slots=True)
class BreakingTranslator:
    """`application.ports.Translator`."""

    translator: Translator
    breaker: CircuitBreaker

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        """Return the text in the target language, or raise at once while the breaker is open."""
        return self.breaker.call(lambda: self.translator.translate(text, source, target, deadline))
