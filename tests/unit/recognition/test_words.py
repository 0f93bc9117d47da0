# ruff: noqa: RUF001 - look-alike letters are what is tested
import pytest

from handrail.domain.recognising.spelling import Spelling, one_edit_apart
from handrail.domain.recognising.vocabulary import Vocabulary
from handrail.domain.recognising.words import elongations, fold, is_unspaced, split


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
    spelling = Spelling(["contact", "agent"], ["contract*", "argent"])
    assert spelling.near("contact") == ()
    assert spelling.near("contract") == ()
    assert spelling.near("argent") == ()
    assert spelling.near("contacd") == ("contact",)
    assert spelling.near("agnt") == ("agent",)
    assert spelling.near("agt") == ()


def test_only_so_many_words_are_corrected() -> None:
    assert len(list(Spelling(["agent"], []).corrections(["agnet"] * 500))) == 12


def test_terms_stems_and_proclitics_are_found() -> None:
    vocabulary = Vocabulary()
    vocabulary.add(0, ["talk to", "موظف"], 1)
    vocabulary.add(1, ["agent*"], 2)
    vocabulary.add_proclitics(["ال", "لل"])
    words = ["talk", "to", "agentur", "للموظف"]
    hits, known = vocabulary.hits([vocabulary.forms(word) for word in words])
    assert hits == {0: {1: {2: 0b0001, 1: 0b1000}}, 1: {2: {1: 0b0100}}}
    assert known == {0: 0b1011, 1: 0b0100}


def test_a_stem_of_one_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Vocabulary().add(0, ["a*"], 1)
