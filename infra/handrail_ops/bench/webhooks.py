"""What `receive` takes for a webhook, channel by channel: its own time, with AWS apart.

The function is put together by its own `bootstrap` module and given events as API Gateway brings
them. Its accounts' secret is there, and its queue takes everything at once.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import io
import json
import logging
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from handrail.adapters.channels.kit.hmac_signature import as_base64, sign
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Request
from handrail.bootstrap.receive import build
from handrail.observability import logger
from handrail.settings import ReceiveSettings
from handrail_ops.bench.starts import environment
from handrail_ops.channels.peers.base import Peer
from handrail_ops.channels.peers.table import PEERS

WEBHOOK_BYTES: Final = 2_048
USUAL_TEXT_BYTES: Final = 200
"""What customers write at once: two sentences or three."""
BATCH_BYTES: Final = 3_000_000
BATCH_MESSAGES: Final = 1_000
_BATCHES: Final = {"whatsapp_cloud": "entry", "messenger": "entry", "instagram": "entry",
                   "line": "events"}  # fmt: skip
"""Who sends several messages in one request, and the list they stand in."""
_WARM: Final = 40
_RUNS: Final = 200
_BATCH_RUNS: Final = 3
_ALIKE: Final = 20
"""How many messages of a batch have the same text."""
_IDS: Final = re.compile(r"(?:wamid\.customer-|m_customer-|01PEER)[0-9]+")
_NUMBER_CHARS: Final = 8
_OK: Final = 200
_SECRET: Final = "the accounts"  # noqa: S105 - a name

SENTENCES: Final = (
    (
        "I ordered a pair of boots three weeks ago and only one of them came.",
        "The page says that the parcel is with my neighbour, who has not seen it.",
        "Could you tell me whether the second payment is due before the return is booked?",
        "My bank says that they never had anything from you, so I do not know what to believe.",
        "It is the third time that I write, and the number in the letter is 40-2231-B.",
    ),
    (
        "Ich habe die Schuhe am Montag zurückgeschickt und seitdem nichts mehr gehört.",
        "Auf der Rechnung steht noch der alte Betrag, obwohl ein Teil erstattet wurde.",
        "Wann ist die zweite Rate fällig, wenn die Rücksendung noch unterwegs ist?",
    ),
    (
        "El paquete llegó abierto y faltaba el cargador que venía en la caja.",
        "El mes pasado ya pagué esa cuota y la aplicación dice que sigue pendiente.",
        "¿Cuándo me devuelven el dinero de las botas que envié el lunes?",
    ),
    (
        "Заказ так и не пришёл, а в приложении написано, что он получен.",  # noqa: RUF001
        "На прошлой неделе ботинки отправлены обратно и до сих пор ничего.",  # noqa: RUF001
    ),
    (
        "وصلني الطرد متأخرا ولم أجد الفاتورة داخله.",
        "أرسلت الحذاء يوم الاثنين ولم يصلني شيء منذ ذلك الوقت.",
    ),
    ("注文した商品と違う色のものが届きました。", "先週返品した靴の返金はいつになりますか。"),
)
"""What customers write who ask for nobody, language by language; each message is in one."""


@dataclass(frozen=True, slots=True)
class Took:
    """How long requests of one kind took."""

    channel: str
    bytes: int
    messages: int
    runs: int
    milliseconds: float
    """The median of the function's own CPU time, on this machine as it is now."""
    least: float
    """The shortest, which a busy machine changes least."""


class _Aws:
    """What the function asks of AWS, answered at once."""

    def __init__(self, accounts: Mapping[str, Any]) -> None:
        self.sqs = self.secrets = self.dynamodb = self
        self._accounts = json.dumps(accounts)
        self.taken = 0

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        is_accounts = asked["SecretId"] == _SECRET
        return {"SecretString": self._accounts if is_accounts else "a secret of its own"}

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        self.taken += len(asked["Entries"])
        return {"Successful": [{"Id": one["Id"], "MessageId": "m"} for one in asked["Entries"]]}


