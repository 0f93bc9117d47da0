from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.markdown import read_sections
from handrail_ops.knowledge.passages import SECTION_WORDS_MAX, passages_of


def cut(markdown: str, language: str = "en") -> list[str]:
    sections, problems = read_sections(markdown, first_line=1)
    assert not problems
    article = Article(
        "page", "A page", language, "customers", 0.0, None, "https://e.com", (), sections, "f"
    )
    passages = passages_of(article)
    names = [f"page/{language}#{n}" for n in range(1, len(passages) + 1)]
    assert [passage.id for passage in passages] == names
    return [passage.text for passage in passages]


def test_short_sections_stand_together_with_their_headings() -> None:
    assert cut("One sentence.\n\n## Then\n\nAnother one.\n\n- an item\n- a second\n") == [
        "One sentence.\nThen\nAnother one.\n- an item\n- a second"
    ]


def test_sections_that_say_enough_stand_alone() -> None:
    first, second = "word " * 65 + "end.", "other " * 30 + "end."
    assert cut(f"{first}\n\n## Then\n\n{second}") == [first, f"Then\n{second}"]


def test_a_section_that_is_too_long_is_cut_between_sentences_under_its_heading() -> None:
    sentence = "Each " + "word " * 28 + "end."
    texts = cut("## Rules\n\n" + " ".join([sentence] * 17))
    assert len(texts) == 3
    assert all(text.startswith("Rules\n") for text in texts)
    assert all(len(text.split()) <= SECTION_WORDS_MAX + 16 for text in texts)
    assert " ".join(text.removeprefix("Rules\n") for text in texts) == " ".join([sentence] * 17)


def test_scripts_without_spaces_are_measured_too() -> None:
    sentence = "退款会在五个工作日内到账。"
    texts = cut(sentence * 120, "zh-Hans")
    assert len(texts) > 2
    assert "".join(texts).replace(" ", "") == sentence * 120


def test_a_sentence_without_end_is_kept_whole() -> None:
    assert cut("word " * 500) == [("word " * 500).strip()]


def test_what_is_cut_stays_word_for_word() -> None:
    chinese = "我们会在收到您退回的商品之后尽快处理退款。" * 60
    english = "We refund the money when the parcel is here.  Then we write to you. " * 40
    pieces = cut(chinese, "zh-Hans")
    assert len(pieces) > 1
    assert "".join(pieces) == chinese
    assert " ".join(cut(english)) == " ".join(english.split())
