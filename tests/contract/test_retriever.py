"""What every retriever keeps, on the real index."""

# ruff: noqa: RUF001 - marks of other scripts are meant

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.index_file import FILE_NAME, MAGIC
from handrail.adapters.knowledge.terms import telling_words, terms
from handrail.domain.errors import SettingsError
from handrail.domain.knowledge import CONFIDENCE_MIN, Found
from handrail.domain.reading import READING
from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.build import build_index
from support.articles import NOW, article, sample_index, write, write_sample


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    return sample_index(tmp_path_factory.mktemp("knowledge"))


def search(index: KnowledgeIndex, question: str, language: str = "en") -> Sequence[Found]:
    return index.search(question, language, 4, NOW)


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Where is my refund?", "en", "refunds/en#1"),
        ("WHERE IS MY REFUND???", "en", "refunds/en#1"),
        ("my refund has not arrived", "en", "refunds/en#1"),
        ("how much do I pay if I am late", "en", "fees/en#1"),
        ("i got a strange link in a message", "en", "phishing/en#1"),
        ("wo bleibt meine erstattung", "de", "refunds/de#1"),
        ("Rücksendung: wie lange?", "de", "returns/de#1"),
        ("ruecksendung artikel zurueck", "de", "returns/de#1"),
        ("退款要多久到账", "zh-Hans", "refunds/zh-Hans#1"),
        ("hello", "en", "greeting/en#1"),
        ("谢谢！", "zh-Hans", "thanks/zh-Hans#1"),
        ("👍🏿", "de", "goodbye/de#1"),
    ],
)
def test_the_passage_that_answers_comes_first(
    index: KnowledgeIndex, question: str, language: str, expected: str
) -> None:
    found = search(index, question, language)
    assert found[0].passage.id == expected


def test_an_articles_own_question_is_certain(index: KnowledgeIndex) -> None:
    assert search(index, "what happens if i pay late")[0].confidence > 0.95


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "Tell me a joke about cats", "xyzzy", "Do you sell cars?"],
)
def test_what_no_article_speaks_about_has_little_confidence(
    index: KnowledgeIndex, question: str
) -> None:
    assert all(found.confidence < CONFIDENCE_MIN for found in search(index, question))


def test_a_greeting_with_a_question_is_the_question(index: KnowledgeIndex) -> None:
    assert search(index, "hello where is my refund")[0].passage.article == "refunds"
    found = search(index, "hello, do you repair old bicycles?")
    assert not [one for one in found if one.passage.article == "greeting"]


def test_passages_come_once_and_no_more_than_asked_for(index: KnowledgeIndex) -> None:
    found = search(index, "refund payment order number fee")
    assert len({one.passage.id for one in found}) == len(found)
    assert len(index.search("refund payment order number fee", "en", 1, NOW)) == 1


def test_confidence_is_between_nothing_and_certain(index: KnowledgeIndex) -> None:
    found = search(index, "refund refund refund, how much is the late fee, 退款")
    assert found
    assert all(0 <= one.confidence <= 1 for one in found)


def test_what_was_found_can_be_asked_for_again(index: KnowledgeIndex) -> None:
    for found in search(index, "where is my refund"):
        assert index.passage(found.passage.id) == found.passage


@pytest.mark.parametrize(
    "name",
    [
        "",
        "refunds",
        "refunds/en",
        "refunds/en#0",
        "refunds/en#99",
        "refunds/xx#1",
        "no/en#1",
        "refunds/en#x",
        "refunds/en#-1",
        "refunds/en#²",
    ],
)
def test_a_passage_that_is_not_there_is_none(index: KnowledgeIndex, name: str) -> None:
    assert index.passage(name) is None


def test_the_customers_language_comes_first(index: KnowledgeIndex) -> None:
    assert search(index, "Wo ist meine Erstattung?", "de")[0].passage.language == "de"


def test_another_language_helps_where_the_own_one_has_nothing(index: KnowledgeIndex) -> None:
    assert search(index, "how much is the late fee", "de")[0].passage.id == "fees/en#1"
    assert search(index, "how much is the late fee", "sw")[0].passage.id == "fees/en#1"
    own = "Artikel: how much is the late fee"
    assert search(index, "Artikel", "de")[0].passage.language == "de"
    assert search(index, own, "de")[0].passage.id == "fees/en#1"


