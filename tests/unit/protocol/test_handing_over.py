"""A person is asked for though nobody asked: each reason said in words, and shown to agents."""

# ruff: noqa: RUF001 - other scripts are meant

import json
from datetime import UTC
from pathlib import Path

import pytest

from handrail.adapters.language.catalogue import packaged_sensitive
from handrail.application.ask_agents import priority
from handrail.domain.conversation import Holder
from handrail.domain.message import Kind
from handrail.domain.offer import render
from handrail.domain.sensitive import SensitiveWords, index_terms
from handrail.domain.turn import NeedsPerson, Reason
from support.world import CATALOGUE, SENSITIVE, World

EMERGENCIES = {
    "en": "I just want to end my life",
    "es": "ya no quiero vivir",
    "de": "ich will nicht mehr leben",
    "fr": "j'ai envie de mourir",
    "it": "voglio farla finita",
    "pt-BR": "eu não quero mais viver",
    "nl": "ik denk aan zelfmoord",
    "sv": "jag vill dö",
    "fi": "haluan kuolla",
    "pl": "chcę się zabić",
    "cs": "myslím na sebevraždu",
    "hu": "meg akarok halni",
    "ro": "vreau să mor",
    "el": "θέλω να πεθάνω",
    "ru": "я не хочу больше жить",
    "uk": "хочу вбити себе",
    "tr": "intihar etmeyi düşünüyorum",
    "ar": "أريد أن أموت",
    "fa": "به خودکشی فکر می‌کنم",
    "he": "אני רוצה למות",
    "hi": "मैं आत्महत्या करना चाहता हूँ",
    "bn": "আমি মরতে চাই",
    "ta": "தற்கொலை செய்து கொள்ள நினைக்கிறேன்",
    "th": "ฉันอยากตาย",
    "my": "ကျွန်တော်သေချင်တယ်",
    "km": "ខ្ញុំចង់ស្លាប់",
    "vi": "tôi không muốn sống nữa",
    "id": "saya ingin bunuh diri",
    "ja": "もう死にたいです",
    "ko": "자살하고 싶어요",
    "zh-Hans": "我想自杀",
    "zh-Hant": "我不想活了",
    "sw": "nataka kufa",
    "am": "ራሴን ማጥፋት እፈልጋለሁ",
    "ka": "სიკვდილი მინდა",
}

TOPICS = [
    (Reason.FRAUD, "Someone used my card, there are unauthorised payments"),
    (Reason.FRAUD, "Mir wurde die Karte gestohlen, das Konto meine Karte wurde gehackt"),
    (Reason.FRAUD, "我的卡被盗刷了"),
    (Reason.BEREAVEMENT, "My husband has died and I need to close his account"),
    (Reason.BEREAVEMENT, "Mi madre falleció la semana pasada"),
    (Reason.BEREAVEMENT, "母が亡くなりました"),
    (Reason.LEGAL, "You will hear from my lawyer"),
    (Reason.LEGAL, "Je vais porter plainte"),
    (Reason.LEGAL, "Я подам на вас в суд"),
    (Reason.VULNERABILITY, "I am homeless and cannot pay"),
    (Reason.VULNERABILITY, "tengo cáncer y no puedo trabajar"),
]

NOTHING = [
    "My phone died, where can I have it repaired?",
    "How do I report a broken screen?",
    "I'm dying to try the new menu",
    "Mein Akku ist tot",
    "mon téléphone est mort",
    "tư vấn giúp em với",
    "làm từ từ thôi nhé",
    "怎么切换到其他界面？",
    "各自尽快付款",
    "我想去世界各地旅行",
    "通过世界杯活动拿到的券",
    "我不想活动被取消",
    "Is there a cancer charity I can give my points to?",
    "eşim kötü bir ürün aldı",
    "kill the subscription please",
    "How long does a refund take?",
]


@pytest.mark.parametrize(("language", "text"), EMERGENCIES.items(), ids=EMERGENCIES)
def test_an_emergency_is_noticed_in_any_language(language: str, text: str) -> None:
    assert SENSITIVE.topic_of(text) is Reason.EMERGENCY, language
    assert SENSITIVE.topic_of(f"{text.upper()}!!!") is Reason.EMERGENCY


@pytest.mark.parametrize(("topic", "text"), TOPICS)
def test_a_topic_that_is_a_persons_is_noticed(topic: Reason, text: str) -> None:
    assert SENSITIVE.topic_of(text) is topic


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_sounds_alike_is_left_to_the_articles(text: str) -> None:
    assert SENSITIVE.topic_of(text) is None


