"""Translation by another function: a translation by the deadline, or none."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handrail.adapters.aws.lambda_translator import LambdaTranslator
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.clock import ManualClock
from support.aws import client, fault
from support.stores import NOW


@pytest.fixture
def functions() -> Any:
    return client("lambda")


def answer(payload: bytes, **more: Any) -> dict[str, Any]:
    body = StreamingBody(io.BytesIO(payload), len(payload))
    return {"StatusCode": 200, "Payload": body, **more}


def translate(functions: Any, deadline: float = NOW + 8) -> str:
    translator = LambdaTranslator(functions, "translate", ManualClock(NOW))
    return translator.translate("Guten Tag", "de", "en", deadline)


def test_the_function_gets_the_text_and_the_deadline(functions: Any) -> None:
    given = {"text": "Guten Tag", "source": "de", "target": "en", "deadline": NOW + 8}
    with Stubber(functions) as stub:
        stub.add_response(
            "invoke",
            answer('{"text": "Good day \u00fc"}'.encode()),
            {"FunctionName": "translate", "Payload": json.dumps(given).encode()},
        )
        assert translate(functions) == "Good day \u00fc"


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b"{}", b'{"text": null}', b'{"text": " "}', b"\xff"]
)
def test_anything_else_is_no_translation(functions: Any, payload: bytes) -> None:
    with Stubber(functions) as stub:
        stub.add_response("invoke", answer(payload))
        with pytest.raises(UnavailableError):
            translate(functions)


def test_an_error_of_the_function_is_not_quoted(functions: Any) -> None:
    payload = json.dumps({"errorMessage": "cannot read Guten Tag", "text": "Good day"}).encode()
    with Stubber(functions) as stub:
        stub.add_response("invoke", answer(payload, FunctionError="Unhandled"))
        with pytest.raises(UnavailableError) as caught:
            translate(functions)
    assert "Guten Tag" not in str(caught.value)


def test_a_function_that_does_not_answer_is_unavailable(functions: Any) -> None:
    timeout = ReadTimeoutError(endpoint_url="https://lambda.example")
    with fault(functions, "before-call", timeout), pytest.raises(UnavailableError):
        translate(functions)


def test_past_the_deadline_nothing_is_asked(functions: Any) -> None:
    with Stubber(functions), pytest.raises(UnavailableError):
        translate(functions, deadline=NOW)
