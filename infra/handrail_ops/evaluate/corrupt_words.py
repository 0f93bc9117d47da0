"""The words by which a true answer is made false, per language.

They are written apart from the words that the check knows: what it would know of them only because
both read one list would not be measured. A pattern is replaced once, the first that is met.
"""

from collections.abc import Mapping, Sequence
from typing import Final

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

Swaps = Mapping[str, Sequence[tuple[str, str]]]

DAYS: Final = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "pt": "segunda terça quarta quinta sexta sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "ru": "понедельник вторник среду четверг пятницу субботу воскресенье",
    "uk": "понеділка вівторка середи четверга п'ятниці суботи неділі",
    "el": "Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi",
    "pl": "poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
    "vi": "Hai Ba Tư Năm Sáu Bảy",
    "th": "วันจันทร์ วันอังคาร วันพุธ วันศุกร์ วันเสาร์ วันอาทิตย์",
    "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    "ja": "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
    "zh": "周一 周二 周三 周四 周五 周六 周日",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "hi": "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "cs": "pondělí úterý středu čtvrtek pátku sobotu neděli",
}
MONTHS: Final = {
    "en": "January February March April June July August September October November December",
    "de": "Januar Februar März April Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre",
    "fr": "janvier février mars avril juin juillet août septembre octobre novembre décembre",
    "ro": "ianuarie februarie martie aprilie iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "ru": "января февраля марта апреля июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня грудня",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września grudnia",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober december",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου",
    "ar": "يناير فبراير مارس أبريل يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फरवरी मार्च अप्रैल जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober Desember",
}
NEGATIONS: Final[Swaps] = {
    "en": (
        (r"\bcannot\b|\bcan't\b", "can"),
        (r"\b(?:don't|doesn't) ", ""),
        (r"\baren't\b", "are"),
        (r"\bisn't\b", "is"),
        (r"\bnever ", ""),
        (r"\b(is|are|was|were|can|will|must|may|should) (?!not\b)", r"\1 not "),
        (r"\bno (?=\w)", ""),
        (r"\b(takes|costs|works|arrives|waits) ", r"never \1 "),
        (r"\bpossible\b", "impossible"),
    ),
    "de": (
        (r"\bnicht ", ""),
        (r"\bkeine?n? ", ""),
        (r"\b(?:nie|niemals) ", ""),
        (r"\b(ist|sind|wird|werden|kann|können|dürfen|müssen) ", r"\1 nicht "),
        (r"\bmöglich\b", "unmöglich"),
    ),
    "es": (
        (r"\b(?:no|nunca) (?=\w)", ""),
        (r"\b(es|son|puede|pueden|tiene|está|están|fue|era|tarda|llega) ", r"no \1 "),
        (r"\bsin ", "con "),
    ),
    "fr": (
        (r"\b(?:ne |n')(\w+) (?:pas|jamais|plus) ", r"\1 "),
        (r"\b(peut|part|vont|va) ", r"ne \1 pas "),
        (r"\b(est|sont|pouvez|doivent|reste) ", r"n'\1 pas "),
    ),
    "pt": (
        (r"\b(?:não|nunca) (?=\w)", ""),
        (r"\b(é|são|pode|podem|precisa|precisam|tem|chega|fica|leva) ", r"não \1 "),
    ),
    "it": (
        (r"\bnon ", ""),
        (r"\b(è|sono|può|possono|ha|resta|dura|arriva|costa|consegniamo) ", r"non \1 "),
    ),
    "nl": (
        (r"\bniet ", ""),
        (r"\bgeen ", ""),
        (r"\b(is|zijn|kan|kunnen|wordt|kost|mag|moet) ", r"\1 niet "),
    ),
    "ro": (
        (r"\bnu ", ""),
        (r"\b(este|sunt|poate|pot|a fost|au|aveți|primiți|durează) ", r"nu \1 "),
    ),
    "ru": (
        (r"\bне ", ""),
        (r"\bнельзя\b", "можно"),
        (r"\b(был\w*|может|могут|имеет|стал\w*|занимает|едет|можно|надо|будут) ", r"не \1 "),
    ),
    "uk": (
        (r"\bне ", ""),
        (r"\bнеможливо\b", "можливо"),
        (r"\b(може|можуть|можна|видно|становить|переглядаємо|займається) ", r"не \1 "),
    ),
    "pl": (
        (r"\bnie (?=\w)", ""),
        (r"\bbez ", "z "),
        (r"\b(możesz|wrócą|zatrzymamy|dowiesz|jest|są|może) ", r"nie \1 "),
    ),
    "el": (
        (r"\bδεν ", ""),
        (r"\b(είναι|ήταν|μπορεί|μπορείτε|έχει|είχε|απαντά|απαντάμε|κρατάμε) ", r"δεν \1 "),
    ),
    "tr": (
        (r"\bdeğil(?:dir)?\b", ""),
        (r"(\w+)(?:dır|dir|dur|dür)\b", r"\1 değildir"),
        (r"(\w{2,})(?:ır|ir|ur|ür|er|ar)([.,;]|$)", r"\1mez\2"),
        (r"(\w{2,})mez(siniz)?\b", r"\1er\2"),
    ),
    "vi": (
        (r"\bkhông ", ""),
        (r"\b(là|được|có|có thể|gọi|báo|tối đa) ", r"không \1 "),
    ),
    "th": (("ไม่", ""), ("(เป็น|ได้|มี|สามารถ|จะ|ใช้เวลา)", r"ไม่\1")),
    "ko": (
        (r"하지 않습니다", "합니다"),
        (r"할 수 없", "할 수 있"),
        (r"안 됩니다", "됩니다"),
        (r"합니다", "하지 않습니다"),
        (r"됩니다", "되지 않습니다"),
        (r"있습니다", "없습니다"),
        (r"해요", "하지 않아요"),
        (r"듭니다|들어옵니다|걸립니다", "않습니다"),
    ),
    "id": (
        (r"\btidak ", ""),
        (r"\b(bisa|dapat|akan|butuh|sampai|menyimpan|punya) ", r"tidak \1 "),
    ),
    "ar": (
        (r"(?:^|\s)(?:لا|لن|لم) ", " "),
        (r"(?:^|\s)(كان|كانت|يمكن|يصل|يعمل|يتم|توجد|يستغرق|يبقى|تحاول) ", r" لا \1 "),
    ),
    "hi": (
        (r" (?:नहीं|न) ", " "),
        (r" (है|हैं|था|थे|थी|सकते|सकती|सकता|जाती|जाता)(?=[\s।,]|$)", r" नहीं \1"),
    ),
    "zh": (("不|没有", ""), ("(是|会|可以|能|在|有|需要)", r"不\1")),
    "ja": (
        (r"(し|き|り|け)ません", r"\1ます"),
        (r"ます", "ません"),
        (r"です", "ではありません"),
        (r"される", "されない"),
    ),
    "sw": (
        (r"\bhai", "i"),
        (r"\bhatu", "tu"),
        (r"\bni ", "si "),
        (r"\bhuchukua\b", "hauchukui"),
        (r"\bhujaribu\b", "hajaribu"),
        (r"\bkinatunza\b", "hakitunzi"),
    ),
    "cs": ((r"\bnelze\b", "lze"), (r"\b(je|jsou|může|mohou|stojí) ", r"ne\1 ")),
    "sv": ((r"\b(?:inte|aldrig) ", ""), (r"\b(är|kan|måste|tar) ", r"\1 inte ")),
}
UNITS: Final[Swaps] = {
    "en": (
        ("business days", "weeks"),
        ("days", "weeks"),
        (r"\bday\b", "week"),
        ("hours", "days"),
        ("minutes", "hours"),
        ("half an hour", "half a day"),
        ("months", "weeks"),
        (r"\bweek\b", "month"),
        ("years", "months"),
    ),
    "de": (("Tage", "Wochen"), ("Stunden", "Tage"), ("Minuten", "Stunden"), ("Monate", "Wochen")),
    "es": (("días", "semanas"), ("horas", "días"), ("minutos", "horas"), ("meses", "semanas")),
    "fr": (("jours", "semaines"), ("heures", "jours"), ("minutes", "heures"), ("mois", "jours")),
    "pt": (("dias", "semanas"), ("horas", "dias"), ("minutos", "horas"), ("semana", "mês")),
    "it": (("giorni", "settimane"), ("settimana", "mese"), ("ore ", "giorni ")),
    "nl": (("dagen", "weken"), ("weken", "maanden"), ("maanden", "jaar")),
    "ro": (("zile", "săptămâni"), (r"luni\b", "ani"), (r"ani\b", "luni")),
    "ru": (("дней|дня", "недель"), ("недель", "месяцев"), ("месяцев", "лет")),
    "uk": (("днів|дні", "тижнів"), ("місяц\\w+", "роки"), ("пів року", "пів дня")),
    "pl": (("dni", "tygodni"), ("godziny", "doby"), ("miesięcy", "lat")),
    "el": (("ημέρες", "εβδομάδες"), ("ώρες", "ημέρες"), ("μήνες", "χρόνια")),
    "tr": ((r"gün\b", "hafta"), (r"saat\b", "gün"), (r"hafta\b", "ay")),
    "vi": (("ngày làm việc", "tuần"), ("(?<=\\d )ngày", "tuần"), ("tháng", "năm")),
    "th": (("วันทำการ", "สัปดาห์"), ("(?<=\\d )นาที", "ชั่วโมง"), ("วินาที", "นาที")),
    "ko": (("영업일", "주"), ("(?<=\\d)일", "주"), ("(?<=\\d)분", "시간")),
    "id": (("hari", "minggu"), (r"\bjam\b", "hari"), ("seminggu", "sebulan")),
    "ar": (("أيام", "أسابيع"), ("أشهر", "سنوات"), ("دقائق|دقيقة", "ساعات"), ("يومًا", "أسبوعًا")),
    "hi": (("कार्य दिवस", "हफ़्ते"), ("दिन", "हफ़्ते"), ("महीने", "साल"), ("मिनट", "घंटे"), ("घंटे", "दिन")),
    "zh": (("个工作日", "周"), ("天", "周"), ("分钟", "小时"), ("个月", "年"), ("小时", "天")),
    "ja": (("営業日", "週間"), ("日", "週間"), ("分間", "時間"), ("時間", "日"), ("週間", "か月")),
    "sw": (("siku", "wiki"), ("dakika", "saa"), ("nusu saa", "nusu siku")),
}
ORDER: Final[Swaps] = {
    "en": ((r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bonce\b", "before")),
    "de": ((r"\bnach\b", "vor"), (r"\bvor\b", "nach"), (r"\bAb\b", "Bis")),
    "es": (
        (r"\bdespués de\b", "antes de"),
        (r"\bantes de\b", "después de"),
        (r"\btras\b", "antes de"),
    ),
    "fr": ((r"\baprès\b", "avant"), (r"\bavant\b", "après")),
    "pt": ((r"\bDepois\b", "Antes"), (r"\bdepois\b", "antes"), (r"\bapós\b", "antes de")),
    "it": ((r"\bentro\b", "dopo"), (r"\bprima\b", "dopo"), (r"\bdopo\b", "prima")),
    "nl": ((r"\bvoor\b", "na"), (r"\bna\b", "voor"), (r"\bbinnen\b", "na")),
    "ro": ((r"\bînainte de\b", "după"), (r"\bdupă\b", "înainte de"), (r"\bpână la\b", "după")),
    "ru": ((r"\bпосле\b", "до"), (r"\bПосле\b", "До"), (r"\bдо\b", "после")),
    "uk": ((r"\bпісля\b", "до"), (r"\bзаздалегідь\b", "згодом")),
    "pl": ((r"\bprzed\b", "po"), (r"\bpo\b", "przed")),
    "el": ((r"\bπριν\b", "μετά"), (r"\bμετά\b", "πριν"), (r"\bμέχρι\b", "μετά")),
    "tr": ((r"\bsonra\b", "önce"), (r"\bönce\b", "sonra")),
    "vi": ((r"\btrước\b", "sau"), (r"\bsau\b", "trước")),
    "th": (("หลังจาก|หลัง", "ก่อน"), ("ก่อน", "หลัง")),
    "ko": (("후", "전"), ("전에", "후에")),
    "id": ((r"\bsetelah\b", "sebelum"), (r"\bsebelum\b", "setelah")),
    "ar": (("بعد", "قبل"), ("قبل", "بعد")),
    "hi": (("के बाद", "से पहले"), ("से पहले", "के बाद")),
    "zh": (("(?<=款)后|以后|之后|后(?=[，五三])", "之前"), ("之前", "之后")),
    "ja": (("後", "前"), ("前日", "翌日")),
    "sw": ((r"\bbaada ya\b", "kabla ya"), (r"\bkabla ya\b", "baada ya")),
}
SCOPE: Final[Swaps] = {
    "en": (
        (r"\bonly the newest\b", "every"),
        (r"\bat most\b|\bup to\b", "at least"),
        (r"\bmore than\b", "less than"),
        (r"\bone\b", "every"),
        (r"\busually\b|\boften\b", "always"),
        (r"\bfirst\b", "last"),
        (r"\blower\b", "higher"),
        (r"\bhigher\b", "lower"),
        (r"\bfree\b", "subject to a fee"),
        (r"\bclosed\b", "open"),
    ),
    "de": (("höchstens", "mindestens"), ("Mehr als", "Weniger als"), ("nur der neueste", "jeder")),
    "es": (
        ("como máximo", "como mínimo"),
        ("más de", "menos de"),
        ("solo sirve el más reciente", "sirven todos"),
    ),
    "fr": (
        ("au maximum|maximum", "au minimum"),
        ("plus de", "moins de"),
        ("seul le dernier fonctionne", "tous fonctionnent"),
    ),
    "pt": (("mais de", "menos de"), ("grátis", "pago")),
    "it": (
        ("al massimo", "almeno"),
        ("oltre", "meno di"),
        ("gratis", "a pagamento"),
        ("aperti", "chiusi"),
    ),
    "nl": (("maximaal|hoogstens", "minstens"), ("Eén keer", "Elke keer")),
    "ro": (("cel mult", "cel puțin"), ("peste", "sub")),
    "ru": (("не больше", "не меньше"), ("только неиспользованный", "любой"), ("обычно", "всегда")),
    "uk": (
        ("Більше ніж", "Менше ніж"),
        ("найбільше", "найменше"),
        ("вищий", "нижчий"),
        ("знизити", "підвищити"),
    ),
    "pl": (("Najpóźniej", "Najwcześniej"), ("bez opłat", "płatne")),
    "el": (("κλειστή", "ανοιχτή"), ("οποτεδήποτε|όποτε θέλετε", "μόνο το πρωί")),
    "tr": (("üzerindeki", "altındaki"), ("ödemezsiniz", "ödersiniz")),
    "vi": (("tối đa", "tối thiểu"), ("đầu tiên", "cuối cùng")),
    "th": (("เฉพาะรหัสล่าสุด|เพียงรหัสล่าสุด", "ทุกรหัส"),),
    "ko": (("최대", "최소"), ("넘으면", "안 되면")),
    "id": (("hanya", "juga"), ("sampai", "paling sedikit")),
    "ar": (("بحد أقصى|كحد أقصى", "بحد أدنى"), ("مجاني", "مدفوع")),
    "hi": (("ज़्यादा से ज़्यादा", "कम से कम"), ("सबसे नया", "हर"), ("मुफ़्त", "सशुल्क")),
    "zh": (("最多", "最少"), ("最长", "最短"), ("只能用最新的那个", "都能用")),
    "ja": (("最大", "最低"), ("最新のコードだけ", "すべてのコード"), ("まで", "以上")),
    "sw": (("bure", "kwa malipo"), ("hazitazidi", "zitazidi")),
}
INVENTED: Final[Mapping[str, Sequence[str]]] = {
    "en": (
        "Gold members get every second order for half price.",
        "We send you a gift voucher as compensation for the trouble.",
        "You are entitled to full compensation without giving any proof.",
        "The system does not offer a person.",
        "If you complain, we add a free month to your account.",
    ),
    "de": (
        "Stammkunden bekommen als Ausgleich einen Gutschein geschenkt.",
        "Wir übernehmen in solchen Fällen sämtliche Anwaltskosten.",
    ),
    "es": (
        "Como compensación le regalamos un vale para su próxima visita.",
        "Los socios premium disfrutan de asesoramiento jurídico.",
    ),
    "fr": (
        "Pour nous faire pardonner, nous offrons un bon cadeau aux habitués.",
        "Les frais d'avocat sont pris en charge par notre assurance.",
    ),
    "pt": (
        "Para compensar, damos um vale-presente aos clientes fiéis.",
        "Nosso seguro cobre despesas com advogados.",
    ),
    "it": (
        "Ai clienti fedeli regaliamo un buono per il disagio.",
        "La nostra assicurazione copre le spese legali.",
    ),
    "nl": (
        "Vaste klanten krijgen een cadeaubon als goedmaker.",
        "Onze verzekering vergoedt uw advocaat.",
    ),
    "pl": (
        "Stali klienci dostają od nas bon upominkowy na przeprosiny.",
        "Nasze ubezpieczenie pokrywa koszty adwokata.",
    ),
    "ro": (
        "Membrii fideli primesc cadou un voucher pentru vacanță.",
        "Asigurarea noastră acoperă avocatul.",
    ),
    "ru": (
        "Постоянные покупатели получают подарочный сертификат в качестве компенсации.",
        "Услуги адвоката оплачивает наша страховка.",
    ),
    "uk": (
        "Постійні покупці отримують подарунковий сертифікат як вибачення.",
        "Послуги адвоката оплачує наша страховка.",
    ),
    "el": (
        "Οι πιστοί πελάτες λαμβάνουν δωροεπιταγή ως αποζημίωση.",
        "Η ασφάλισή μας καλύπτει τα έξοδα δικηγόρου.",
    ),
    "tr": (
        "Sadık müşteriler telafi olarak hediye çeki kazanır.",
        "Avukat masraflarını sigortamız karşılar.",
    ),
    "vi": (
        "Khách hàng thân thiết được tặng phiếu quà để đền bù phiền toái.",
        "Bảo hiểm của chúng tôi chi trả phí luật sư.",
    ),
    "th": ("สมาชิกระดับทองจะได้รับบัตรกำนัลเป็นการชดเชย", "ประกันของเราจ่ายค่าทนายความ"),
    "ko": ("단골 고객은 보상으로 상품권을 받습니다.", "변호사 비용은 저희 보험이 부담합니다."),
    "id": (
        "Pelanggan setia mendapat voucer hadiah sebagai permintaan maaf.",
        "Asuransi kami menanggung biaya pengacara.",
    ),
    "ar": (
        "يحصل العملاء المميزون على قسيمة هدايا تعويضًا عن الإزعاج.",
        "يغطي تأميننا أتعاب المحامي.",
    ),
    "hi": (
        "वफ़ादार ग्राहकों को असुविधा के बदले उपहार वाउचर मिलता है।",
        "वकील का ख़र्च हमारा बीमा उठाता है।",
    ),
    "zh": ("作为补偿，老会员可以获赠礼品券。", "律师费由我们的保险承担。"),
    "ja": (
        "お詫びとして常連のお客様には商品券を差し上げます。",
        "弁護士費用は当社の保険が負担します。",
    ),
    "sw": (
        "Wateja waaminifu hupewa vocha ya zawadi kama fidia.",
        "Bima yetu hulipia mawakili.",
    ),
}
