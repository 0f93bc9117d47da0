"""Twilio's signature: an HMAC over the webhook's public address and the form, sorted.

Twilio's own libraries disagree about the port in the address, so an address counts with and
without it. A JSON body is not in the signature but its digest is in the address.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from handrail.adapters.channels.kit.hmac_signature import as_base64, check, sign
from handrail.application.ports import Request
from handrail.domain.errors import ForgedRequestError

SIGNATURE_HEADER = "X-Twilio-Signature"
_PORTS = {"https": 443, "http": 80}
_BODY_DIGEST = "bodySHA256"
FIELDS_MAX = 500
"""A form of Twilio's has some thirty fields; a request with more than this is none."""

Form = Sequence[tuple[str, str]]


def form_of(request: Request) -> Form:
    """Return the form of a request; of a GET it stands in the address.

    Raises:
        ForgedRequestError: it has more fields than any of Twilio's.

    """
    if request.method == "GET" or _is_json(request):
        return ()
    try:
        return _fields(request.body)
    except ValueError as error:
        message = f"the form has more than {FIELDS_MAX} fields"
        raise ForgedRequestError(message) from error


@lru_cache(maxsize=1)
def _fields(body: bytes) -> Form:
    """Read a form once for its signature and for what it says."""
    text = body.decode("utf-8", "replace")
    return tuple(
        parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=FIELDS_MAX)
    )


def verify(keys: Sequence[bytes], request: Request, url: str) -> None:
    """Check a request that was sent to an address.

    Raises:
        ForgedRequestError: it does not verify.

    """
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    if _BODY_DIGEST in query:
        digest = hashlib.sha256(request.body).hexdigest()
        if not hmac.compare_digest(
            digest.encode(), query[_BODY_DIGEST].encode("utf-8", "replace")
        ):
            message = f"{_BODY_DIGEST} is not the digest of the body"
            raise ForgedRequestError(message)
    elif _is_json(request) and request.body:
        message = f"a JSON body needs {_BODY_DIGEST} in the signed address"
        raise ForgedRequestError(message)
    fields = "" if _BODY_DIGEST in query else joined(form_of(request))
    signed = [f"{address}{fields}".encode("utf-8", "replace") for address in addresses(url)]
    offered = request.headers.get(SIGNATURE_HEADER.lower())
    check(keys, signed, offered, algorithm="sha1", encode=as_base64, header=SIGNATURE_HEADER)


def signature(key: bytes, url: str, form: Form) -> str:
    """Return the signature of a form sent to an address."""
    return sign(key, f"{url}{joined(form)}".encode(), algorithm="sha1", encode=as_base64)


def joined(form: Form) -> str:
    """Return the form as it is signed: sorted by name, the values of a name once and sorted."""
    values: dict[str, set[str]] = {}
    for name, value in form:
        values.setdefault(name, set()).add(value)
    return "".join(f"{name}{value}" for name in sorted(values) for value in sorted(values[name]))


def addresses(url: str) -> list[str]:
    """Return an address as it may have been signed: as it is, without a port, and with one."""
    plain, _, _ = url.partition("#")
    try:
        parts = urlsplit(plain)
        port, host = parts.port, parts.hostname
    except ValueError:
        return [plain]
    if not host:
        return [plain]
    user, at, location = parts.netloc.rpartition("@")
    bare = location.rpartition(":")[0] if port is not None else location
    with_port = f"{bare}:{port or _PORTS.get(parts.scheme, 443)}"
    written = [f"{parts.scheme}://{user}{at}{one}" for one in (location, bare, with_port)]
    rest = plain[len(parts.scheme) + len("://") + len(parts.netloc) :]
    return list(dict.fromkeys(f"{one}{rest}" for one in written))


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
