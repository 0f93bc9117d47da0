# ruff: noqa: RUF001 - look-alike letters are what is tested
import pytest
from babel import Locale

from handrail.adapters.language.catalogue import PackagedCatalogue, packaged_recogniser
from handrail.domain.recognition import NOTHING, Intent, Recogniser, RequestList, Rule

LANGUAGES = [language.code for language in PackagedCatalogue().languages]
ASKING_FOR_A_LANGUAGE = {
    "ar": "ب{} من فضلك",
    "de": "auf {} bitte",
    "en": "in {} please",
    "es": "en {} por favor",
    "fr": "en {} s'il vous plaît",
    "hi": "{} में बात करें",
    "ja": "{}でお願いします",
    "pt-BR": "em {} por favor",
    "sw": "kwa {} tafadhali",
    "zh-Hans": "请用{}",
}


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return packaged_recogniser()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("keyword", ["0", "agent", "human", " AGENT!! ", "Human.", "0!"])
def test_keywords_ask_for_a_person_in_every_language(
    recogniser: Recogniser, keyword: str, language: str
) -> None:
    assert recogniser.recognise(keyword, language).intent is Intent.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "HUMAN PLEASE!!!",
        "agenttttt",
        "huuuuman pls",
        "ＡＧＥＮＴ",
        "a\u200bg\u200be\u200bn\u200bt",
        "\u202eagent\u202c",
        "аgеnt please",  # Cyrillic a and e
        "human 🙏🙏",
        "¡¡quiero un humano!!",
        "QUIERO HABLAR CON UNA PERSONA",
        "quiéro hablár con úna persona",
        "MÖCHTE MIT EINEM MENSCHEN SPRECHEN",
        "moechte mit einem menschen sprechen",
        "أُريدُ التَّحدُّثَ مَعَ مُوَظَّف",
        "اريد التحدث مع موظـــف",
        "mujhe insaan se baat karni hai",
        "٠",
        "see https://agent.example.com - I want a human",
        "I want a human, my e-mail is bot@example.com",
    ],
)
def test_disguises_do_not_hide_a_request(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text).intent is Intent.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "speak to an agnet",
        "speak to an agnt",
        "speak to a represntative",
        "I want to speak with a humam",
        "quiero hablar con un operadro",
        "je veux parler à un conseileler",
        "ich möchte mit einem Mitarbeitr sprechen",
    ],
)
def test_one_wrong_letter_does_not_hide_a_request(recogniser: Recogniser, text: str) -> None:
    found = recogniser.recognise(text)
    assert found.intent is Intent.PERSON
    assert found.rule.endswith("misspelt") or "wish-to-talk" in found.rule


@pytest.mark.parametrize(
    "text",
    [
        "I signed the contract with your company",
        "il me faut de l'argent",
        "hay mucha gente en la tienda",
        "jeden Tag das gleiche",
        "what stuff do you sell",
    ],
)
def test_everyday_words_are_not_taken_for_misspelt_requests(
    recogniser: Recogniser, text: str
) -> None:
    assert recogniser.recognise(text).intent is Intent.NONE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("are you human?", Intent.NONE),
        ("are you human or can I talk to a person", Intent.PERSON),
        ("don't transfer me", Intent.NONE),
        ("I don't want to talk to a bot", Intent.PERSON),
        ("I'd rather talk to the bot", Intent.WITHDRAW),
        ("no, agent", Intent.PERSON),
        ("user agent", Intent.NONE),
        ("human resources", Intent.NONE),
        ("not human resources, a human please", Intent.PERSON),
        ("my agent sold me the wrong cover", Intent.NONE),
        ("what are your support hours", Intent.NONE),
        ("my name is Human Smith", Intent.NONE),
        ("this bot is useless", Intent.MAYBE_PERSON),
        ("I need help", Intent.MAYBE_PERSON),
        ("this leads nowhere, a human please", Intent.PERSON),
        ("connect me to the spa", Intent.PERSON),
        ("the seller should contact me", Intent.NONE),
    ],
)
def test_what_looks_like_a_request_and_what_is_one(
    recogniser: Recogniser, text: str, intent: Intent
) -> None:
    assert recogniser.recognise(text, "en").intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "never mind",
        "Forget it.",
        "cancel my request for an agent",
        "I don't need an agent anymore",
        "vergessen Sie es",
        "ya no necesito un agente",
        "je n'ai plus besoin d'un conseiller",
        "não preciso mais de atendente",
        "لم أعد بحاجة إلى موظف",
        "रहने दो",
        "不用了",
        "もう結構です",
        "usijali",
    ],
)
def test_withdrawals(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text).intent is Intent.WITHDRAW


