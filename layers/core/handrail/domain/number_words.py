"""Reads numbers that are written as words, so that `seven days` is checked as `7 days` is.

Each language has its words in the order of `_VALUES`, forms of one joined by `|`. `-` stands where
a word means something else more often (French `neuf` is also "new"): a word wrongly taken for a
number would block answers that are right.
"""

import re
from collections.abc import Mapping
from typing import Final

from handrail.domain.reading import fold

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

_VALUES: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 20, 21, 30, 40, 50, 60, 90, 100)
_WORDS: Final = {
    "en": "two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty "
    "twentyone thirty forty fifty sixty ninety hundred",
    "de": "zwei drei vier funf sechs sieben acht neun zehn elf zwolf vierzehn funfzehn zwanzig "
    "einundzwanzig dreißig vierzig funfzig sechzig neunzig hundert",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce catorce quince veinte "
    "veintiun|veintiuno treinta cuarenta cincuenta sesenta noventa cien",
    "fr": "deux trois quatre cinq six sept huit - dix onze douze quatorze quinze vingt - "
    "trente quarante cinquante soixante - cent",
    "pt": "dois|duas tres quatro cinco seis sete oito nove dez onze doze catorze|quatorze quinze "
    "vinte - trinta quarenta cinquenta sessenta noventa cem",
    "it": "due tre quattro cinque - sette otto nove dieci undici "
    "dodici quattordici quindici venti "
    "ventuno trenta quaranta cinquanta sessanta novanta cento",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf veertien vijftien twintig "
    "eenentwintig dertig veertig vijftig zestig negentig honderd",
    "sv": "tva tre fyra fem sex sju atta nio tio elva tolv fjorton femton tjugo tjugoen trettio "
    "fyrtio femtio sextio nittio hundra",
    "da": "to tre fire fem seks syv otte ni ti elleve tolv fjorten femten tyve enogtyve tredive "
    "fyrre halvtreds tres halvfems hundrede",
    "nb": "to tre fire fem seks sju|syv atte ni ti elleve tolv fjorten femten tjue tjueen tretti "
    "forti femti seksti nitti hundre",
    "pl": "dwa|dwie|dwoch trzy|trzech cztery|czterech piec|pieciu szesc|szesciu siedem|siedmiu "
    "osiem|osmiu dziewiec|dziewieciu dziesiec|dziesieciu jedenascie|jedenastu dwanascie|dwunastu "
    "czternascie|czternastu pietnascie|pietnastu dwadziescia|dwudziestu - trzydziesci|trzydziestu "
    "czterdziesci|czterdziestu piecdziesiat|piecdziesieciu szescdziesiat|szescdziesieciu "
    "dziewiecdziesiat|dziewiecdziesieciu sto|stu",
    "cs": "dva|dve|dvou tri|trech ctyri|ctyr pet|peti sest|sesti sedm|sedmi osm|osmi devet|deviti "
    "deset|deseti jedenact|jedenacti dvanact|dvanacti ctrnact|ctrnacti patnact|patnacti "
    "dvacet|dvaceti - tricet|triceti ctyricet|ctyriceti padesat|padesati sedesat|sedesati "
    "devadesat|devadesati sto",
    "ru": "два|две|двух три|трех четыре|четырех пять|пяти шесть|шести семь|семи восемь|восьми "
    "девять|девяти десять|десяти одиннадцать|одиннадцати двенадцать|двенадцати "
    "четырнадцать|четырнадцати пятнадцать|пятнадцати двадцать|двадцати - тридцать|тридцати "
    "сорок|сорока пятьдесят|пятидесяти шестьдесят|шестидесяти девяносто сто|ста",
    "uk": "два|дві|двох три|трьох чотири|чотирьох п'ять|п'яти шість|шести сім|семи вісім|восьми "
    "дев'ять|дев'яти десять|десяти одинадцять|одинадцяти дванадцять|дванадцяти "
    "чотирнадцять|чотирнадцяти п'ятнадцять двадцять|двадцяти - тридцять|тридцяти сорок|сорока "
    "п'ятдесят|п'ятдесяти шістдесят дев'яносто сто|ста",
    "tr": "iki uc dort bes - - sekiz dokuz - onbir oniki ondort onbes yirmi yirmibir otuz - elli "
    "altmis doksan -",
    "ro": "doi|doua trei patru cinci sase sapte opt noua zece unsprezece doisprezece|douasprezece "
    "paisprezece cincisprezece douazeci - treizeci patruzeci cincizeci saizeci nouazeci suta",
    "el": "δυο τρεισ|τρια τεσσερισ|τεσσερα πεντε εξι επτα|εφτα οκτω|οχτω εννεα|εννια δεκα εντεκα "
    "δωδεκα δεκατεσσερισ δεκαπεντε εικοσι - τριαντα σαραντα πενηντα εξηντα ενενηντα εκατο",
    "ar": "اثنان|اثنين|اثنتين ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني "
    "تسعة|تسع عشرة|عشر - - - - عشرين|عشرون - ثلاثين|ثلاثون أربعين|أربعون خمسين|خمسون ستين|ستون "
    "تسعين|تسعون مئة|مائة",
    "fa": "دو سه چهار پنج شش هفت هشت نه ده یازده دوازده چهارده پانزده بیست - سی چهل پنجاه شصت "
    "نود صد",
    "he": "שניים|שתיים|שני|שתי שלושה|שלוש ארבעה|ארבע חמישה|חמש שישה|שש שבעה|שבע שמונה "
    "תשעה|תשע עשרה|עשר - - - - עשרים - שלושים ארבעים חמישים שישים תשעים מאה",
    "hi": "दो तीन चार पाँच|पांच छह|छः|छे सात आठ नौ दस ग्यारह बारह चौदह "
    "पंद्रह|पन्द्रह बीस इक्कीस तीस चालीस "
    "पचास साठ नब्बे सौ",
    "bn": "দুই তিন চার পাঁচ ছয় সাত আট নয় দশ এগারো বারো চোদ্দ পনেরো "
    "বিশ|কুড়ি একুশ ত্রিশ চল্লিশ পঞ্চাশ "
    "ষাট নব্বই একশো",
    "id": "dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas - - - - - - - - - - "
    "seratus",
    "sw": "mbili|wawili|miwili tatu|watatu|mitatu nne|wanne|minne tano|watano|mitano sita saba "
    "nane|wanane|minane tisa kumi - - - - ishirini - thelathini "
    "arobaini hamsini sitini tisini mia",
    "vi": "hai ba bon nam sau bay tam chin muoi - - - - - - - - - - - -",
    "fi": "kaksi|kahden|kahdessa kolme|kolmen|kolmessa nelja|neljan viisi|viiden viidessa kuusi "
    "seitseman kahdeksan yhdeksan kymmenen yksitoista kaksitoista neljatoista viisitoista "
    "kaksikymmenta - kolmekymmenta neljakymmenta viisikymmenta "
    "kuusikymmenta yhdeksankymmenta sata",
    "hu": "ket|ketto harom negy ot hat het nyolc kilenc tiz tizenegy "
    "tizenketto|tizenket tizennegy "
    "tizenot husz huszonegy harminc negyven otven hatvan kilencven szaz",
}
_HALVES: Final = {
    "en": "half an|half a",
    "de": "eine halbe|einer halben|ein halbes|einem halben|halbe|halben|halbes",
    "es": "media|medio",
    "fr": "une demi|un demi|demi",
    "pt": "meia|meio",
    "it": "mezza|mezz|mezzo",
    "nl": "een half|half",
    "pl": "pol",
    "ru": "пол",
    "ar": "نصف",
    "hi": "आधे|आधा",
    "sw": "nusu",
    "ja": "半",
    "zh": "半个|半",
    "id": "setengah",
    "tr": "yarım",
}
_LEAST_TENS: Final = 20
_TENS: Final = 10
_JOINS: Final = {"en": "-", "es": "y", "fr": "et", "pt": "e", "it": "e", "ar": "و"}
_WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)