def test_what_customers_write_of_a_topic_is_noticed() -> None:
    lines = Path(__file__).with_name("sensitive.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    missed = [row["text"] for row in rows if SENSITIVE.topic_of(row["text"]) != row["topic"]]
    assert len(rows) > 150
    assert len(missed) <= 0.02 * len(rows), missed


def test_every_language_has_words_for_an_emergency() -> None:
    folder = CATALOGUE.languages
    for spoken in folder:
        said = CATALOGUE.phrases(spoken.code).say(
            "requested.emergency", reference="ABCD-EFGH", update=""
        )
        alone = CATALOGUE.phrases(spoken.code).say("sensitive.emergency")
        assert said.startswith(alone + "\n\n")
        assert "ABCD-EFGH" in said


def test_an_emergency_is_told_where_help_is_and_goes_before_others() -> None:
    world = World()
    world.say("I want to kill myself")
    assert world.now.holder is Holder.WAITING
    assert world.now.open_escalation.reason is Reason.EMERGENCY
    assert priority(world.now.open_escalation) == "high"
    text = world.wire.got[-1].text
    assert "call your local emergency services" in text
    assert world.now.open_escalation.reference in text
    assert world.wire.got[-1].buttons


def test_an_emergency_waits_behind_no_turn() -> None:
    world = World()
    asked = world.message("How long does a refund take?")
    pressing = world.message("quiero quitarme la vida")
    assert not world.receive.group(asked).endswith("/person")
    assert world.receive.group(pressing).endswith("/person")


def test_the_words_beside_a_picture_may_be_of_an_emergency() -> None:
    world = World()
    picture = {"media": "image", "media_type": "image/jpeg", "media_id": "77"}
    world.say("I want to kill myself", kind=Kind.MEDIA, details=picture)
    assert world.now.open_escalation.reason is Reason.EMERGENCY
    world = World()
    world.say("my broken phone", kind=Kind.MEDIA, details=picture)
    assert world.now.open_escalation.reason is Reason.MEDIA


@pytest.mark.parametrize("kind", [Kind.MEDIA, Kind.UNSUPPORTED])
def test_an_emergency_in_what_we_cannot_read_is_one(kind: Kind) -> None:
    world = World()
    form = world.message("how are you: I want to kill myself", kind=kind)
    assert world.receive.group(form).endswith("/person")
    world.take(form)
    assert world.now.open_escalation.reason is Reason.EMERGENCY
    other = World()
    form = other.message("size: 42", kind=kind)
    assert not other.receive.group(form).endswith("/person")
    other.take(form)
    assert other.now.open_escalation.reason is Reason(str(kind))


def test_who_waits_is_told_where_help_is_too() -> None:
    world = World()
    world.say("I want to talk to a person")
    world.say("I don't want to live")
    assert world.said[-1] == "sensitive.emergency"
    assert "emergency services" in world.wire.got[-1].text
    assert world.now.open_escalation.reference in world.wire.got[-1].text


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("I was scammed", Reason.FRAUD, "Please don't share any codes or passwords"),
        ("My wife passed away", Reason.BEREAVEMENT, "We are very sorry for your loss."),
        ("You will hear from my lawyer", Reason.LEGAL, "We take what you write seriously."),
        ("I am homeless and cannot pay", Reason.VULNERABILITY, "Thank you for telling us"),
    ],
)
def test_a_topic_is_answered_in_words_of_its_own(text: str, reason: Reason, said: str) -> None:
    world = World()
    world.say(text)
    assert world.now.open_escalation.reason is reason
    assert f"\n\n{said}" in world.wire.got[-1].text
    assert world.now.open_escalation.reference in world.wire.got[-1].text


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_of_its_own_in_every_language(reason: Reason) -> None:
    for spoken in CATALOGUE.languages:
        phrases = CATALOGUE.phrases(spoken.code)
        told = {
            other: phrases.say(f"requested.{other}", reference="ABCD-EFGH", update="")
            for other in Reason
        }
        assert [other for other in Reason if told[other] == told[reason]] == [reason], spoken.code


def test_a_topic_outweighs_the_articles_but_no_request() -> None:
    world = World()
    world.say("my wife passed away, how do I return her order?")
    assert world.now.open_escalation.reason is Reason.BEREAVEMENT
    assert world.said == ["requested.bereavement"]
    world = World()
    world.say("I was scammed, let me talk to a person")
    assert world.now.open_escalation.reason is Reason.ASKED


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself, let me talk to a person",
        "never mind, I don't need a person any more, I just want to die tonight: suicide",
        "auf Deutsch bitte, ich will nicht mehr leben",
    ],
)
def test_an_emergency_outweighs_whatever_else_a_message_asks(text: str) -> None:
    world = World()
    world.say(text)
    assert world.now.open_escalation.reason is Reason.EMERGENCY


def test_a_topic_that_was_switched_off_is_left_to_the_articles() -> None:
    only_fraud = packaged_sensitive([Reason.FRAUD])
    assert only_fraud.topic_of("my wife passed away") is None
    assert only_fraud.topic_of("I was scammed") is Reason.FRAUD
    assert only_fraud.topic_of("I want to kill myself") is Reason.EMERGENCY, "never off"


def test_a_companys_own_words_are_a_persons() -> None:
    own = packaged_sensitive([], ["allerg*", "data breach"])
    assert own.topic_of("I had an ALLERGIC reaction") is Reason.SENSITIVE
    assert own.topic_of("was there a data breach?") is Reason.SENSITIVE
    assert own.topic_of("the data, breach or not") is None, "a comma ends what belongs together"


@pytest.mark.parametrize("term", ["", "ab", "a,b", "!", "ab* cd"])
def test_a_word_that_means_nothing_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match=r"term|word|short"):
        index_terms([(Reason.SENSITIVE, term)])


def test_no_words_find_nothing() -> None:
    assert SensitiveWords.none().topic_of("I want to kill myself") is None


def test_who_is_annoyed_with_us_is_handed_over_and_who_begins_so_is_asked() -> None:
    world = World()
    world.say("this is useless")
    assert world.said == ["ask.person"]
    assert world.now.holder is Holder.BOT
    world.say("you are useless")
    assert world.now.open_escalation.reason is Reason.FRUSTRATED
    assert world.said[-1] == "requested.frustrated"
    world.say("you are useless")
    assert world.said[-1] == "waiting.again"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_said_in_every_language(reason: Reason) -> None:
    world = World()
    world.turns.outcome = NeedsPerson(reason)
    world.say("What about my order?")
    row = world.record.outbox[-1].row
    for spoken in CATALOGUE.languages:
        message = render(
            world.now,
            row,
            CATALOGUE.phrases(spoken.code),
            zone=UTC,
            language_names={},
            placeholders={},
        )
        assert world.now.open_escalation.reference in message.text
        assert "{" not in message.text