def test_a_request_outweighs_a_withdrawal_in_the_same_message(recogniser: Recogniser) -> None:
    assert recogniser.recognise("never mind, get me a real person").intent is Intent.PERSON


@pytest.mark.parametrize("asked", LANGUAGES)
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_language_can_be_asked_for_in_every_language(
    recogniser: Recogniser, spoken: str, asked: str
) -> None:
    called = Locale.parse(spoken.replace("-", "_")).languages[asked.split("-", maxsplit=1)[0]]
    found = recogniser.recognise(ASKING_FOR_A_LANGUAGE[spoken].format(called), spoken)
    assert (found.intent, found.language) == (Intent.LANGUAGE, asked)


@pytest.mark.parametrize(
    "text",
    ["I don't speak German", "is the manual available in English?", "I want to learn French"],
)
def test_naming_a_language_is_not_asking_for_it(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text).intent is Intent.NONE


def test_replies_count_only_when_something_was_asked(recogniser: Recogniser) -> None:
    for text, intent in (("yes", "yes"), ("no thanks", "no"), ("later", "follow_up")):
        assert recogniser.recognise(text, "en").intent is Intent.NONE
        assert recogniser.recognise(text, "en", answering=True).intent == intent
    assert recogniser.recognise("yes, an agent", "en", answering=True).intent is Intent.PERSON


def test_the_verdict_names_a_language_only_where_one_is_known(recogniser: Recogniser) -> None:
    assert recogniser.recognise("quiero hablar con un agente").language == "es"
    assert recogniser.recognise("quiero hablar con un agente", "en").language == "es"
    assert recogniser.recognise("agent").language is None
    assert recogniser.recognise("0").language is None
    assert recogniser.recognise("agent", "fr").language == "fr"


def test_operators_add_words_of_their_own() -> None:
    without = packaged_recogniser()
    assert without.recognise("is the concierge there").intent is not Intent.PERSON
    own = packaged_recogniser({"person": ["Concierge"], "department": ["Team Rocket"]})
    assert own.recognise("Concierge, please").intent is Intent.PERSON
    assert own.recognise("quiero hablar con Team Rocket").intent is Intent.PERSON


def test_extra_words_of_an_unknown_class_are_refused() -> None:
    with pytest.raises(ValueError, match=r"words of your own were given for 'wants'.*department"):
        Recogniser.of([], {"wants": ["x"]})


def test_a_pattern_with_an_unknown_class_is_refused_by_name() -> None:
    broken = RequestList("xx", {"person": ["x"]}, rules=[Rule(None, "n", "{ghost}")])
    with pytest.raises(ValueError, match=r"'xx' names 'ghost'"):
        Recogniser.of([broken])


def test_a_language_that_knows_fewer_words_has_no_say_over_the_others() -> None:
    knows = RequestList("aa", {"want": ["quam"], "person": ["lodo"], "polite": ["sel"]})
    strange = RequestList(
        "bb", {"someone": ["lodo", "quam"]}, rules=[Rule(None, "n", "{someone}")]
    )
    assert Recogniser.of([knows, strange]).recognise("sel quam lodo").intent is Intent.PERSON
    assert Recogniser.of([knows, strange]).recognise("quam lodo").intent is Intent.NONE


def test_the_rule_never_carries_the_customers_words(recogniser: Recogniser) -> None:
    found = recogniser.recognise("please let me talk to a human about 4111111111111111")
    assert found.intent is Intent.PERSON
    assert "4111" not in repr(found)


@pytest.mark.parametrize("text", ["", " ", "...", "!?", "🙂", "\u200b", "\x00", "12 34"])
def test_nothing_to_recognise(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text) == NOTHING


def test_a_long_text_is_heard_at_its_head_and_its_tail(recogniser: Recogniser) -> None:
    filler = "the parcel was late and the box was wet. " * 400
    assert recogniser.recognise(filler).intent is Intent.NONE
    assert recogniser.recognise(f"I want a human. {filler}").intent is Intent.PERSON
    assert recogniser.recognise(f"{filler} I want a human.").intent is Intent.PERSON


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("A human please, this leads nowhere", Intent.PERSON),
        ("I do not talk to software. Person. Now.", Intent.PERSON),
        ("Hello agent, where is my order?", Intent.NONE),
        ("Dear human, where is my order?", Intent.NONE),
        ("where is my order, agent?", Intent.MAYBE_PERSON),
        ("humano por favor, esto no funciona", Intent.PERSON),
    ],
)
def test_a_clause_may_be_the_request_but_an_address_is_none(
    recogniser: Recogniser, text: str, intent: Intent
) -> None:
    assert recogniser.recognise(text).intent is intent
