"""What the simulator's customers write is heard as what it is said to be."""

import pytest

from handrail.adapters.language.catalogue import packaged_recogniser
from handrail.domain.recognition import Intent
from handrail_ops.simulate.texts import LINES, Line, Says

RECOGNISER = packaged_recogniser()
HEARD = {
    Says.QUESTION: Intent.NONE,
    Says.UNKNOWN: Intent.NONE,
    Says.PERSON: Intent.PERSON,
    Says.MAYBE: Intent.MAYBE_PERSON,
    Says.WITHDRAW: Intent.WITHDRAW,
    Says.LANGUAGE: Intent.LANGUAGE,
}


@pytest.mark.parametrize("line", [one for one in LINES if one.says in HEARD], ids=lambda o: o.text)
def test_a_line_is_heard_as_it_is_meant(line: Line) -> None:
    assert RECOGNISER.recognise(line.text, line.language).intent is HEARD[line.says]
