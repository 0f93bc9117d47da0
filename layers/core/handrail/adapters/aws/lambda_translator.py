"""Translation by the `translate` function: the libraries it needs load nowhere else."""

import json
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.errors import asking
from handrail.adapters.clock import SystemClock
from handrail.adapters.patience import within
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaTranslator:
    """`application.ports.Translator`."""

    def __init__(
        self, client: "LambdaClient", function_name: str, clock: Clock | None = None
    ) -> None:
        """Take a client that does not retry: the deadline is the caller's."""
        self._client = client
        self._function_name = function_name
        self._clock = clock or SystemClock()

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        """Return the text in the target language, or raise by the deadline."""
        given = {"text": text, "source": source, "target": target, "deadline": deadline}
        seconds = deadline - self._clock.now()
        return within(seconds, "the translate function", lambda: self._invoke(given))

    def _invoke(self, given: dict[str, Any]) -> str:
        with asking("translate"):
            answer = self._client.invoke(
                FunctionName=self._function_name, Payload=json.dumps(given).encode()
            )
            payload = answer["Payload"].read()
        if "FunctionError" in answer:
            # What it says may quote what was to be translated.
            message = f"the translate function failed: {answer['FunctionError']}"
            raise UnavailableError(message)
        try:
            result = json.loads(payload)
        except ValueError:
            result = None
        translated = result.get("text") if isinstance(result, dict) else None
        if not isinstance(translated, str) or not translated.strip():
            message = "the translate function returned no translation"
            raise UnavailableError(message)
        return translated
