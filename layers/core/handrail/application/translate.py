"""Translate one text for an agent or a customer."""

from typing import Any

from handrail.application.ports import Translator
from handrail.domain.errors import MalformedRequestError


def translate_step(translator: Translator, event: dict[str, Any]) -> dict[str, Any]:
    """Translate `text` from `source` (or None) into `target` by `deadline`.

    Raises:
        MalformedRequestError: the event is not a translation request.
        UnavailableError: there is no translation; the caller says so, nothing is made up.

    """
    try:
        text, target = str(event["text"]), str(event["target"])
        deadline = float(event["deadline"])
    except (KeyError, TypeError, ValueError) as error:
        message = "a translation needs text, target and deadline"
        raise MalformedRequestError(message) from error
    source = event.get("source")
    return {"text": translator.translate(text, str(source) if source else None, target, deadline)}
