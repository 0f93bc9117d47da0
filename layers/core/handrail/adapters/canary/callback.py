"""Where the direct channel's callbacks for the canary arrive: its own small application.

It is what a company's application would be: it checks the signature over the raw bytes, keeps the
message, and answers only then.
"""

import json
import re
from collections.abc import Callable

from handrail.adapters.channels.direct_messages import parse_json
from handrail.adapters.channels.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    SharedSecret,
    verify_signature,
)
from handrail.application.ports import Clock, Request, Response
from handrail.application.web_ports import Letter, Mailbox
from handrail.domain.errors import ForgedRequestError, MalformedRequestError, UnavailableError
from handrail.domain.synthetic import CANARY_ACCOUNT

_CUSTOMER = re.compile(r"canary-[a-z0-9]{1,40}")


class CanaryCallback:
    """Takes signed callbacks into the canary's mailbox."""

    def __init__(self, secret: Callable[[], SharedSecret], mailbox: Mailbox, clock: Clock) -> None:
        """Take the secret by look-up, so that it may rotate."""
        self._secret = secret
        self._mailbox = mailbox
        self._clock = clock

    def respond(self, request: Request) -> Response:
        """Answer one callback; 2xx only once the message is kept."""
        try:
            verify_signature(
                self._secret(),
                request.headers.get(TIMESTAMP_HEADER.lower()),
                request.headers.get(SIGNATURE_HEADER.lower()),
                request.body,
                self._clock.now(),
            )
            customer, letter = _read(request.body)
            self._mailbox.put(customer, letter)
        except ForgedRequestError as error:
            return _answer(401, str(error))
        except MalformedRequestError as error:
            return _answer(400, str(error))
        except UnavailableError:
            return _answer(503, "the message could not be kept; send it again")
        return _answer(200, "kept")


def _read(body: bytes) -> tuple[str, Letter]:
    data = parse_json(body)
    customer = data.get("customer") if isinstance(data, dict) else None
    if not isinstance(customer, str) or not _CUSTOMER.fullmatch(customer):
        message = "this is no message to one of the canary's customers"
        raise MalformedRequestError(message)
    sequence = data.get("sequence")
    if data.get("account") != CANARY_ACCOUNT or type(sequence) is not int or sequence < 1:
        message = "a callback of the canary's account with a sequence from 1 was expected"
        raise MalformedRequestError(message)
    return customer, Letter(sequence, data)


def _answer(status: int, message: str) -> Response:
    body = json.dumps({"message": message})
    return Response(status, body, {"content-type": "application/json"})