def _base(language: str) -> str:
    return language.partition("-")[0].casefold()


def _table(words: str) -> Mapping[str, int]:
    forms: dict[str, int] = {}
    listed = words.split()
    for place, word in enumerate(listed[: len(_VALUES)]):
        forms |= {_key(form): _VALUES[place] for form in word.split("|") if form != "-"}
    return forms


def _key(word: str) -> str:
    return "".join(fold(word).split())


_TABLES: Final = {language: _table(words) for language, words in _WORDS.items()}
_HALF: Final = {
    language: re.compile(
        rf"(?<![^\W_])(?:{words})[\s\u2010-]?(?=[^\W\d_])"
        if language not in {"zh", "ja"}
        else rf"(?:{words})(?=[小天年月时時日])",
        re.IGNORECASE,
    )
    for language, words in _HALVES.items()
}


def with_digits(text: str, language: str | None) -> str:
    """Return a text with its number words as digits, as far as the language's are known."""
    if language is None:
        return text
    base = _base(language)
    half = _HALF.get(base)
    if half is not None:
        text = half.sub("0.5 ", text)
    table = _TABLES.get(base)
    if table is None:
        return text
    return _joined(text, table, _JOINS.get(base))


def _joined(text: str, table: Mapping[str, int], join: str | None) -> str:
    """Put digits for words; `forty-two` and `cuarenta y dos` become one number."""
    parts: list[str] = []
    end = 0
    number: int | None = None
    glued = False
    for word in _WORD.finditer(text):
        value = table.get(_key(word.group()))
        between = text[end : word.start()]
        if value is None:
            value = _with_and(word.group(), table, join, number)
            glued = value is not None
        if value is None:
            if number is not None and between.strip() == "" and _key(word.group()) == join:
                continue  # may join two parts of a number; what follows decides
            parts.append(_said(number) + between + word.group())
            number = None
        elif number is not None and (glued or _grows(number, value, between, join)):
            number += value
        else:
            parts.append(_said(number) + between)
            number = value
        end = word.end()
    return "".join(parts) + _said(number) + text[end:]


def _with_and(
    word: str, table: Mapping[str, int], join: str | None, number: int | None
) -> int | None:
    """Return the tens that Arabic says after the ones, its `and` written onto the word."""
    if not number or number >= _TENS or join != "و" or not word.startswith("و"):
        return None
    value = table.get(_key(word[1:]))
    return value if value is not None and value >= _LEAST_TENS else None


def _grows(number: int, value: int, between: str, join: str | None) -> bool:
    joined = between.strip().strip("-\u2010")
    return (
        number >= _LEAST_TENS
        and number % _TENS == 0
        and value < _TENS
        and joined in {"", join or ""}
        and "," not in between
    )


def _said(number: int | None) -> str:
    return "" if number is None else str(number)
