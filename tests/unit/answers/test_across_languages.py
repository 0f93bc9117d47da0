"""A question finds articles of another language, and a company's terms survive the translation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.knowledge.glossary_file import FILE_NAME, read_glossary
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.adapters.translation.breaking import BreakingTranslator
from handrail.application.across_languages import AcrossLanguages, GlossaryTranslator
from handrail.domain.errors import SettingsError, UnavailableError
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import CONFIDENCE_MIN
from handrail.domain.limits import PASSAGES_MAX
from handrail.domain.privacy import PLACEHOLDER
from handrail.domain.turn import Answered
from handrail_ops.knowledge.articles import ArticleError
from handrail_ops.knowledge.deployed import build_deployed
from handrail_ops.knowledge.glossary import SOURCE, write_glossary
from handrail_ops.memory.clock import ManualClock
from support.articles import NOW, sample_index, write_sample

GLOSSARY = Glossary(
    keep=("Click & Collect", "Pay in 3"),
    terms=(
        {"en": ("late fee", "late payment fee"), "de": ("Mahngebühr", "Mahngebühren")},
        {"en": ("refund",), "zh-Hans": ("退款",)},
    ),
)


@dataclass
class Dictionary:
    """A translator that knows whole sentences, and leaves placeholders where they stand."""

    says: Mapping[tuple[str, str], str] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str]] = field(default_factory=list)
    breaks: bool = False

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        assert deadline > 0
        self.asked.append((text, source, target))
        if self.breaks or (text, target) not in self.says:
            message = "the translator is away"
            raise UnavailableError(message)
        return self.says[text, target]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    return sample_index(tmp_path_factory.mktemp("knowledge"))


def across(index: KnowledgeIndex, translator: Dictionary) -> AcrossLanguages:
    return AcrossLanguages(index, translator, lambda: index.languages, ManualClock(NOW), 3.0)


def test_a_question_finds_an_article_that_its_language_does_not_have(
    index: KnowledgeIndex,
) -> None:
    question = "どのくらいで返金されますか"
    translator = Dictionary({(question, "en"): "Where is my refund?"})
    found = across(index, translator).search(question, "ja", PASSAGES_MAX, NOW)
    assert found[0].passage.id == "refunds/en#1"
    assert found[0].confidence >= CONFIDENCE_MIN
    assert translator.asked == [(question, "ja", "en")], "the first language is enough"


def test_the_translated_question_chooses_the_sentences_too(index: KnowledgeIndex) -> None:
    question = "返金が届きません"
    translator = Dictionary({(question, "en"): "My refund has not arrived, what do you need?"})
    found = across(index, translator).search(question, "ja", PASSAGES_MAX, NOW)
    assert found[0].asked == "My refund has not arrived, what do you need?"
    quoted = ExtractiveDrafter(index.weight, 0.0).draft(question, "ja", found, (), NOW)
    assert isinstance(quoted, Answered)
    assert "order number" in quoted.text
    assert quoted.language == "en"


def test_a_translated_search_keeps_its_order_and_goes_before_chance_finds(
    index: KnowledgeIndex,
) -> None:
    question = "Refund? Wo ist mein Geld, die Erstattung, refund"
    translated = "Where is my refund?"
    translator = Dictionary({(question, "en"): translated})
    alone = [one.passage.id for one in index.search(translated, "en", 3, NOW)]
    found = across(index, translator).search(question, "sv", 8, NOW)
    assert [one.passage.id for one in found][:3] == alone


def test_a_language_with_an_answer_asks_no_translator(index: KnowledgeIndex) -> None:
    translator = Dictionary()
    found = across(index, translator).search("Wo bleibt meine Erstattung?", "de", 4, NOW)
    assert found[0].passage.id == "refunds/de#1"
    assert translator.asked == []


def test_the_next_language_is_asked_when_the_first_does_not_say(index: KnowledgeIndex) -> None:
    question = "ilan araw bago isauli ang produkto"
    in_german = "Wie lange kann ich Artikel zurücksenden?"
    translator = Dictionary({(question, "de"): in_german})
    found = across(index, translator).search(question, "fil", 4, NOW)
    assert [target for _, _, target in translator.asked] == ["en", "de"]
    assert found[0].passage.id == "returns/de#1"


def test_the_surest_search_goes_first_whichever_language_it_was_in(
    index: KnowledgeIndex,
) -> None:
    question = "ilan araw bago isauli ang produkto"
    said = {
        (question, "en"): "a payment of the frobnicated order in the messages",
        (question, "de"): "Wie lange kann ich Artikel zurücksenden?",
    }
    found = across(index, Dictionary(said)).search(question, "fil", 8, NOW)
    assert found[0].passage.id == "returns/de#1"
    assert {one.passage.language for one in found} == {"de", "en"}


def test_a_translator_that_is_away_costs_nobody_what_was_found(index: KnowledgeIndex) -> None:
    question = "refund xyzzy frobnicate quux"
    without = index.search(question, "fr", 4, NOW)
    found = across(index, Dictionary(breaks=True)).search(question, "fr", 4, NOW)
    assert [one.passage.id for one in found] == [one.passage.id for one in without]


def test_a_long_message_is_not_translated_whole(index: KnowledgeIndex) -> None:
    translator = Dictionary(breaks=True)
    across(index, translator).search("あ" * 16_000, "ja", 4, NOW)
    assert max(len(text) for text, _, _ in translator.asked) <= 500


def test_a_translator_that_keeps_failing_is_left_alone() -> None:
    dictionary = Dictionary(breaks=True)
    breaker = CircuitBreaker("the translator", lambda: 0.0, failures_max=2)
    translator = BreakingTranslator(dictionary, breaker)
    for _ in range(5):
        with pytest.raises(UnavailableError):
            translator.translate("x", "ja", "en", NOW)
    assert len(dictionary.asked) == 2


# ------------------------------------------------------------------ the glossary


@pytest.mark.parametrize(
    ("text", "source", "target", "form"),
    [
        ("Is there a late fee?", "en", "de", "Mahngebühr"),
        ("Is there a LATE PAYMENT FEE?", "en", "de", "Mahngebühr"),
        ("Wann kommen Mahngebühren?", "de", "en", "late fee"),
        ("Kann ich mit Pay in 3 zahlen?", "de", "ja", "Pay in 3"),
        ("我的退款在哪里", "zh-Hans", "en", "refund"),
        ("Gibt es click & collect?", "de", "en", "Click & Collect"),
    ],
)
def test_a_term_travels_as_a_placeholder_and_arrives_in_its_form(
    text: str, source: str, target: str, form: str
) -> None:
    protected = GLOSSARY.protect(text, source, target)
    (name,) = protected.forms
    assert PLACEHOLDER.fullmatch(name)
    assert protected.text.count(name) == 1
    assert protected.restore(f"… {name} …") == f"… {form} …"


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Is there a late fee?", "en", "fr"),
        ("Did I pay in 30 days?", "en", "de"),
        ("Ist die Mahngebührenordnung neu?", "de", "en"),
        ("nothing of ours", "en", "de"),
    ],
)
def test_what_is_no_term_is_left_to_the_translator(text: str, source: str, target: str) -> None:
    assert GLOSSARY.protect(text, source, target).text == text


def test_terms_come_back_in_the_companys_words() -> None:
    text = "Is the late fee due with Pay in 3?"
    sent = GLOSSARY.protect(text, "en", "de")
    fee, pay = (name for name in sent.forms)
    dictionary = Dictionary({(sent.text, "de"): f"Wird die {fee} bei {pay} fällig?"})
    translator = GlossaryTranslator(dictionary, GLOSSARY)
    told = translator.translate(text, "en", "de", NOW)
    assert told == "Wird die Mahngebühr bei Pay in 3 fällig?"


@pytest.mark.parametrize("lost", ["Wird die Gebühr fällig?", "{0} und {0}"])
def test_a_translation_that_lost_a_term_is_none(lost: str) -> None:
    sent = GLOSSARY.protect("the late fee", "en", "de")
    translated = lost.format(*sent.forms)
    translator = GlossaryTranslator(Dictionary({(sent.text, "de"): translated}), GLOSSARY)
    with pytest.raises(UnavailableError):
        translator.translate("the late fee", "en", "de", NOW)


def test_the_terms_of_a_text_are_told_in_another_language() -> None:
    assert GLOSSARY.used_in("A LATE FEE is due; Pay in 3", "de") == ["Pay in 3", "Mahngebühr"]
    assert GLOSSARY.used_in("A late fee is due", "fr") == []


def test_the_glossary_lies_beside_the_index(tmp_path: Path) -> None:
    articles = write_sample(tmp_path / "articles")
    (articles / SOURCE).write_text(
        'keep = ["Pay in 3"]\n[[term]]\nen = "late fee"\nde = ["Mahngebühr", "Gebühr"]\n', "utf-8"
    )
    build_deployed(articles, tmp_path / "index")
    assert read_glossary(tmp_path / "index") == Glossary(
        ("Pay in 3",), ({"en": ("late fee",), "de": ("Mahngebühr", "Gebühr")},)
    )
    assert read_glossary(tmp_path) == Glossary()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("keep = [", "not TOML"),
        ("keep = 3", "keep must be a list"),
        ('words = ["a"]', "it says keep and"),
        ('[[term]]\nen = ""', "term 1 must say"),
        ("[[term]]\nen = 3", "term 1 must say"),
        ("term = 3", "term 1 must say"),
        (f'keep = ["{"x" * 101}"]', "keep must be a list"),
        (f"keep = {json.dumps([str(n) for n in range(2_001)])}", "more than 2000"),
    ],
)
def test_a_broken_glossary_is_refused_and_nothing_built(
    tmp_path: Path, text: str, says: str
) -> None:
    articles = write_sample(tmp_path / "articles")
    (articles / SOURCE).write_text(text, "utf-8")
    with pytest.raises(ArticleError, match=says):
        build_deployed(articles, tmp_path / "index")
    with pytest.raises(ArticleError, match=SOURCE):
        write_glossary(articles, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_compiled_glossary_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"keep": 3}')
    with pytest.raises(SettingsError, match="handrail knowledge build"):
        read_glossary(tmp_path)
