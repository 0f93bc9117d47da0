"""Repairs of moto that only make it faster: what it computes again for every request."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from moto.core import responses
from moto.sqs import models as sqs_models
from moto.utilities import aws_headers


def remember_method_names() -> None:
    """Look up the operations of a service once.

    Fault: every request lists all members of the response class with `inspect`, 0.3 ms each time.
    """
    module: Any = responses
    module.method_names_from_class = functools.cache(module.method_names_from_class)


def draw_identifiers_at_once() -> None:
    """Draw request ids and receipt handles in one go.

    Fault: moto draws them letter by letter: 52 draws for each answer, 185 for each receipt.
    """
    headers: Any = aws_headers
    base_response: Any = responses
    sqs: Any = sqs_models

    def request_id(headerdict: dict[str, Any] | None = None) -> str:
        drawn = uuid.uuid4().hex
        if headerdict is not None:
            headerdict["x-amzn-requestid"] = drawn
        return drawn

    headers.gen_amzn_requestid_long = request_id
    base_response.gen_amzn_requestid_long = request_id
    sqs.generate_receipt_handle = lambda: uuid.uuid4().hex + uuid.uuid4().hex
