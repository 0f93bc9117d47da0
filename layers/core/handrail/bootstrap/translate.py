"""Puts `translate` together: the only function in which a translation library is imported."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Translator
from handrail.application.translate import translate_step
from handrail.bootstrap.handler import Handler, observed
from handrail.settings import TranslateSettings


def build(settings: TranslateSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `translate`."""
    clients = clients or Clients()
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    translator = _translator(settings, secrets, clock)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return translate_step(translator, event)

    return observed(handle)


def _translator(
    settings: TranslateSettings, secrets: SecretValues, clock: SystemClock
) -> Translator:
    # Each is imported only when it is configured: the library is heavy.
    if settings.translator == "none":
        from handrail.adapters.translation.none import NoTranslator  # noqa: PLC0415

        return NoTranslator()
    from handrail.adapters.translation.services import Access, Service  # noqa: PLC0415
    from handrail.adapters.translation.web_services import WebTranslator  # noqa: PLC0415

    address = settings.translator_url or None
    is_url = address is not None and "://" in address
    access = Access(
        key=secrets.key(settings.translator_secret_arn) or "",
        region=None if is_url else address,
        url=address if is_url else None,
    )
    return WebTranslator(clock, Service(settings.translator), access)
