# ruff: noqa: RUF001 - look-alike letters are what is tested
import pytest
from babel import Locale

from handrail.adapters.language.catalogue import (
    PackagedCatalogue,
    SpokenLanguage,
    packaged_recogniser,
)
from handrail.domain.recognition import NOTHING, Intent, Recogniser, RequestList, Rule

CATALOGUE = PackagedCatalogue()
LANGUAGES = [language.code for language in CATALOGUE.languages]
IN_ENGLISH_PLEASE = {
    "af": "in engels asseblief",
    "am": "በእንግሊዝኛ እባክህ",
    "ar": "بالإنجليزية من فضلك",
    "az": "ingiliscə zəhmət olmasa",
    "be": "па-англійску калі ласка",
    "bg": "на английски моля",
    "bn": "ইংরেজিতে বলুন",
    "bs": "na engleskom molim",
    "ca": "en anglès si us plau",
    "cs": "anglicky prosím",
    "cy": "yn Saesneg os gwelwch yn dda",
    "da": "på engelsk tak",
    "de": "auf Englisch bitte",
    "el": "στα αγγλικά παρακαλώ",
    "es": "en inglés por favor",
    "et": "palun inglise keeles",
    "eu": "ingelesez mesedez",
    "fa": "لطفا انگلیسی صحبت کنید",
    "fi": "englanniksi kiitos",
    "fil": "sa Ingles po",
    "fr": "en anglais s'il vous plaît",
    "ga": "i mBéarla le do thoil",
    "gl": "en inglés por favor",
    "gu": "અંગ્રેજીમાં વાત કરો",
    "ha": "da turanci don allah",
    "he": "באנגלית בבקשה",
    "hi": "अंग्रेज़ी में बात करें",
    "hr": "na engleskom molim",
    "hu": "angolul kérem",
    "hy": "անգլերեն խնդրում եմ",
    "id": "dalam bahasa Inggris",
    "is": "á ensku takk",
    "it": "in inglese per favore",
    "ja": "英語でお願いします",
    "ka": "ინგლისურად გთხოვთ",
    "kk": "ағылшынша жазыңыз",
    "km": "សូមប្រើភាសាអង់គ្លេស",
    "kn": "ಇಂಗ್ಲಿಷ್‌ನಲ್ಲಿ ಮಾತನಾಡಿ",
    "ko": "영어로 해주세요",
    "lo": "ຂໍເປັນພາສາອັງກິດ",
    "lt": "prašau angliškai",
    "lv": "lūdzu angliski",
    "mk": "на англиски ве молам",
    "ml": "ഇംഗ്ലീഷിൽ സംസാരിക്കൂ",
    "mn": "англиар ярина уу",
    "mr": "इंग्रजीत बोला",
    "ms": "dalam bahasa Inggeris",
    "mt": "bl-Ingliż jekk jogħġbok",
    "my": "အင်္ဂလိပ်လို ပြောပါ",
    "nb": "på engelsk takk",
    "ne": "अंग्रेजीमा कुरा गर्नुस्",
    "nl": "in het Engels alstublieft",
    "pa": "ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ ਗੱਲ ਕਰੋ",
    "pl": "po angielsku proszę",
    "pt-BR": "em inglês por favor",
    "pt-PT": "em inglês por favor",
    "ro": "în engleză vă rog",
    "ru": "на английском пожалуйста",
    "si": "ඉංග්‍රීසියෙන් කතා කරන්න",
    "sk": "po anglicky prosím",
    "sl": "v angleščini prosim",
    "so": "af ingiriis fadlan",
    "sq": "në anglisht ju lutem",
    "sr": "на енглеском молим",
    "sv": "på engelska tack",
    "sw": "kwa Kiingereza tafadhali",
    "ta": "ஆங்கிலத்தில் பேசுங்கள்",
    "te": "ఇంగ్లీష్‌లో మాట్లాడండి",
    "th": "ขอเป็นภาษาอังกฤษ",
    "tr": "İngilizce lütfen",
    "uk": "англійською будь ласка",
    "ur": "انگریزی میں بات کریں",
    "uz": "inglizcha yozing",
    "vi": "nói tiếng Anh đi",
    "zh-Hans": "请用英文",
    "zh-Hant": "請用英文",
    "zu": "ngesiNgisi ngicela",
}


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return packaged_recogniser()


@pytest.mark.parametrize("keyword", ["0", "agent", "human", " AGENT!! ", "Human.", "0!"])
def test_keywords_ask_for_a_person_in_every_language(recogniser: Recogniser, keyword: str) -> None:
    for language in LANGUAGES:
        assert recogniser.recognise(keyword, language).intent is Intent.PERSON, language


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
        "oprator",
        "asiakaspaalvelu",
        "kundtjänstmedarbetre",
        "ageent",
        "i want to atlk to a human",
    ],
)
def test_one_wrong_letter_does_not_hide_a_request(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text).intent is Intent.PERSON


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


@pytest.mark.parametrize("spoken", [one for one in LANGUAGES if one != "en"])
def test_english_can_be_asked_for_in_every_language(recogniser: Recogniser, spoken: str) -> None:
    found = recogniser.recognise(IN_ENGLISH_PLEASE[spoken], spoken)
    assert (found.intent, found.language) == (Intent.LANGUAGE, "en")


@pytest.mark.parametrize("asked", CATALOGUE.languages, ids=lambda one: one.code)
def test_every_language_can_be_asked_for_by_its_english_name(
    recogniser: Recogniser, asked: SpokenLanguage
) -> None:
    name = Locale.parse(asked.code.split("-", maxsplit=1)[0]).english_name
    found = recogniser.recognise(f"in {name} please", asked.code)
    assert (found.intent, found.language) == (Intent.LANGUAGE, asked.code)


def test_a_word_that_names_a_language_elsewhere_may_be_a_word_here(
    recogniser: Recogniser,
) -> None:
    assert recogniser.recognise("hindi po", "fil").intent is Intent.NONE
    assert recogniser.recognise("hindi", "fil", answering=True).intent is Intent.NO
    assert recogniser.recognise("in Hindi please", "en").language == "hi"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("não quero mais o pedido", "pt-BR"),
        ("ya no quiero el pedido", "es"),
        ("ich möchte das Paket doch nicht mehr", "de"),
        ("ich brauche keine Karte mehr", "de"),
        ("annuler ma demande de retour", "fr"),
        ("sitaki tena oda", "sw"),
        ("I don't want the order any more", "en"),
        ("hvad koster det pr. person", "da"),
        ("老闆，這個多少錢", "zh-Hant"),
        ("how about Sep 27", "en"),
    ],
)
def test_what_asks_for_nothing(recogniser: Recogniser, text: str, language: str) -> None:
    assert recogniser.recognise(text, language).intent is Intent.NONE
    assert recogniser.recognise(text).intent is Intent.NONE


def test_a_name_that_several_languages_have_means_the_nearest(recogniser: Recogniser) -> None:
    for text, conversation, meant in (
        ("in Portuguese please", "pt-BR", "pt-BR"),
        ("in Portuguese please", "pt-PT", "pt-PT"),
        ("請用中文", "zh-Hant", "zh-Hant"),
        ("請用中文", "zh-Hans", "zh-Hans"),
    ):
        found = recogniser.recognise(text, conversation)
        assert (found.intent, found.language) == (Intent.LANGUAGE, meant)


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
