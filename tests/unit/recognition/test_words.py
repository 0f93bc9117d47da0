# ruff: noqa: RUF001 - look-alike letters are what is tested
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.domain.recognising.evidence import (
    WORDS_COUNTED_MAX,
    at_least,
    counts,
    evidence,
    weight,
)
from handrail.domain.recognising.lexicon import Packing
from handrail.domain.recognising.spelling import Spelling, one_edit_apart
from handrail.domain.recognising.vocabulary import (
    REMEMBERED_WORDS_MAX,
    Found,
    Said,
    Vocabulary,
    hits,
)
from handrail.domain.recognising.words import elongations, fold, inside_letters, is_unspaced, split


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÀÉÎõü", "aeiou"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁne ＡＢＣ", "fine abc"),
        ("مُوَظَّفٌ", "موظف"),
        ("أإآى", "اااي"),
        ("ज़रूर", "जरूर"),
        ("हूँ", "हूं"),
        ("が", "が"),
        ("한국", "한국"),
        ("٣३", "33"),
        ("əməkdaş", "emekdas"),
        ("сөйлескім", "соилескім"),
        ("ұлыққа", "улыкка"),
        ("oʻzbek", "o'zbek"),
        ("կարո՞ղ", "կարող"),
        ("ኃይለ ዓለም ሠላም", "ሀይለ አለም ሰላም"),
        ("ൻ", "ന്"),
        ("ਹਾਂ ਜ਼ਰੂਰ", "ਹਾਂ ਜਰੂਰ"),
        ("þú", "thu"),
        ("๕ ៥", "5 5"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_marks_of_indic_scripts_are_kept() -> None:
    assert split("कोई") != split("कई")
    assert split("एजेंट") == ["एजेंट"]


def test_unspaced_scripts_are_split_into_characters() -> None:
    assert split("转人工客服ok") == ["转", "人", "工", "客", "服", "ok"]
    assert is_unspaced("人")
    assert not is_unspaced("agent")


def test_punctuation_stands_for_itself_once() -> None:
    assert split("...No!!, agent?? (please)...") == ["no", ".", "agent", ".", "please"]
    assert split("yes, no") == ["yes", ",", "no"]


def test_links_and_addresses_are_left_out() -> None:
    assert split("http://human.example/agent or agent@human.example") == ["or"]


def test_look_alikes_are_read_as_latin_only_within_a_latin_word() -> None:
    assert split("аgent") == ["agent"]
    assert split("агент") == ["агент"]


def test_held_down_letters() -> None:
    assert elongations("agent") == ()
    assert elongations("agenttt") == ("agentt", "agent")
    assert "agent" in elongations("aaagent")


@pytest.mark.parametrize(
    ("word", "term", "near"),
    [
        ("agnet", "agent", True),
        ("agen", "agent", True),
        ("agentt", "agent", True),
        ("agebt", "agent", True),
        ("gaent", "agent", True),
        ("agetn", "agent", True),
        ("agent", "agent", False),
        ("aegtn", "agent", False),
        ("agents", "agent", True),
        ("agentsx", "agent", False),
        ("represntatives", "representativ*", True),
        ("rpresentative", "representativ*", True),
        ("representative", "representativ*", False),
    ],
)
def test_one_edit(word: str, term: str, near: bool) -> None:
    assert one_edit_apart(word, term) is near


WORD = "operator"
SPOILT = {
    f"{edit} {position}": spoilt
    for position in range(len(WORD))
    for edit, spoilt in (
        ("drop", WORD[:position] + WORD[position + 1 :]),
        ("double", WORD[:position] + "x" + WORD[position:]),
        ("change", WORD[:position] + "x" + WORD[position + 1 :]),
        (
            "swap",
            WORD[:position] + WORD[position : position + 2][::-1] + WORD[position + 2 :],
        ),
    )
    if spoilt != WORD
}


@pytest.mark.parametrize("edit", SPOILT)
def test_an_edit_anywhere_is_found(edit: str) -> None:
    assert Spelling([WORD, "human"], []).near(SPOILT[edit]) == (WORD,)


def test_known_and_everyday_words_are_not_corrected() -> None:
    spelling = Spelling(["contact", "agent", "talk"], ["contract*", "argent"])
    assert spelling.near("contact") == ()
    assert spelling.near("contract") == ()
    assert spelling.near("argent") == ()
    assert spelling.near("contacd") == ("contact",)
    assert spelling.near("agnt") == ("agent",)
    assert spelling.near("agt") == ()


def test_in_short_words_only_swapped_letters_are_corrected() -> None:
    spelling = Spelling(["talk", "mit"], [])
    assert spelling.near("atlk") == ("talk",)
    assert spelling.near("mti") == ("mit",)
    assert spelling.near("tolk") == ()
    assert spelling.near("tal") == ()
    assert spelling.near("im") == ()


def test_a_key_hit_twice_is_seen_through_where_nobody_knows_the_word() -> None:
    packing = Packing()
    packing.add(0, ["bot", "foo"], 1)
    packing.add(1, ["bbo"], 1)
    vocabulary = _vocabulary(packing)
    assert _found(vocabulary, "bbot").forms == ("bbot", "bot")
    assert _found(vocabulary, "bbot").listed == 0b01
    assert _found(vocabulary, "foo").forms == ("foo",)


def _vocabulary(packing: Packing, own: Mapping[int, Iterable[str]] | None = None) -> Vocabulary:
    return Vocabulary(packing.packed(8), 2, own or {})


def _found(vocabulary: Vocabulary, word: str) -> Found:
    return vocabulary.find([word]).found[0]


def _terms(
    said: Said, number: int, allowed: int, inside: int = 0
) -> set[tuple[tuple[int, ...], int, int]]:
    """Return the classes of the terms of a language, their length, and where they start."""
    return {
        (tuple(n for n in range(16) if hit.classes >> n & 1), hit.length, hit.starts)
        for hit in hits(said, number, allowed, inside)
    }


def test_terms_stems_and_proclitics_are_found() -> None:
    packing = Packing()
    packing.add(0, ["talk to", "موظف"], 1)
    packing.add(1, ["agent*", "talk"], 2)
    packing.add_proclitics(0, ["ال", "لل"])
    vocabulary = _vocabulary(packing)
    said = vocabulary.find(["talk", "to", "agentur", "للموظف"])
    assert [one.listed for one in said.found] == [0b11, 0b01, 0b10, 0b01]
    talk_to, agent = ((1,), 2, 0b0001), ((1,), 1, 0b1000)
    assert _terms(said, 0, 0b1111) == {talk_to, agent}
    assert _terms(said, 1, 0b1111) == {((2,), 1, 0b0101)}
    assert _terms(said, 0, 0b1110) == {agent}
    assert _terms(said, 0, 0b1111, 0b0100) == {agent}, "ends inside a letter"
    assert _terms(said, 0, 0b1111, 0b1000) == {talk_to}, "begins inside a letter"


def test_terms_begin_wherever_their_first_word_stands() -> None:
    packing = Packing()
    packing.add(0, ["talk", "talk to", "talk to you*"], 1)
    packing.add(0, ["talk"], 3)
    packing.add(1, ["talk back"], 2)
    said = _vocabulary(packing).find(
        ["talk", "to", "yours", "talk", "talk", "back", "to", "talk", "to"]
    )
    assert _terms(said, 0, (1 << 9) - 1) == {
        ((1, 3), 1, 0b010011001),
        ((1,), 2, 0b010000001),
        ((1,), 3, 0b000000001),
    }
    assert _terms(said, 1, (1 << 9) - 1) == {((2,), 2, 0b000010000)}


def test_words_read_as_others_are_looked_up_where_they_stand() -> None:
    packing = Packing()
    packing.add(0, ["agent", "real agent"], 1)
    vocabulary = _vocabulary(packing)
    said = vocabulary.find(["real", "agnt", "agnt", "."])
    assert _terms(said, 0, 0b1111) == set()
    read = said.with_others({1: _found(vocabulary, "agent")})
    assert _terms(read, 0, 0b1111) == {((1,), 1, 0b0010), ((1,), 2, 0b0001)}
    assert (read.hard, read.soft) == (0b1000, 0)
    assert _terms(said, 0, 0b1111) == set(), "what was said is left as it is"


def test_a_proclitic_of_one_language_is_none_of_another() -> None:
    packing = Packing()
    packing.add(0, ["bank"], 1)
    packing.add(1, ["bank"], 1)
    packing.add_proclitics(1, ["da"])
    said = _vocabulary(packing).find(["dabank"])
    assert _terms(said, 0, 1) == set()
    assert _terms(said, 1, 1) == {((1,), 1, 1)}


def test_an_everyday_word_of_one_language_may_be_a_foreign_one_in_anothers_list() -> None:
    packing = Packing()
    packing.add(0, ["please"], 1)
    packing.add_everyday(1, ["please"])
    found = _found(_vocabulary(packing), "please")
    assert (found.native, found.listed) == (0b10, 0b01)


def test_a_full_stop_after_an_abbreviation_ends_nothing() -> None:
    packing = Packing()
    packing.add_abbreviations(["pr"])
    words = ["cost", ".", "pr", ".", "person"]
    assert _vocabulary(packing).without_abbreviations(words) == ["cost", ".", "pr", "person"]


def test_an_operators_own_terms_hold_in_every_language() -> None:
    vocabulary = _vocabulary(Packing(), {7: ["team rocket", "spa"]})
    said = vocabulary.find(["team", "rocket", "spa"])
    assert _terms(said, 2, 0b111) == {((7,), 2, 0b001), ((7,), 1, 0b100)}
    assert _terms(said, 0, 0b111) == set()


def test_a_stem_of_one_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Packing().add(0, ["a*"], 1)


def test_what_is_packed_depends_on_the_terms_alone() -> None:
    one, other = Packing(), Packing()
    one.add(0, ["a", "b c"], 1)
    one.add(1, ["b"], 2)
    other.add(1, ["b"], 2)
    other.add(0, ["b c", "a"], 1)
    assert one.packed() == other.packed()


def test_a_function_that_lives_long_does_not_keep_every_word() -> None:
    vocabulary = _vocabulary(Packing())
    for number in range(REMEMBERED_WORDS_MAX + 10):
        vocabulary.find([f"w{number}"])
    assert len(vocabulary._found) <= REMEMBERED_WORDS_MAX


LANGUAGE_BITS = st.integers(0, 2**78 - 1)


@settings(max_examples=100)
@given(st.lists(st.tuples(LANGUAGE_BITS, LANGUAGE_BITS), max_size=40))
def test_languages_are_counted_all_at_once(words: list[tuple[int, int]]) -> None:
    expected = [0] * 78
    for native, listed in words:
        for number in range(78):
            if native >> number & 1:
                expected[number] += weight(native)
            if listed >> number & 1:
                expected[number] += 1 if native else weight(listed)
    total = sum(evidence(native, listed) for native, listed in words)
    assert list(counts(total, 78)) == expected
    for least in {0, 1, *expected}:
        reached = [number for number in range(78) if expected[number] >= least]
        assert list(at_least(total, least, 78)) == reached


def test_as_many_words_as_are_counted_carry_into_no_other_language() -> None:
    total = evidence(0b010, 0) * WORDS_COUNTED_MAX
    assert list(counts(total, 3)) == [0, WORDS_COUNTED_MAX * 4, 0]
    assert list(at_least(total - evidence(0b010, 0), 1, 3)) == [1]


def test_a_word_few_languages_use_weighs_more() -> None:
    assert weight(0b1) > weight((1 << 8) - 1) > weight((1 << 40) - 1)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("ที่", [1, 2]),  # a letter, a vowel above it, a tone above that
        ("น้ำใจ", [1, 2]),
        ("ស្ត្រី", [1, 2, 3, 4, 5]),  # two letters stacked under the first, and a vowel
        ("နိုင်", [1, 2, 3, 4]),  # the last letter closes the syllable
        ("ສົ່ງ", [1, 2]),
        ("人工", []),
        ("agent ที", [2]),
    ],
)
def test_no_term_begins_or_ends_inside_a_letter(text: str, places: list[int]) -> None:
    inside = inside_letters(split(text))
    assert [place for place in range(len(split(text))) if inside >> place & 1] == places


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_split_as_all_others_are(text: str) -> None:
    *words, last = split(f"{text} \u044f")  # another alphabet's, and so split the other way
    if words and words[-1] in {".", ","}:
        words.pop()
    assert (split(text), last) == (words, "\u044f")
