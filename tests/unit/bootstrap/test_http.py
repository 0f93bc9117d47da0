"""What API Gateway gets back: packed where that helps and the client can unpack it."""

import base64
import gzip

import pytest

from handrail.adapters.aws.http import to_compressed_result
from handrail.application.ports import Request, Response

LONG = Response(200, "ü" * 5000, {"vary": "accept-language", "content-type": "text/html"})


def asked(accepted: str) -> Request:
    return Request("GET", "/", {"accept-encoding": accepted})


@pytest.mark.parametrize(
    "accepted", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "deflate,GZIP", "gzip;q=1"]
)
def test_what_is_long_is_compressed_for_who_takes_it(accepted: str) -> None:
    result = to_compressed_result(LONG, asked(accepted))
    assert result["isBase64Encoded"]
    assert result["headers"]["content-encoding"] == "gzip"
    assert result["headers"]["vary"] == "accept-language, accept-encoding"
    assert gzip.decompress(base64.b64decode(result["body"])).decode() == LONG.body


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, br", "xgzip"])
def test_nobody_gets_what_they_cannot_read(accepted: str) -> None:
    result = to_compressed_result(LONG, asked(accepted))
    assert result["body"] == LONG.body
    assert "content-encoding" not in result["headers"]
    assert result["headers"]["vary"] == "accept-language, accept-encoding"


def test_what_is_short_stays_as_it_is() -> None:
    result = to_compressed_result(Response(200, "{}"), asked("gzip"))
    assert result["body"] == "{}"
    assert "vary" not in result["headers"]
