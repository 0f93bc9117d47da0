"""Sentences of our own, in every language: what must reach a person, and what must not.

They were written before any evaluation data was looked at and do not feed the lists: a list that
needs one of them word for word is too narrow. Each is a first message, whose language nobody has
told yet, and then one of its language; every third is one of an English conversation too.
`handrail evaluate human-requests` measures any file in any other way.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from handrail.adapters.language.catalogue import PackagedCatalogue, packaged_recogniser
from handrail.domain.recognition import Intent, Recogniser

SENTENCES = Path(__file__).parent
LANGUAGES = [language.code for language in PackagedCatalogue().languages]
ROWS_MIN = 40
RECALL_MIN = 0.97
ASKED_BACK_MAX = 0.02
RECOGNISER = cache(packaged_recogniser)


def _rows(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return a language's requests and what only looks like requests."""
    lines = (SENTENCES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    requests = [row["text"] for row in rows if row["wants_human"]]
    return requests, [row["text"] for row in rows if not row["wants_human"]]


def _but(recogniser: Recogniser, texts: Sequence[str], hint: str | None) -> Sequence[str]:
    return [text for text in texts if recogniser.recognise(text, hint).intent != Intent.PERSON]


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_reach_a_person(language: str) -> None:
    requests, _ = _rows(language)
    assert len(requests) >= ROWS_MIN
    for hint in (None, language):
        missed = _but(RECOGNISER(), requests, hint)
        assert len(missed) <= len(requests) * (1 - RECALL_MIN), (hint, missed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hard_negatives_do_not_escalate(language: str) -> None:
    _, others = _rows(language)
    assert len(others) >= ROWS_MIN
    for hint, texts in ((None, others), (language, others), ("en", others[::3])):
        verdicts = [(text, RECOGNISER().recognise(text, hint)) for text in texts]
        assert [text for text, found in verdicts if found.intent is Intent.PERSON] == [], hint
        asked = [text for text, found in verdicts if found.intent is Intent.MAYBE_PERSON]
        assert len(asked) <= max(1, len(others) * ASKED_BACK_MAX), (hint, asked)
