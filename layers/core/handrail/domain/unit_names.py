"""What languages call spans of time, folded: seconds, minutes, hours, days, weeks, months, years.

Words of the Unicode CLDR (version 46, by Babel) and, beside them, forms that texts use and CLDR
does not list. Forms are joined by `|`, words of one name by `_`; `<` stands before a name that is
said before its number. A form stands for every word that begins with it.
"""

from typing import Final

# ruff: noqa: RUF001 - letters of other scripts are meant

UNITS: Final = {
    "af": "sekonde minute|minuut uur|ure dae|dag weke|week maand jaar|jare",
    "am": "ሰከንዶች|ሰከንድ ደቂቃዎች|ደቂቃ ሰዓቶች|ሰዓት ቀናት|ቀን ሳምንታት|ሳምንት ወራት|ወር ዓመታት|ዓመት",
    "ar": (
        "ثانيه|ثانيتان|ثوان دقيقه|دقيقتان|دقايق ساعه|ساعتان|ساعات يوم|ايام|يوما|يومين "
        "اسبوع|اسابيع شهر|اشهر|شهرا|شهور|شهرين سنه|سنتان|سنوات|عام|اعوام|عامين"
    ),
    "az": "saniyə dəqiqə saat gun həftə ay il",
    "be": (
        "секунд хвілін гадзін сутак|суткі|дзен|дні|дня тыдня|тыдзень|тыдні месяц "
        "года|год|гады|гадоу"
    ),
    "bg": ("секунди|секунда минути|минута часа|час дни|ден седмици|седмица месец години|година"),
    "bn": "সেকেন্ড মিনিট ঘন্টা দিন সপ্তাহ মাস বছর",
    "bs": (
        "sekundi|sekunda|sekunde minuta|minute sati|sat|sata dana|dan "
        "sedmica|sedmice|sedmicu mjesec godina|godine"
    ),
    "ca": "segon minut hores|hora dies|dia setmanes|setmana mesos|mes anys|any",
    "cs": (
        "sekund|vterin minut hodin dnu|den|dny|dne|dni tydnu|tyden|tydny|tydne mesic "
        "let|rok|roky|roku"
    ),
    "cy": (
        "eiliad munud|funud awr diwrnod|ddiwrnod|dydd|niwrnod wythnos mis|fis|misoedd "
        "mlynedd|flwyddyn|flynedd|blynedd|blynyddoedd"
    ),
    "da": "sekund minut time dage|dag uger|uge maned ar",
    "de": "sekunde minute stunde tage|tag woche monat jahr",
    "el": (
        "δευτερολεπτα|δευτερολεπτο λεπτα|λεπτο ωρεσ|ωρα ημερεσ|ημερα|μερα|μερεσ|ημερων "
        "εβδομαδεσ|εβδομαδα|εβδομαδων μηνεσ|μηνων|μηνα|μην ετη|ετοσ|χρονια|χρονο"
    ),
    "en": "second minute hour days|day week month year",
    "es": "segundo minuto hora dias|dia semana meses|mes anos|ano",
    "et": "sekund minut tund oopaev|paev nadal kuud|kuu aasta",
    "eu": "segundo minutu ordu egun aste hilabete urte",
    "fa": "ثانيه دقيقه ساعت روز هفته ماه سال",
    "fi": (
        "sekunti minuutti tunti|tunnin paiva|arkipaiva viikko "
        "kuukautta|kuukausi|kuukauden vuotta|vuosi|vuoden"
    ),
    "fil": "segundo minuto oras araw linggo buwan taon",
    "fr": "seconde minute heure jour semaine mois ans|an",
    "ga": (
        "soic|shoic noim uair la|laethanta seachtain mi|mhi|miosa bl|bhliain|bhl|mbl|bliain|bliana"
    ),
    "gl": "segundo minuto hora dias|dia semana meses|mes anos|ano",
    "gu": "સેકંડ મિનિટ કલાક દિવસ અઠવાડિયા|અઠવાડિયું મહિના|મહિનો વર્ષ",
    "ha": (
        "<daƙiƙoƙi|<daƙiƙa <mintoci|<minti <sa_o|<sa_a <rana|kwana|rana <mako "
        "<wata|wata <shekaru|<shekara"
    ),
    "he": (
        "שניות|שניה|שתי_שניות דקות|דקה|שתי_דקות שעות|שעה|שעתיים ימים|יום|יומיים|ימי "
        "שבוע חודש שנים|שנה|שנתיים|שנות"
    ),
    "hi": (
        "सेकंड|सेकेंड मिनट घंटे|घंटा|घंटों|घण्ट दिन|दिनों|दिवस "
        "सप्ताह|हफ्ता|हफ्ते|हफ्तों|हफ़्त महीने|महीना|महीनों वर्ष|साल|सालों"
    ),
    "hr": (
        "sekundi|sekunda|sekunde minuta|minute sati|sat|sata dana|dan tjedan|tjedna "
        "mjesec godina|godine"
    ),
    "hu": "masodperc perc ora nap het honap ev",
    "hy": "վայրկյան րոպե ժամ օր շաբաթ ամիս տարի",
    "id": "detik menit jam hari minggu|seminggu bulan|sebulan tahun|setahun",
    "is": (
        "sekundur|sekunda minutur|minuta klukkustund|timi|tima|klukkutima "
        "dagur|degi|daga vika|viku manuður|manuði|manaða ar"
    ),
    "it": (
        "secondi|secondo minuti|minuto ore|ora giorni|giorno settimane|settimana "
        "mesi|mese anni|anno"
    ),
    "ja": "秒 分|分間 時間 日|日間|営業日 週間|週 か月|ヶ月|カ月|ヵ月|箇月|ケ月 年",
    "ka": "წამი წუთი საათი დღე|დღის კვირა თვე წელი|წლის",
    "kk": "секунд минут сағат күн апта аи жыл",
    "km": "វិនាទី នាទី ម៉ោង ថ្ងៃ សប្ដាហ៍|សប្តាហ៍ ខែ ឆ្នាំ",
    "kn": "ಸೆಕೆಂಡುಗಳು|ಸೆಕೆಂಡ್ ನಿಮಿಷ ಗಂಟೆ ದಿನವು|ದಿನಗಳ ವಾರಗಳು|ವಾರವು|ವಾರ ತಿಂಗಳ ವರ್ಷ",
    "ko": "초 분 시간 일|일간|영업일|하루|이틀 주|주일 개월|달 년",
    "lo": "ວິນາທີ ນາທີ ຊົ່ວໂມງ ມື້ ອາທິດ ເດືອນ ປີ",
    "lt": (
        "sekundziu|sekunde minuciu|minute valandu|valanda|valandos dienu|diena|dienos "
        "savaiciu|savaite menuo|menes metu|metai"
    ),
    "lv": (
        "sekunzu|sekunde minusu|minute stundu|stunda dienu|diena nedelu|nedela "
        "menesi|menesu gadi|gadu|gads"
    ),
    "mk": ("секунди|секунда минути|минута часа|час дена|ден седмици|седмица месец години|година"),
    "ml": "സെക്കൻഡ് മിനിറ്റ് മണിക്കൂർ ദിവസ ആഴ്ച മാസം|മാസ വർഷം",
    "mn": "секунд минут цаг хоног|өдөр|өдри долоо_хоног сар жил",
    "mr": "सेकंद मिनिट तास दिवस आठवडे|आठवडा महिने|महिना वर्ष",
    "ms": "saat minit jam hari minggu|seminggu bulan|sebulan tahun|setahun",
    "mt": ("sekond minuta|minuti siegħa|sigħat jum|jiem|granet gimgħa m|xahar|xhur sena|snin"),
    "my": "စက္ကန့် မိနစ် နာရီ ရက် ပတ် လ နှစ်",
    "nb": "sekund minutt time dogn|dag|dager uker|uke maned ar",
    "ne": "सेकेन्ड मिनेट घण्टा दिन हप्ता महिना वर्ष",
    "nl": "seconde minuten|minuut uur|uren dagen|dag weken|week maand jaar|jaren",
    "pa": "ਸਕਿੰਟ ਮਿੰਟ ਘੰਟੇ|ਘੰਟਾ ਦਿਨ|ਦਿਨਾਂ ਹਫ਼ਤੇ|ਹਫ਼ਤਾ ਮਹੀਨੇ|ਮਹੀਨਾ ਸਾਲ",
    "pl": (
        "sekund minut godzin dnia|dzien|dni|dniom|doba|doby|dob tydzien|tygodni "
        "miesiac|miesiec roku|rok|lata|lat"
    ),
    "pt-BR": "segundo minuto hora dias|dia semana meses|mes anos|ano",
    "pt-PT": "segundo minuto hora dias|dia semana meses|mes anos|ano",
    "ro": "secunde|secunda minut ore|ora zile|zi saptamani|saptamana luni|luna ani|an",
    "ru": (
        "секунд минут часа|час|часов дня|день|днеи|дням|сутки|суток "
        "недели|неделя|недель|неделю месяц года|год|лет|годов"
    ),
    "si": ("<තත්පර|තත්පර <මිනිත්තු|මිනිත්තු <පැය|පැය <දින|දින|දිනක්|දවස් <සති|සති|සතියක් <මාස|මාස <වසර|අවුරුදු"),
    "sk": (
        "sekund minut hodin dni|den|dna|dnoch tyzdnov|tyzden|tyzdne|tyzdna mesiac "
        "rokov|rok|roky|roka"
    ),
    "sl": (
        "sekund minut ur|ura|uri|ure dni|dan|dneva tednov|teden|tedna|tedni mesec "
        "let|leto|leti|leta"
    ),
    "so": ("ilbiriqsi daqiiqo|daqiiqad saacad maalmood|maalin toddobaad|usbuuc bilood|bil sannad"),
    "sq": "sekonda|sekonde minuta|minute ore dite|dit jave muaj vjet|vit|vjecar",
    "sr": (
        "секунди|секунда|секунде минут сати|сат|сата дана|дан "
        "недеља|недеље|седмица|седмице|седмицу месец година|године"
    ),
    "sv": (
        "sekund minut timmar|timme dygn|dag|dagar|dagen|arbetsdagar|vardagar veckor|vecka manad ar"
    ),
    "sw": "<sekunde <dakika <saa|masaa <siku <wiki <miezi|<mwezi <miaka|<mwaka",
    "ta": (
        "விநாடி|வினாடி நிமிடங்கள்|நிமிடம் மணிநேரங்கள்|மணிநேரம்|மணி நாட்கள்|நாள் வாரங்கள்|வாரம் மாதங்கள்|மாதம் ஆண்டு|வருட"
    ),
    "te": ("సెకన్లు|సెకను నిమిషాలు|నిమిషం గంటలు|గంట రోజు వారాలు|వారం నెలలు|నెల సంవత్సరాలు|సంవత్సరం"),
    "th": "วินาที นาที ชั่วโมง วัน สัปดาห์|อาทิตย์ เดือน ปี",
    "tr": "saniye dakika saat gun|gunluk|is_gunu hafta ay|aylik yil|yillik",
    "uk": (
        "секунд хвилин годин дня|день|дні|днів|днем тижня|тиждень|тижні "
        "місяця|місяць|місяці року|рік|роки|років"
    ),
    "ur": "سيكنڈ منٹ گھنٹے|گھنٹه|گھنٹا دن|دنوں هفتے|هفته مهينے|مهينه|ماه سال|برس",
    "uz": "soniya daqiqa soat kun hafta oy yil",
    "vi": "giay phut gio|tieng ngay tuan thang nam",
    "zh-Hans": "秒钟 分钟|分 小时 天|日|工作日 周|星期|礼拜 个月|月 年",
    "zh-Hant": "秒 分鐘|分 小時 天|日|工作日 週|星期|禮拜 個月|月 年",
    "zu": (
        "amasekhondi|isekhondi|imizuzwana amaminithi|iminithi|imizuzu|umzuzu "
        "amahora|ihora izinsuku|usuku amaviki|iviki|amasonto|isonto izinyanga|inyanga "
        "y|unyaka|iminyaka"
    ),
}
