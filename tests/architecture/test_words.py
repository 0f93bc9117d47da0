"""The project speaks of itself alone, and its files of nothing that only one machine has."""

import re

import pytest
from architecture.project import files, text_of

# Put together, so that this file does not find itself.
FORBIDDEN = {
    "a folder of one machine": re.compile(
        "/" + r"work/|\.\./" + "shared|/" + "tmp/brief|/" + "root/"
    ),
    "where packages came from on one machine": re.compile("/" + r"opt/(?:pypi|wheels)"),
    "an unfinished thing": re.compile(r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b"),
    "an issue's number": re.compile(r"(?:issue|ticket) #" + r"\d"),
}
BINARY = (".bin", ".ftz", ".index", ".png", ".ico", ".woff2", ".gz")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_speaks_of(what: str) -> None:
    found = [
        f"{name}: {match[0]}"
        for name in files()
        if not name.endswith(BINARY)
        for match in FORBIDDEN[what].finditer(text_of(name))
    ]
    assert not found
