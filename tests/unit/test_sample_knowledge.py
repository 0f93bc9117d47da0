"""The sample articles are given to customers word for word, so form and figures must hold."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
ORIGINAL = "en"
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "ja", "pt-BR", "sw", "zh-Hans")
TRANSLATED_COUNT = 10

REQUIRED = {"id", "title", "language", "audience", "valid_from", "source", "questions"}
OPTIONAL = {"valid_until", "sensitive"}
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
BODY_WORDS = range(80, 251)
BODY_CHARACTERS_UNSPACED = range(200, 801)
TITLE_CHARACTERS_MAX = 80
QUESTION_COUNT = range(3, 7)
QUESTION_CHARACTERS_MAX = 120

UNSPACED = {"ja", "zh-Hans"}
SCRIPTS = {
    "ar": ("ARABIC",),
    "hi": ("DEVANAGARI",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "zh-Hans": ("CJK",),
}
GROUPS = {"de": ".", "es": ".", "fr": "\u00a0\u202f", "pt-BR": "."}
DECIMALS = {"de": ",", "es": ",", "fr": ",", "pt-BR": ","}
LINE_MARKER = re.compile(r"(?P<marker>#+|-|\d+\.) +(?P<text>.+)")
SENTENCE_END = re.compile(r"(?<=[.?!:;])\s+")
# A sentence that begins with one of these leans on the one before it, and is quoted without it.
LEANING = re.compile(
    r"(?:This|It|That|These|Those|They|He|She|Such|Both|However|Otherwise|Also)\b"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list item; `kind` is its marker, and empty for a paragraph."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    path: Path
    front: dict[str, object]
    body: str

    @property
    def language(self) -> str:
        return self.path.parent.name

    @property
    def title(self) -> str:
        return str(self.front["title"])

    @property
    def questions(self) -> list[str]:
        questions = self.front["questions"]
        assert isinstance(questions, list)
        assert all(isinstance(question, str) for question in questions)
        return questions

    @property
    def blocks(self) -> list[Block]:
        blocks = []
        for line in filter(None, self.body.splitlines()):
            marked = LINE_MARKER.fullmatch(line)
            blocks.append(Block(marked["marker"], marked["text"]) if marked else Block("", line))
        return blocks


@cache
def parse(path: Path) -> Article:
    text = path.read_text(encoding="utf-8")
    opening, front, body = text.split("---\n", 2)
    assert not opening, f"{path} does not begin with front matter"
    fields = yaml.safe_load(front)
    assert isinstance(fields, dict), f"{path}: front matter is not a mapping"
    return Article(path, fields, body)


def digits_to_ascii(text: str) -> str:
    """Write the decimal digits of every script as 0 to 9, with the Arabic separators."""
    ascii_digits = (
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )
    return "".join(ascii_digits).replace("\u066b", ".").replace("\u066c", ",")


def figures(text: str, language: str) -> Counter[Decimal]:
    """Count the numbers of a text by value: 1,500 and 1.500 and 1 500 are one number."""
    group = f"[{GROUPS.get(language, ',')}]"
    decimal = DECIMALS.get(language, ".")
    number = re.compile(
        rf"(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)"
        rf"(?:{re.escape(decimal)}(?P<fraction>\d+))?"
    )
    return Counter(
        Decimal(re.sub(r"\D", "", found["whole"]) + "." + (found["fraction"] or "0"))
        for found in number.finditer(digits_to_ascii(text))
    )


def comparable(question: str) -> str:
    kept = (
        character
        for character in question
        if unicodedata.category(character)[0] in {"L", "M", "N"}
    )
    return "".join(kept).casefold()


def all_paths() -> Sequence[Path]:
    return sorted(KNOWLEDGE.glob("*/*.md"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def paths_in(language: str) -> Sequence[Path]:
    return sorted((KNOWLEDGE / language).glob("*.md"))


def original_of(path: Path) -> Path:
    return KNOWLEDGE / ORIGINAL / path.name


TRANSLATIONS = [path for path in all_paths() if path.parent.name != ORIGINAL]

each_article = pytest.mark.parametrize("path", all_paths(), ids=named)
each_translation = pytest.mark.parametrize("path", TRANSLATIONS, ids=named)


def test_every_language_is_there_and_nothing_else() -> None:
    names = {entry.name for entry in KNOWLEDGE.glob("[!.]*")}
    assert names == {"README.md", "glossary.toml", *LANGUAGES}
    assert {path.suffix for path in KNOWLEDGE.glob("*/[!.]*")} == {".md"}


def test_every_language_has_the_same_translated_articles() -> None:
    translated = {
        language: {path.stem for path in paths_in(language)}
        for language in LANGUAGES
        if language != ORIGINAL
    }
    assert {len(ids) for ids in translated.values()} == {TRANSLATED_COUNT}
    assert len(set().union(*translated.values())) == TRANSLATED_COUNT, translated


@each_article
def test_front_matter_is_complete(path: Path) -> None:
    article = parse(path)
    front = article.front
    assert REQUIRED <= set(front) <= REQUIRED | OPTIONAL
    assert front["id"] == path.stem
    assert KEBAB.fullmatch(path.stem)
    assert front["language"] == article.language
    assert front["audience"] == "customers"
    assert front["source"] == f"https://help.example.com/{path.stem}"
    assert 0 < len(article.title) <= TITLE_CHARACTERS_MAX
    days = [front[name] for name in ("valid_from", "valid_until") if name in front]
    assert all(type(day) is date for day in days), "a day is written as 2026-01-01"
    assert all(first < last for first, last in pairwise(days))  # type: ignore[operator] # dates
    topics = front.get("sensitive", ["none"])
    assert isinstance(topics, list)
    assert topics
    assert all(isinstance(topic, str) and KEBAB.fullmatch(topic) for topic in topics)


@each_article
def test_questions_are_questions_a_customer_would_type(path: Path) -> None:
    questions = parse(path).questions
    assert len(questions) in QUESTION_COUNT
    assert all(0 < len(question) <= QUESTION_CHARACTERS_MAX for question in questions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_leads_to_two_articles(language: str) -> None:
    asked = Counter(
        comparable(question)
        for article in map(parse, paths_in(language))
        for question in (article.title, *article.questions)
    )
    assert [question for question, times in asked.items() if times > 1] == []


@each_article
def test_body_has_a_length_that_answers_and_can_be_read(path: Path) -> None:
    article = parse(path)
    if article.language in UNSPACED:
        assert len(article.body) in BODY_CHARACTERS_UNSPACED
    else:
        assert len(article.body.split()) in BODY_WORDS


@each_article
def test_body_is_plain_markdown_with_a_line_for_each_paragraph(path: Path) -> None:
    body = parse(path).body
    assert body.startswith("\n")
    assert body.endswith("\n")
    assert not body.endswith("\n\n")
    assert "\n\n\n" not in body
    assert not re.search(r"[ \t\u00a0]$|\t|<|\[|!\[", body, re.MULTILINE)
    assert body.count("**") % 2 == 0
    assert unicodedata.is_normalized("NFC", body)
    for upper, lower in pairwise(body.strip().splitlines()):
        joined = upper and lower and not (LINE_MARKER.match(upper) and LINE_MARKER.match(lower))
        assert not joined, f"a paragraph is broken before {lower!r}"


@pytest.mark.parametrize("path", paths_in(ORIGINAL), ids=named)
def test_each_english_sentence_can_be_quoted_alone(path: Path) -> None:
    sentences = (
        sentence for block in parse(path).blocks for sentence in SENTENCE_END.split(block.text)
    )
    assert [sentence for sentence in sentences if LEANING.match(sentence)] == []


@each_article
def test_text_is_in_the_script_of_its_language(path: Path) -> None:
    article = parse(path)
    for text in (article.title, article.body, *article.questions):
        letters = [unicodedata.name(letter) for letter in text if letter.isalpha()]
        expected = SCRIPTS.get(article.language, ("LATIN",))
        own = sum(name.startswith(expected) for name in letters)
        assert own / len(letters) > 0.75, text


@each_translation
def test_translation_says_what_its_original_says_about_itself(path: Path) -> None:
    translation = parse(path)
    assert original_of(path).is_file(), f"{path.stem} has no English original"
    original = parse(original_of(path))
    for name in (REQUIRED | OPTIONAL) - {"title", "language", "questions"}:
        assert translation.front.get(name) == original.front.get(name), name
    assert translation.title != original.title
    assert not set(translation.questions) & set(original.questions)


@each_translation
def test_translation_has_the_parts_and_the_figures_of_its_original(path: Path) -> None:
    translation = parse(path)
    original = parse(original_of(path))
    assert [block.kind for block in translation.blocks] == [
        block.kind for block in original.blocks
    ]
    titled = zip(
        [Block("title", original.title), *original.blocks],
        [Block("title", translation.title), *translation.blocks],
        strict=True,
    )
    for said, translated in titled:
        assert figures(translated.text, translation.language) == figures(said.text, ORIGINAL), (
            f"{translated.text!r} has other figures than {said.text!r}"
        )


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("from €35 to €1,500", "en", ["35", "1500"]),
        ("von 35 € bis 1.500 €", "de", ["35", "1500"]),
        ("de 35 € à 1\u00a0500\u00a0€", "fr", ["35", "1500"]),
        ("7, 21 and 35 days", "en", ["7", "21", "35"]),
        ("costs €2.50.", "en", ["2.5"]),
        ("kostet 2,50 €.", "de", ["2.5"]),
        ("من ٣٥ إلى ١٬٥٠٠ يورو، ثم ٢٫٥٠", "ar", ["35", "1500", "2.5"]),  # noqa: RUF001 - the point
        ("३० दिन", "hi", ["30"]),
        ("３０日", "ja", ["30"]),
        ("8:00 to 20:00", "en", ["8", "0", "20", "0"]),
    ],
)
def test_figures_are_read_by_value(text: str, language: str, expected: list[str]) -> None:
    assert figures(text, language) == Counter(map(Decimal, expected))
