"""Puts `translate` together: the only function in which a translation library is imported."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Translator
from handrail.application.translate import translate_step
from handrail.bootstrap.handler import Handler, observed
from handrail.domain.errors import SettingsError
from handrail.settings import TranslateSettings


def build(settings: TranslateSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `translate`."""
    clients = clients or Clients()
    clock = SystemClock()
    secrets = SecretValues(clients.secrets, clock)
    translator = _translator(settings, clients, secrets, clock)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        return translate_step(translator, event)

    return observed(handle)


def _translator(
    settings: TranslateSettings, clients: Clients, secrets: SecretValues, clock: SystemClock
) -> Translator:
    # Each is imported only when it is configured: the library is heavy.
    if settings.translator == "none":
        from handrail.adapters.translation.none import NoTranslator  # noqa: PLC0415

        return NoTranslator()
    if settings.translator == "amazon":
        from handrail.adapters.translation.amazon import AmazonTranslator  # noqa: PLC0415

        return AmazonTranslator(clock, clients.amazon_translate)
    if settings.translator == "model":
        return _model(settings, secrets, clock)
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


def _model(settings: TranslateSettings, secrets: SecretValues, clock: SystemClock) -> Translator:
    from handrail.adapters.model.openai_translator import ModelTranslator  # noqa: PLC0415

    key = secrets.key(settings.model_secret_arn)
    if key is None:
        message = "translation by the model needs the model's key (ModelKey); it is empty"
        raise SettingsError(message)
    return ModelTranslator(
        clock,
        api_key=key,
        model=settings.openai_model,
        base_url=settings.openai_base_url or None,
        api="chat" if settings.openai_api == "chat" else "responses",
    )
