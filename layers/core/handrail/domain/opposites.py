"""Words that turn what a clause says into its opposite without a no: before for after.

Only words that nobody puts for each other: an answer that has the one where the sentence it rests
on has the other says something else. A language without a list is not compared.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from handrail.domain.number_words import base_of
from handrail.domain.reading import fold

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

# Before and after; at most and at least; more than and less than; first and last; open and closed;
# higher and lower; free and not; usually and always. `-` where a language is not given both.
_WORDS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "en": (
        (r"before\w*|prior to|earlier than", r"after\w*|following|later than"),
        (r"at most|up to|maximum|no more than|not exceed|never exceed\w*", r"at least|minimum"),
        (r"more than|over|exceed\w*|above", r"less than|under|below"),
        (r"first", r"last|final"),
        (r"open", r"closed"),
        (r"higher|highest|raises?|increases?", r"lower|lowest|lowers|reduces?|decreases?"),
        (r"free|nothing|waived?|no extra|no additional|no cost", r"subject to a fee|charged for"),
        (r"newest|latest|most recent", r"oldest|every|any"),
        (r"usually|often|sometimes|can|may", r"always"),
    ),
    "de": (
        (r"vor|bevor|vorher|zuvor", r"nach|nachdem|danach|nachher"),
        (r"höchstens|maximal|bis zu", r"mindestens|wenigstens"),
        (r"mehr als|über", r"weniger als|unter"),
        (r"erste\w*", r"letzte\w*"),
        (r"geöffnet|offen", r"geschlossen"),
        (r"höher\w*|erhöh\w*", r"niedriger\w*|senk\w*"),
        (r"kostenlos|gratis", r"kostenpflichtig|gebührenpflichtig"),
        (r"neueste\w*|nur", r"jeder|alle"),
    ),
    "es": (
        (r"antes", r"después|tras"),
        (r"como máximo|hasta|máximo|no supera\w*", r"como mínimo|al menos|por lo menos"),
        (r"más de", r"menos de"),
        (r"primer\w*", r"último|última"),
        (r"abiert\w*", r"cerrad\w*"),
        (r"sube\w*|aument\w*|superior|más alto", r"baja\w*|reduc\w*|inferior|más bajo"),
        (r"solo|únicamente", r"todos|todas|cualquier\w*"),
    ),
    "fr": (
        (r"avant", r"après|suivant\w*"),
        (r"au maximum|maximum|au plus|jusqu|ne dépasse\w*", r"au minimum|minimum|au moins"),
        (r"plus de", r"moins de"),
        (r"premi\w+", r"derni\w+"),
        (r"ouvert\w*", r"fermé\w*"),
        (r"augment\w*|supérieur\w*|plus élevé", r"baiss\w*|rédui\w*|inférieur\w*"),
        (r"seule?s?|seulement|uniquement", r"tous|toutes|n importe"),
    ),
    "pt": (
        (r"antes", r"depois|após"),
        (r"no máximo|até|máximo", r"no mínimo|pelo menos"),
        (r"mais de", r"menos de"),
        (r"primeir\w*", r"últim\w*"),
        (r"abert\w*", r"fechad\w*"),
        (r"aument\w*|superior", r"diminu\w*|reduz\w*|inferior"),
        (r"grátis|gratuit\w*", r"pago|paga|cobrad\w*"),
        (r"só|somente|apenas", r"todos|todas|qualquer"),
    ),
    "it": (
        (r"prima|entro", r"dopo"),
        (r"al massimo|massimo|fino a|entro", r"almeno|minimo|come minimo"),
        (r"più di|oltre", r"meno di"),
        (r"aperti?|aperta|aperte", r"chius\w*"),
        (r"gratis|gratuit\w*", r"a pagamento"),
        (r"aument\w*|superiore", r"riduc\w*|inferiore|diminu\w*"),
    ),
    "nl": (
        (r"voor|vóór|voordat|binnen", r"na|nadat"),
        (r"hoogstens|maximaal|tot", r"minstens|ten minste|minimaal"),
        (r"meer dan|boven", r"minder dan|onder"),
        (r"eerste", r"laatste"),
        (r"één keer|één|eenmaal", r"elke keer|altijd"),
        (r"hoger\w*|verhog\w*", r"lager\w*|verlag\w*"),
        (r"gratis|kosteloos", r"tegen betaling"),
    ),
    "sv": (
        (r"före|innan", r"efter"),
        (r"högst|maximalt|upp till", r"minst"),
        (r"mer än", r"mindre än"),
    ),
    "da": ((r"før|inden", r"efter"), (r"højst|op til", r"mindst"), (r"mere end", r"mindre end")),
    "nb": (
        (r"før|innen", r"etter"),
        (r"høyst|opptil|maksimalt", r"minst"),
        (r"mer enn", r"mindre enn"),
    ),
    "fi": ((r"ennen", r"jälkeen"), (r"enintään|korkeintaan", r"vähintään"), (r"yli", r"alle")),
    "et": (
        (r"enne", r"pärast"),
        (r"kuni|maksimaalselt", r"vähemalt"),
        (r"rohkem|üle", r"vähem|alla"),
    ),
    "pl": (
        (r"przed", r"po"),
        (r"najwyżej|maksymalnie|najpóźniej|do", r"co najmniej|minimum|najwcześniej"),
        (r"więcej niż|ponad", r"mniej niż|poniżej"),
        (r"pierwsz\w*", r"ostatni\w*"),
        (r"bezpłatn\w*|bez opłat|nie pobieramy|darmow\w*", r"płatn\w*"),
    ),
    "cs": (
        (r"před", r"po"),
        (r"nejvýše|maximálně|až", r"nejméně|alespoň"),
        (r"více než", r"méně než"),
        (r"zdarma|bezplatn\w*", r"placen\w*"),
    ),
    "sk": (
        (r"pred", r"po"),
        (r"najviac|maximálne", r"najmenej|aspoň"),
        (r"viac ako", r"menej ako"),
    ),
    "hr": (
        (r"prije", r"nakon|poslije"),
        (r"najviše", r"najmanje|barem"),
        (r"više od", r"manje od"),
    ),
    "bs": (
        (r"prije", r"nakon|poslije"),
        (r"najviše", r"najmanje|barem"),
        (r"više od", r"manje od"),
    ),
    "sr": (
        (r"пре|prije|pre", r"након|после|nakon|posle"),
        (r"највише|najviše", r"најмање|najmanje"),
        (r"више од|više od", r"мање од|manje od"),
    ),
    "sl": ((r"pred", r"po"), (r"največ", r"najmanj|vsaj"), (r"več kot", r"manj kot")),
    "hu": (
        (r"előtt\w*", r"után|követő\w*"),
        (r"legfeljebb|maximum", r"legalább"),
        (r"több mint", r"kevesebb mint"),
        (r"ingyen\w*", r"fizetős"),
    ),
    "ro": (
        (r"înainte\w*|până la|până pe", r"după"),
        (r"cel mult|maxim\w*|până la", r"cel puțin|minim\w*"),
        (r"peste|mai mult de", r"sub|mai puțin de"),
        (r"gratuit\w*|nu plătiți", r"contra cost"),
    ),
    "bg": (
        (r"преди", r"след"),
        (r"най много|до|максимум", r"поне|най малко"),
        (r"повече от|над", r"по малко от|под"),
    ),
    "ru": (
        (r"до|раньше|перед", r"после|спустя"),
        (r"не больше|не более|максимум|не дольше", r"не меньше|не менее|минимум"),
        (r"больше|более|свыше", r"меньше|менее"),
        (r"перв\w+", r"последн\w+"),
        (r"обычно", r"всегда"),
        (r"неиспользованн\w+", r"любой|любые"),
        (r"повы\w+|увелич\w+|выше|высок\w+", r"пони\w+|сни\w+|ниже|низк\w+"),
        (r"бесплатн\w+|ничего не", r"платн\w+"),
    ),
    "uk": (
        (r"до|перш ніж|заздалегідь|раніше", r"після|згодом"),
        (r"не більше|щонайбільше|найбільш\w*", r"не менше|щонайменше|найменш\w*"),
        (r"більше|понад", r"менше"),
        (r"підвищ\w+|зрост\w+|вищ\w+", r"зниз\w+|зниж\w+|нижч\w+"),
    ),
    "el": (
        (r"πριν|μέχρι|έως|ως", r"μετά"),
        (r"το πολύ|μέχρι|έως|εντός", r"τουλάχιστον"),
        (r"πάνω από|περισσότερ\w*", r"κάτω από|λιγότερ\w*"),
        (r"ανοιχτ\w*", r"κλειστ\w*"),
        (r"οποτεδήποτε|όποτε", r"μόνο"),
        (r"δωρεάν", r"με χρέωση|επί πληρωμή"),
    ),
    "tr": (
        (r"önce\w*", r"sonra\w*"),
        (r"en fazla|en çok|azami|kadar", r"en az"),
        (r"üzeri\w*|üstü\w*|fazla", r"altı\w*|az"),
        (r"ücretsiz\w*|bedava|ücret ödemez\w*", r"ücretli\w*|ödersiniz"),
        (r"ilk", r"son"),
    ),
    "ar": (
        (r"(?:و|ف)?قبل", r"(?:و|ف)?بعد"),
        (r"(?:ك|ب)?حد اقصي|اقصي\w*|تصل الي|لا تزيد", r"(?:ك|ب)?حد ادني|علي الاقل"),
        (r"اكثر من", r"اقل من"),
        (r"مجان\w*|بدون رسوم|دون رسوم", r"مدفوع\w*|مقابل رسوم"),
        (r"(?:ال)?اول\w*", r"(?:ال)?اخير\w*"),
    ),
    "fa": ((r"قبل|پیش", r"بعد|پس"), (r"حداکثر", r"حداقل"), (r"بیش از", r"کمتر از")),
    "he": (
        (r"לפני", r"אחרי|לאחר"),
        (r"לכל היותר|עד", r"לפחות"),
        (r"יותר מ\w*|מעל", r"פחות מ\w*|מתחת"),
    ),
    "ur": ((r"پہلے", r"بعد"), (r"زیادہ سے زیادہ", r"کم از کم")),
    "hi": (
        (r"पहले", r"बाद"),
        (r"ज्यादा से ज्यादा|ज़्यादा से ज़्यादा|अधिकतम|से ज़्यादा नहीं|तक", r"कम से कम|न्यूनतम"),
        (r"से ज़्यादा|से अधिक", r"से कम"),
        (r"मुफ़्त|निःशुल्क|कोई ख़र्च नहीं", r"सशुल्क"),
        (r"सबसे नया|सिर्फ़|केवल", r"हर|सभी"),
    ),
    "bn": ((r"আগে", r"পরে"), (r"সর্বোচ্চ|পর্যন্ত", r"সর্বনিম্ন|অন্তত"), (r"বেশি", r"কম")),
    "id": (
        (r"sebelum\w*", r"setelah|sesudah"),
        (r"hingga|maksimal|paling banyak|sampai|paling lama", r"paling sedikit|minimal"),
        (r"lebih dari", r"kurang dari"),
        (r"gratis", r"berbayar"),
    ),
    "ms": (
        (r"sebelum", r"selepas"),
        (r"hingga|maksimum", r"sekurang kurangnya"),
        (r"lebih daripada", r"kurang daripada"),
    ),
    "sw": (
        (r"kabla", r"baada"),
        (r"hadi|kiwango cha juu", r"angalau"),
        (r"bure", r"kwa malipo"),
        (r"haita?zidi|hazita?zidi|hazizidi|hakizidi", r"(?:ita|zita)zidi"),
    ),
    "vi": (
        (r"truoc", r"sau"),
        (r"toi da|khong bao gio vuot\w*|khong vuot\w*", r"toi thieu|it nhat"),
        (r"hon|tren", r"it hon|duoi"),
        (r"dau tien", r"cuoi cung"),
        (r"mien phi|khong mat", r"tinh phi|co phi"),
    ),
    "th": (
        ("ก่อน", "หลัง"),
        ("ไม่เกิน|สูงสุด|มากที่สุด", "อย่างน้อย|ขั้นต่ำ"),
        ("มากกว่า", "น้อยกว่า"),
        ("เฉพาะรหัส|ล่าสุดเท่านั้น|เพียงรหัส", "ทุกรหัส"),
        ("ฟรี", "เสียค่าใช้จ่าย"),
    ),
    "ko": (
        (r"전(?:에|까지)?(?=\s|$)|이전\S*", r"후(?:에)?(?=\s|$)|이후\S*|뒤에?|지나\S*"),
        (r"최대|이내|까지", r"최소|이상"),
        (r"넘\S+|초과\S*", r"안 되\S+|미만\S*|이하\S*"),
        (r"무료\S*", r"유료\S*"),
    ),
    "ja": (
        ("(?<=[日了認分る購入着])前", "(?<=[日了認分購入着た])後|あと"),
        ("最大|最長|以内|だけ|まで", "最低|最短|以上|すべて"),
        ("前日", "翌日"),
        ("無料", "有料"),
    ),
    "zh": (
        ("之前|以前|(?<=[日月天款货单品])前", "之后|以后|(?<=[日月天款货单品次买])后|(?<=过)后"),
        ("最多|最长|不超过|最高", "最少|最短|至少|最低"),
        ("超过|多于", "少于|低于"),
        ("免费|免运费|免息|不收", "付费|收费"),
        ("只能|仅|最新", "都能|所有|任何"),
    ),
}


def opposed(one: str, other: str, language: str) -> bool:
    """Say whether two texts that are about the same have words of opposite meaning."""
    pairs = _pairs(base_of(language))
    if not pairs:
        return False
    read, theirs = _read(one), _read(other)
    return any(
        _has_only(left, right, read) and _has_only(right, left, theirs)
        for first, second in pairs
        for left, right in ((first, second), (second, first))
    )


@lru_cache(maxsize=4096)
def _read(text: str) -> str:
    return " ".join(fold(text).split())


def _has_only(this: re.Pattern[str], that: re.Pattern[str], text: str) -> bool:
    return this.search(text) is not None and that.search(text) is None


_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f]+")
_UNSPACED: Final = frozenset({"th", "zh", "ja"})


@cache
def _pairs(language: str) -> Sequence[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return a language's patterns, their letters folded as those of the texts are."""
    return [
        (_pattern(first, language), _pattern(second, language))
        for first, second in _WORDS.get(language, ())
    ]


def _pattern(words: str, language: str) -> re.Pattern[str]:
    folded = _OTHER_LETTERS.sub(lambda part: fold(part.group()), words)
    if language in _UNSPACED:
        return re.compile(folded)
    return re.compile(rf"(?<!\S)(?:{folded})(?!\S)")
