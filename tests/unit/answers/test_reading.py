# ruff: noqa: RUF001 - letters and marks of other scripts are meant

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.domain.reading import fold, grams, sentences, stem, words
from handrail.domain.sentences import ends_as_sentences_do


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Können SIE's?", ["konnen", "sie", "s"]),
        ("Straße ＡＢＣ ﬁn", ["strasse", "abc", "fin"]),
        ("الْمَالُ إلى أين؟", ["المال", "الي", "اين"]),
        ("३० दिन और हिन्दी", ["30", "दिन", "और", "हिन्दी"]),
        ("iPhone手机退款", ["iphone", "手机", "机退", "退款"]),
        ("返", ["返"]),
        ("ok👍🏽!", ["ok", "👍"]),
        ("a\u200bb \u202ec", ["ab", "c"]),
        ("ДОМ, Ёлка", ["дом", "елка"]),
        ("", []),
        ("?!… \n", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refunds", "refunded"),
        ("zurückgeschickt", "ZURUCKschicken"),
        ("المال", "والمال"),
        ("البنك", "بنك"),
        ("вернуть", "вернул"),
    ],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(words(one)[0]) == stem(words(other)[0])


def test_numbers_are_not_cut() -> None:
    assert stem("1234567") != stem("1234568")


def test_pieces_find_a_word_within_another() -> None:
    assert set(grams("erstattung")) & set(grams("rückerstattung"))
    assert list(grams("ab")) == ["_ab_"]
    assert list(grams("환불금")) == ["_환", "환불", "불금", "금_"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("It costs 3.50 EUR, e.g. by card.", ["It costs 3.50 EUR, e.g. by card."]),
        (
            "Das gilt z. B. für Nr. 5 ab 7.30 Uhr. Ja.",
            [
                "Das gilt z. B. für Nr. 5 ab 7.30 Uhr.",
                "Ja.",
            ],
        ),
        ("1. Open it.\n2. Press it.", ["1. Open it.", "2. Press it."]),
        ("退款5天到账。真的吗？好！", ["退款5天到账。", "真的吗？", "好！"]),
        ("「はい。」と言う。", ["「はい。」", "と言う。"]),
        ("क्या? हाँ। ठीक॥", ["क्या?", "हाँ।", "ठीक॥"]),
        ("ما هو؟ نعم. حسنا", ["ما هو؟", "نعم.", "حسنا"]),
        ("See help.example.com. Then go.", ["See help.example.com.", "Then go."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ክፍያው ደርሷል። አሁን ይጠብቁ።",  # Amharic
        "Վճարումը ստացվել է։ Սպասեք։",  # Armenian
        "آپ کی رقم واپس ہو گئی۔ شکریہ۔",  # Urdu
        "هل وصلت الدفعة؟ نعم، وصلت.",  # Arabic
        "ပိုက်ဆံ ပြန်အမ်းပါမည်။ စောင့်ပါ။",  # Burmese
        "យើងបានទទួលប្រាក់។ សូមរង់ចាំ។",  # Khmer
        "টাকা ফেরত এসেছে। অপেক্ষা করুন।",  # Bengali
        "Πού είναι η παραγγελία μου; Έρχεται αύριο.",  # Greek
        "お金は戻ります。お待ちください。",  # Japanese
        "თანხა დაბრუნდა. გთხოვთ დაელოდოთ.",  # Georgian, which has no capitals
        "Оплата получена. Подождите.",
        "Ödeme alındı. İade 5 gün sürer.",
        "Plata a fost primită. Și gata.",
        "Đã thanh toán. Ấn vào đây.",
        'He said "yes." Then he left.',
        "It is 5 mm. Then cut.",
        "The answer is no. Then we stop.",
        "Она дала им. Потом ушла.",
    ],
)
def test_every_script_ends_its_sentences(text: str) -> None:
    assert len(sentences(text)) == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ask Dr. Smith at St. John's Ave. about No. 7 on p. 12.", "en"),
        ("Wir zahlen am 3. Oktober an Hrn. Prof. Weiß, d. h. bzw. ca. 5 Tage.", "de"),
        ("El art. 5 y la pág. 3 son de la Sra. Gómez.", "es"),
        ("Дом стоит на ул. Ленина, стр. 5, тел. 12, и т. д. и т. п.", "ru"),
        ("Ο κ. Παπαδόπουλος, αρ. 5, π.χ. σήμερα.", "el"),
        ("Ödeme 19. Yüzyıl Sok. No. 5 adresine, örn. bugün.", "tr"),
        ("Vezi art. 5 alin. 2, dl. Popescu, str. Mare.", "ro"),
        ("TP. Hồ Chí Minh có PGS. TS. Nguyễn.", "vi"),
        ("Setkání je 5. Května na nám. Míru.", "cs"),
        ("គាត់ទិញផ្លែឈើ ។ល។ និងបន្លែ", "km"),
        ("Version 2.5 of help.example.com costs 3.50", "en"),
        ("1. Open the page", "en"),
    ],
)
def test_what_is_shortened_ends_no_sentence(text: str, language: str) -> None:
    assert sentences(text, language) == [text]


THAI = (
    "เราจะคืนเงินให้คุณภายใน 5 ถึง 7 วันทำการ หลังจากที่เราได้รับสินค้าที่ส่งคืนและตรวจสอบเรียบร้อยแล้ว "
    "หากคุณยังไม่ได้รับเงินคืน กรุณาติดต่อธนาคารของคุณ หรือส่งหมายเลขคำสั่งซื้อมาให้เรา เพื่อให้เราติดตามการชำระเงินให้"
)


def test_thai_phrases_are_gathered_to_sentences() -> None:
    found = sentences(THAI)
    assert len(found) == 2
    assert found[1].startswith("หากคุณ")
    assert [sentences(sentence) for sentence in found] == [[sentence] for sentence in found]
    assert sentences("ได้ค่ะ เงินคืนภายใน 5 วันทำการหลังจากที่เราได้รับสินค้าของคุณคืนแล้ว")[0] == "ได้ค่ะ"


def test_a_thai_number_or_name_parts_nothing() -> None:
    assert len(sentences("500 บาท Handrail 5 วัน " * 12)) == 1


@pytest.mark.parametrize(
    ("line", "is_sentence"),
    [
        ("Paying early is free.", True),
        ("Do this:", True),
        ("When fees are charged", False),
        ("วิธีคืนเงิน", False),
        (THAI, True),
        ("សូមរង់ចាំ។", True),
    ],
)
def test_headings_do_not_end_as_sentences_do(line: str, *, is_sentence: bool) -> None:
    assert ends_as_sentences_do(line) is is_sentence


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert fold(fold(text)).split() == fold(text).split() or text
    for word in words(text):
        assert stem(word)
        assert list(grams(word))


@given(st.text())
def test_no_character_of_a_text_is_lost_in_its_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
