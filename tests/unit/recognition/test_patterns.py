import pytest

from handrail.domain.recognising.patterns import (
    Hit,
    Index,
    Pattern,
    Places,
    parse,
    triggers,
)

IDS = {"want": 0, "person": 1, "filler": 2, "contact": 3}


def _read(text: str, gap_words: int = 3) -> Pattern:
    return parse(text, IDS.__getitem__, gap_words)


def _places(*words: str) -> Places:
    """A message whose words are class names, `.`, `,` or anything else."""
    hits: list[Hit] = []
    hard = soft = 0
    for index, word in enumerate(words):
        if word in IDS:
            hits.append(Hit(1 << IDS[word], 1, 1 << index))
        hard |= (word == ".") << index
        soft |= (word == ",") << index
    return Places(len(words), hits, hard, hard | soft, 1 << IDS["filler"])


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ("{want} {person}", "want person", True),
        ("{want} {person}", "want x person", False),
        ("{want} {person}", "person want", False),
        ("{want} ..1 {person}", "want x person", True),
        ("{want} ..1 {person}", "want x y person", False),
        ("{want} .. {person}", "want x y z person", True),
        ("{want} .. {person}", "want x y z z person", False),
        ("{want} .. {person}", "want . person", False),
        ("{want} .. {person}", "want , person", True),
        ("{want} ~ {person}", "want filler filler filler person", True),
        ("{want} ~ {person}", "want x person", False),
        ("{want} {contact}? {person}", "want person", True),
        ("{want} {contact}? {person}", "want contact person", True),
        ("{want} ..1 {contact}? {person}", "want x person", True),
        ("{want} ..1 {contact}? {person}", "want x contact person", True),
        ("{want|contact} {person}", "contact person", True),
        ("^ {person}", "filler person x", True),
        ("^ {person}", "x person", False),
        ("^ ..1 {person}", "x person", True),
        ("{person} $", "x person filler .", True),
        ("{person} $", "person x", False),
        ("{person} ..1 $", "person x", True),
        ("^ {person} $", "person", True),
        ("^ {person} $", "person person", False),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, message: str, matches: bool) -> None:
    assert _places(*message.split()).matches(_read(pattern)) is matches


def test_spans_are_the_shortest_match_from_each_start() -> None:
    places = _places("want", "person", "person", "want", "x", "person")
    assert list(places.spans(_read("{want} .. {person}"))) == [0b000011, 0b111000]
    longest = list(places.spans(_read("{want} .. {person}"), longest=True))
    assert longest == [0b000111, 0b111000]


def test_what_is_taken_out_is_seen_no_more() -> None:
    left = _places("want", "person", "want", "person").without(0b0010)
    assert not left.matches(_read("^ {want} {person}"))
    assert left.matches(_read("{want} {person}"))


def test_a_term_of_several_words_goes_when_one_of_them_is_taken_out() -> None:
    places = Places(4, [Hit(0b10, 3, 0b0001), Hit(0b110, 1, 0b1010)], 0, 0, 0)
    assert (places.words(0b10), places.words(0b100)) == (0b1111, 0b1010)
    left = places.without(0b0100)
    assert left.hits == [Hit(0b110, 1, 0b1010)]
    assert (left.present, left.words(0b10)) == (0b110, 0b1010)
    assert places.without(0b1111).present == 0


def test_terms_that_are_added_are_seen_by_what_was_asked_before() -> None:
    places = _places("want", "x", "person")
    pattern = _read("{want} {contact|filler} {person}")
    assert places.words(1 << IDS["contact"] | 1 << IDS["filler"]) == 0
    places.add(IDS["contact"], {1: 0b010})
    assert places.matches(pattern)


def test_gaps_within_commas_stop_at_commas() -> None:
    places = _places("want", ",", "person")
    assert not places.within_commas().matches(_read("{want} .. {person}"))


def test_runs_find_terms_made_of_choices() -> None:
    places = _places("want", "contact", "person", "want", "person")
    assert places.runs(_read("{want} {contact}? {person}")) == {3: 0b00001, 2: 0b01000}


@pytest.mark.parametrize(
    "text", ["", "{want}?", "want", "{want} ..", "{want} ~", "{want", "{want} ...", "$ ^"]
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        _read(text)


def test_the_index_leaves_out_patterns_that_lack_what_they_need() -> None:
    patterns = [_read("{want} {person}"), _read("{contact} {person}"), _read("{person}")]
    assert triggers(patterns) == [(IDS["want"],), (IDS["contact"],), (IDS["person"],)]
    index = Index(triggers(patterns))
    assert list(index.candidates(1 << IDS["person"])) == [2]
    assert list(index.candidates(1 << IDS["filler"])) == []
    every = index.candidates(0b1111)
    assert every == [0, 1, 2]
