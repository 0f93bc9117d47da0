"""What WhatsApp Cloud, Messenger and Instagram share: Meta's webhooks and its Graph API."""

import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import check
from handrail.adapters.channels.kit.messenger_base import Messenger
from handrail.adapters.channels.kit.reading import Json, an_object
from handrail.adapters.channels.kit.sending import (
    Answer,
    Verdicts,
    answered_json,
    exchange,
    judge,
    post_json,
    told_of,
)
from handrail.application.ports import Request, Response
from handrail.domain.delivery import Delivered, Delivery
from handrail.domain.errors import MalformedRequestError

GRAPH_URL: Final = "https://graph.facebook.com"
GRAPH_VERSION: Final = "v25.0"
SIGNATURE_HEADER: Final = "X-Hub-Signature-256"
_LEGACY_HEADER: Final = "X-Hub-Signature"
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")


class MetaMessenger(Messenger):
    """The doors of a Meta app: the subscription's handshake, and the signature of every event."""

    def handshake(self, request: Request) -> Response | None:
        """Answer the subscription of the webhook: the challenge for who knows the token."""
        if request.method != "GET":
            return None
        account = self.account(request)
        given = request.query.get("hub.verify_token", "").encode("utf-8", "replace")
        known = False
        for token in account.keys("verify_token") if account else ():
            known |= hmac.compare_digest(token, given)
        challenge = request.query.get("hub.challenge", "")
        asked = request.query.get("hub.mode") == "subscribe"
        if not known or not asked or not _CHALLENGE.fullmatch(challenge):
            return Response(403, "the verify token is not this account's", _PLAIN)
        return Response(200, challenge, _PLAIN)

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the signature over the raw body. The scheme has no time in it: ids do that."""
        del now
        keys = account.keys("app_secret")
        offered = request.headers.get(SIGNATURE_HEADER.lower())
        legacy = request.headers.get(_LEGACY_HEADER.lower())
        if offered is None and legacy is not None:
            # Older apps and tools send this one alone. An HMAC by SHA-1 is still one that only
            # the holder of the secret can make.
            given = legacy.removeprefix("sha1=")
            check(keys, [request.body], given, algorithm="sha1", header=_LEGACY_HEADER)
            return
        if offered is not None and not offered.startswith("sha256="):
            offered = None
        given_hex = offered.removeprefix("sha256=") if offered else None
        check(keys, [request.body], given_hex, header=SIGNATURE_HEADER)

    def ours(self, request: Request, provider_id: str | None) -> str:
        """Return the account an event is for: the one it names, else the one of the path.

        Raises:
            MalformedRequestError: it names another account of ours, whose secret is another.

        """
        path = self.account(request)
        if provider_id is None or (path is not None and path.id == provider_id):
            return path.id if path else (provider_id or "")
        named = self.tools.accounts(self.name, provider_id)
        if path is not None and named is not None:
            # One app may serve several accounts; an app must not speak for another app's.
            shared = set(named.keys("app_secret")) & set(path.keys("app_secret"))
            if not shared:
                message = "the event is for an account that another app serves"
                raise MalformedRequestError(message)
        return provider_id

    def asked(self, account: Account, path: str) -> Json:
        """Read something from the Graph API; empty when there is no such thing.

        Raises:
            UnavailableError: not now, or not with this account's token.

        """
        url = f"{_base(account)}/{path}"
        return an_object(told_of(exchange(self.tools.http, "GET", url, bearer(account))))

    def graph(
        self, account: Account, path: str, payload: Mapping[str, Any], table: Verdicts
    ) -> Answer | Delivery:
        """Post to the Graph API; a refusal is judged by the channel's table.

        Returns the answer when it was accepted.
        """
        answer = post_json(self.tools.http, f"{_base(account)}/{path}", payload, bearer(account))
        if not isinstance(answer, Answer):
            return answer
        if 200 <= answer.status < 300:  # noqa: PLR2004
            return answer
        error = an_object(an_object(answered_json(answer)).get("error"))
        codes = [_code(error.get("error_subcode")), _code(error.get("code"))]
        return judge(answer, codes, table, self.tools.clock.now())


_PLAIN: Final = {"content-type": "text/plain; charset=utf-8"}


def bearer(account: Account) -> Mapping[str, str]:
    """Return what opens the account: in a header, since logs of proxies keep addresses."""
    return {"Authorization": f"Bearer {account.get('access_token')}"}


def _base(account: Account) -> str:
    return f"{account.get('api_url', GRAPH_URL)}/{account.get('api_version', GRAPH_VERSION)}"


def taken(answer: Answer, *path: str | int) -> Delivered:
    """Return that a message was taken, with the id that stands at a place of the answer."""
    found: Any = answered_json(answer)
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return Delivered(())
    return Delivered((found,)) if isinstance(found, str) and found else Delivered(())


def _code(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
