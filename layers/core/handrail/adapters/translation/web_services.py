"""Translates with a service on the web: in time, and never somebody else's text."""

from typing import Final

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.translation.lines import LineTranslator
from handrail.adapters.translation.services import LIMITS, Access, Service, client
from handrail.adapters.translation.transport import allow
from handrail.application.ports import Clock
from handrail.domain.errors import SettingsError

_NEEDS_KEY: Final = frozenset({Service.DEEPL, Service.MICROSOFT})


class WebTranslator(LineTranslator):
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

        def piece(text: str, source: str | None, target: str, seconds: float) -> object:
            allow(seconds)
            return client(service, self._access, source, target).translate(text)

        super().__init__(clock, LIMITS[service], piece, breaker)