class Bench:
    """The function `receive`, and the providers that bring it webhooks."""

    def __init__(self, root: Path, seed: int = 7) -> None:
        """Put the function together."""
        self._rng = random.Random(seed)  # noqa: S311 - texts, no secrets
        clock = SystemClock()
        self._peers: dict[str, Peer] = {n: one.kind(clock) for n, one in PEERS.items()}
        accounts = {name: {peer.account: peer.values} for name, peer in self._peers.items()}
        self._aws = _Aws(accounts)
        values = {**environment(root, "receive"), "ACCOUNTS_SECRET_ARN": _SECRET}
        aws: Any = self._aws
        self._handle = build(ReceiveSettings.from_env(values), aws)

    def webhooks(self, warm: int = _WARM, runs: int = _RUNS) -> Sequence[Took]:
        """Return what a signed webhook takes of which two kilobytes are full of text."""
        return [self._measured(name, self._webhook, warm, runs) for name in PEERS]

    def usual(self, warm: int = _WARM, runs: int = _RUNS) -> Sequence[Took]:
        """Return what a signed webhook of a usual message takes, for each channel."""
        return [self._measured(name, self._usual_webhook, warm, runs) for name in PEERS]

    def batches(self, warm: int = 1, runs: int = _BATCH_RUNS) -> Sequence[Took]:
        """Return what the largest batch takes, for each channel that sends several at once."""
        return [self._measured(name, self._batch, warm, runs) for name in _BATCHES]

    def _measured(self, name: str, make: Callable[[str], Request], warm: int, runs: int) -> Took:
        spent: list[float] = []
        size = messages = 0
        for number in range(warm + runs):
            event = _event(name, make(name))
            size = len(event["body"].encode())
            before = self._aws.taken
            with _quietly(), _uncollected():
                began = time.process_time()
                answer = self._handle(event, None)
                took = time.process_time() - began
            if answer["statusCode"] != _OK:
                message = f"{name}: {answer}"
                raise RuntimeError(message)
            messages = self._aws.taken - before
            if number >= warm:
                spent.append(took * 1000)
        return Took(name, size, messages, runs, statistics.median(spent), min(spent))

    def _text(self, bytes_max: int) -> str:
        """Return words of customers that fit; what they come to in a body differs by channel."""
        language, words = self._rng.choice(SENTENCES), ""
        while True:
            words += " " + self._rng.choice(language)
            if len(words.encode()) > bytes_max:
                return words

    def _webhook(self, name: str, wanted: int = WEBHOOK_BYTES) -> Request:
        peer, customer = self._peers[name], PEERS[name].customer
        text = self._text(wanted)
        # As long as it may be: cut until the whole request has the size.
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if len(peer.text_webhook(customer, text[:middle]).body) <= wanted:
                low = middle
            else:
                high = middle - 1
        return peer.text_webhook(customer, text[:low])

    def _usual_webhook(self, name: str) -> Request:
        text = self._text(USUAL_TEXT_BYTES).encode()[:USUAL_TEXT_BYTES].decode(errors="ignore")
        return self._peers[name].text_webhook(PEERS[name].customer, text)

    def _batch(self, name: str) -> Request:
        within = _BATCHES[name]
        each = BATCH_BYTES // BATCH_MESSAGES
        first = self._webhook(name, each)
        whole: dict[str, Any] = json.loads(first.body)
        found: list[Any] = []
        for number in range(BATCH_MESSAGES // _ALIKE):
            webhook = self._webhook(name, each - _NUMBER_CHARS).body.decode()
            # Ids of messages are the only thing in which those of one text differ.
            ids = _IDS.findall(webhook)
            for copy in range(_ALIKE):
                again = webhook
                for one in ids:
                    again = again.replace(one, f"{one}-{number:03}{copy:03}")
                found += json.loads(again)[within]
        body = json.dumps({**whole, within: found}, ensure_ascii=name != "line").encode()
        return self._signed(name, dataclasses.replace(first, body=body))

    def _signed(self, name: str, request: Request) -> Request:
        values = self._peers[name].values
        if name == "line":
            made = sign(values["channel_secret"].encode(), request.body, encode=as_base64)
            headers = {**request.headers, "x-line-signature": made}
        else:
            made = sign(values["app_secret"].encode(), request.body)
            headers = {**request.headers, "x-hub-signature-256": f"sha256={made}"}
        return dataclasses.replace(request, headers=headers)


@contextmanager
def _quietly() -> Iterator[None]:
    """Have what the function logs and measures made, and shown to nobody."""
    handlers = [one for one in logger.handlers if isinstance(one, logging.StreamHandler)]
    streams = [one.setStream(io.StringIO()) for one in handlers]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            if stream is not None:
                handler.setStream(stream)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the garbage of making the webhooks out of what answering them takes.

    It is not collected right before, either: that walks through all of the memory, and would be
    followed by a function whose every cache is empty.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _event(name: str, request: Request) -> dict[str, Any]:
    """Return a request as an HTTP API brings it."""
    return {
        "version": "2.0",
        "rawPath": request.path,
        "rawQueryString": "",
        "headers": dict(request.headers),
        "requestContext": {
            "domainName": "handrail.example",
            "http": {"method": request.method, "path": request.path},
        },
        "pathParameters": {"channel": name, "account": request.path.rpartition("/")[2]},
        "body": request.body.decode(),
        "isBase64Encoded": False,
    }
