"""The translator of a company that has none: agents write the customer's language, or say so."""

from handrail.domain.errors import UnavailableError


class NoTranslator:
    """A `Translator` that is never available; texts already in the target language pass."""

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:  # noqa: ARG002 - nothing takes time here
        """Return the text when there is nothing to translate.

        Raises:
            UnavailableError: the languages differ.

        """
        if source == target:
            return text
        message = f"no translator is configured, so nothing becomes {target}"
        raise UnavailableError(message)