def test_a_find_in_another_language_is_given_in_ones_own_where_there_is_one(
    index: KnowledgeIndex,
) -> None:
    assert search(index, "Where is my refund?", "de")[0].passage.id == "refunds/de#1"


def written(tmp_path: Path, language: str, bodies: dict[str, str]) -> KnowledgeIndex:
    for name, body in bodies.items():
        text = article(name, body, language=language, title=name, questions=("?!",))
        write(tmp_path / "articles", name, text, language)
    build_index(read_articles(tmp_path / "articles"), tmp_path)
    return KnowledgeIndex(tmp_path)


@pytest.mark.parametrize(
    ("language", "question", "bodies"),
    [
        (
            "en",
            "credit card",
            {
                "apart": "A card comes by post. We give credit to some.",
                "near": "A credit card comes by post. We give to some.",
            },
        ),
        (
            "vi",
            "thanh toán",
            {
                "apart": "Toán học rất hay. Phố thanh bình.",
                "near": "Thanh toán rất hay. Học ở phố bình.",
            },
        ),
    ],
)
def test_neighbours_in_the_question_are_neighbours_in_the_passage(
    tmp_path: Path, language: str, question: str, bodies: dict[str, str]
) -> None:
    index = written(tmp_path, language, bodies)
    assert search(index, question, language)[0].passage.article == "near"


@pytest.mark.parametrize(
    ("language", "question", "right", "wrong"),
    [
        ("th", "คืนเงินเมื่อไร", "เราจะคืนเงินภายในห้าวันทำการ", "เงินคืนนี้ไม่มีค่าธรรมเนียม"),
        ("lo", "ຄືນເງິນ", "ພວກເຮົາຄືນເງິນພາຍໃນຫ້າວັນ", "ທ່ານຕ້ອງຈ່າຍຄ່າທຳນຽມ"),
        ("km", "ការសងប្រាក់", "យើងនឹងធ្វើការសងប្រាក់ក្នុងរយៈពេលប្រាំថ្ងៃ", "អ្នកអាចផ្លាស់ប្តូរពាក្យសម្ងាត់"),
        ("my", "ငွေပြန်အမ်း", "ငါးရက်အတွင်း ငွေပြန်အမ်းပါမည်", "စကားဝှက်ကို ပြောင်းနိုင်သည်"),
        ("am", "ገንዘቤ መቼ ይመለሳል", "ገንዘብ በአምስት ቀን ውስጥ ይመለሳል።", "የይለፍ ቃል መቀየር ይችላሉ።"),
        ("fa", "پول من كجاست", "پول شما تا پنج روز برمی‌گردد.", "رمز عبور را عوض کنید."),
        ("ur", "میری رقم کب ملے گی", "آپ کی رقم پانچ دن میں ملے گی۔", "پاس ورڈ بدل سکتے ہیں۔"),
        ("ta", "பணம் எப்போது வரும்", "உங்கள் பணம் ஐந்து நாட்களில் வரும்.", "கடவுச்சொல்லை மாற்றலாம்."),
        (
            "ko",
            "환불은 언제 되나요",
            "환불까지 영업일 기준 5일이 걸립니다.",
            "비밀번호를 바꿀 수 있습니다.",
        ),
        ("ka", "თანხის დაბრუნება", "თანხას ხუთ დღეში დაგიბრუნებთ.", "პაროლის შეცვლა შეგიძლიათ."),
    ],
)
def test_every_script_is_found(
    tmp_path: Path, language: str, question: str, right: str, wrong: str
) -> None:
    index = written(tmp_path, language, {"right": right, "wrong": wrong})
    assert search(index, question, language)[0].passage.article == "right"


def test_scripts_of_letters_without_spaces_have_pieces_too() -> None:
    assert "~คืนเ" in terms("คืนเงิน", "th")
    assert not [term for term in terms("退款到账时间", "zh-Hans") if term.startswith("~")]


def test_pairs_of_syllables_are_words_in_vietnamese() -> None:
    found = terms("Thanh toán bằng Mastercard", "vi")
    assert {"thanh", "thanh toan", "toan bang"} <= found.keys()
    assert [term for term in found if term.startswith("~")]
    assert not [term for term in found if term.startswith("~_th")]
    assert "credit card" not in terms("credit card", "en")
    assert telling_words("Thanh toán", "vi") == ["thanh", "toan", "thanh toan"]
    assert telling_words("credit card", "en") == ["credit", "card"]


