"""Which of OpenAI's APIs a model's server speaks; known without importing the client."""

from typing import Literal

from handrail.domain.errors import SettingsError

Api = Literal["responses", "chat"]
"""`responses` is OpenAI's own; most compatible servers speak `chat`."""


def read_api(setting: str) -> Api:
    """Return the API that `OPENAI_API` names.

    Raises:
        SettingsError: it names none.

    """
    match setting:
        case "responses" | "chat":
            return setting
        case _:
            message = f"OPENAI_API must be responses or chat, not {setting!r}"
            raise SettingsError(message)