def test_shared_syllables_are_no_shared_words(tmp_path: Path) -> None:
    index = written(tmp_path, "vi", {"pay": "Thanh toán bằng thẻ tín dụng trong bình yên."})
    same = search(index, "thanh toán bằng thẻ tín dụng", "vi")[0].confidence
    apart = search(index, "bình thanh dụng tín thẻ bằng toán", "vi")[0].confidence
    assert apart < 0.8 * same


def test_a_bounded_number_of_postings_is_read_and_the_best_is_still_first(
    index: KnowledgeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "how long does the refund take after my return was approved"
    before = search(index, question)[0]
    monkeypatch.setattr("handrail.adapters.knowledge.index._POSTINGS_READ_MAX", 12)
    after = search(index, question)[0]
    assert after.passage == before.passage
    assert after.score == pytest.approx(before.score, rel=0.3)


@pytest.mark.parametrize(
    ("first", "last", "day", "valid"),
    [
        ("2026-01-01", "", "2025-12-31T23:59:59+00:00", False),
        ("2026-01-01", "", "2026-01-01T00:00:00+00:00", True),
        ("2026-01-01", "valid_until: 2026-01-31\n", "2026-01-31T23:59:59+00:00", True),
        ("2026-01-01", "valid_until: 2026-01-31\n", "2026-02-01T00:00:00+00:00", False),
    ],
)
def test_only_valid_articles_answer(
    tmp_path: Path, first: str, last: str, day: str, *, valid: bool
) -> None:
    from datetime import datetime

    text = article(
        "offer",
        "Shipping is free this winter.",
        questions=("Is shipping free?",),
        extra=last,
        valid_from=first,
    )
    write(tmp_path / "articles", "offer", text)
    build_index(read_articles(tmp_path / "articles"), tmp_path)
    now = datetime.fromisoformat(day).timestamp()
    found = KnowledgeIndex(tmp_path).search("Is shipping free?", "en", 4, now)
    assert bool(found) is valid


@settings(max_examples=60, deadline=None)
@given(
    question=st.text(max_size=80)
    | st.text(alphabet="refund late fee 退款 ؟३٣\u0301\u200d", max_size=80),
    language=st.sampled_from(["en", "de", "zh-Hans", "xx", ""]),
)
def test_any_question_is_searched_for(index: KnowledgeIndex, question: str, language: str) -> None:
    assert len(index.search(question, language, 3, NOW)) <= 3


def test_a_very_long_question_is_searched_by_its_beginning(index: KnowledgeIndex) -> None:
    question = "where is my refund " + "and another thing is that " * 3_000
    assert search(index, question)[0].passage.article == "refunds"


def test_two_builds_are_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    articles = read_articles(write_sample(tmp_path / "articles"))
    one = build_index(articles, tmp_path / "one").path.read_bytes()
    other = build_index(tuple(reversed(articles)), tmp_path / "other").path.read_bytes()
    assert one == other


def test_without_an_index_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="handrail knowledge build"):
        KnowledgeIndex(tmp_path).search("hello", "en", 1, NOW)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"something else",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[: len(MAGIC) + 20],
        lambda data: data.replace(b'"reading":%d' % READING, b'"reading":9'),
        lambda _: MAGIC + b"\x02\0\0\0{}",
        lambda _: MAGIC + b"\xff\xff\xff\xff",
    ],
    ids=["empty", "other", "short", "long", "cut", "reading", "no-fields", "huge-header"],
)
def test_a_damaged_index_is_refused(tmp_path: Path, damage: object) -> None:
    path = build_index(read_articles(write_sample(tmp_path / "articles")), tmp_path).path
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(SettingsError):
        KnowledgeIndex(tmp_path).search("hello", "en", 1, NOW)


def test_a_faulty_build_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = read_articles(write_sample(tmp_path / "articles"))
    before = build_index(articles, tmp_path).path.read_bytes()

    def full(_: int) -> None:
        message = "no space left"
        raise OSError(message)

    monkeypatch.setattr("handrail_ops.knowledge.build.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        build_index(articles[:1], tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FILE_NAME]
