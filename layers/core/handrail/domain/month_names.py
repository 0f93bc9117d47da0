"""What languages call the months, folded, from January on.

Forms are joined by `|`; `-` stands where a month has no name of one word. A test holds the table
to CLDR, as Babel has it.
"""

from typing import Final

# ruff: noqa: RUF001 - letters of other scripts are meant

MONTHS: Final = {
    "af": (
        "januarie februarie maart april mei junie julie augustus september oktober november "
        "desember"
    ),
    "am": "ጃንዋሪ ፌብሩዋሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር",
    "ar": "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "be": (
        "студзень|студзеня лютага|люты сакавік|сакавіка красавік|красавіка маи|мая "
        "чэрвень|чэрвеня ліпень|ліпеня жнівень|жніуня верасень|верасня кастрычнік|кастрычніка "
        "лістапад|лістапада снежань|снежня"
    ),
    "bg": "януари февруари март април маи юни юли август септември октомври ноември декември",
    "bn": ("জানুয়ারী ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর"),
    "bs": "januar februar mart april maj juni juli august septembar oktobar novembar decembar",
    "ca": "gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre",
    "cs": (
        "leden|ledna unor|unora brezen|brezna duben|dubna kveten|kvetna cerven|cervna "
        "cervence|cervenec srpen|srpna zari rijen|rijna listopad|listopadu prosince|prosinec"
    ),
    "cy": (
        "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"
    ),
    "da": ("januar februar marts april maj juni juli august september oktober november december"),
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "el": (
        "ιανουαριοσ|ιανουαριου φεβρουαριοσ|φεβρουαριου μαρτιοσ|μαρτιου απριλιοσ|απριλιου "
        "μαιοσ|μαιου ιουνιοσ|ιουνιου ιουλιοσ|ιουλιου αυγουστοσ|αυγουστου "
        "σεπτεμβριοσ|σεπτεμβριου οκτωβριοσ|οκτωβριου νοεμβριοσ|νοεμβριου "
        "δεκεμβριοσ|δεκεμβριου"
    ),
    "en": (
        "january february march april may june july august september october november december"
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    "et": (
        "jaanuar veebruar marts aprill mai juuni juuli august september oktoober november "
        "detsember"
    ),
    "eu": (
        "urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa "
        "abendua"
    ),
    "fa": "ژانويه فوريه مارس اوريل مه ژوين ژوييه اوت سپتامبر اكتبر نوامبر دسامبر",
    "fi": (
        "tammikuu|tammikuuta helmikuu|helmikuuta maaliskuu|maaliskuuta huhtikuu|huhtikuuta "
        "toukokuu|toukokuuta kesakuu|kesakuuta heinakuu|heinakuuta elokuu|elokuuta "
        "syyskuu|syyskuuta lokakuu|lokakuuta marraskuu|marraskuuta joulukuu|joulukuuta"
    ),
    "fil": (
        "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre"
    ),
    "fr": ("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"),
    "ga": "eanair feabhra marta aibrean bealtaine meitheamh iuil lunasa - - samhain nollaig",
    "gl": (
        "xaneiro febreiro marzo abril maio xuno xullo agosto setembro outubro novembro decembro"
    ),
    "gu": ("જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઑગસ્ટ સપ્ટેમ્બર ઑક્ટોબર નવેમ્બર ડિસેમ્બર"),
    "ha": ("janairu faburairu maris afirilu mayu yuni yuli agusta satumba oktoba nuwamba disamba"),
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "hr": (
        "sijecanj|sijecnja veljaca|veljace ozujak|ozujka travanj|travnja svibanj|svibnja "
        "lipanj|lipnja srpanj|srpnja kolovoz|kolovoza rujan|rujna listopad|listopada "
        "studeni|studenoga prosinac|prosinca"
    ),
    "hu": (
        "januar februar marcius aprilis majus junius julius augusztus szeptember oktober "
        "november december"
    ),
    "hy": (
        "հունվար|հունվարի փետրվար|փետրվարի մարտ|մարտի ապրիլ|ապրիլի մայիս|մայիսի "
        "հունիս|հունիսի հուլիս|հուլիսի օգոստոս|օգոստոսի սեպտեմբեր|սեպտեմբերի "
        "հոկտեմբեր|հոկտեմբերի նոյեմբեր|նոյեմբերի դեկտեմբեր|դեկտեմբերի"
    ),
    "id": (
        "januari februari maret april mei juni juli agustus september oktober november desember"
    ),
    "is": "januar februar mars april mai juni juli agust september oktober november desember",
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre"
    ),
    "ka": (
        "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი "
        "ნოემბერი დეკემბერი"
    ),
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүиек қазан қараша желтоқсан",
    "km": "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
    "kn": ("ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್"),
    "lo": "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",
    "lt": (
        "sausio|sausis vasario|vasaris kovas|kovo balandis|balandzio geguze|geguzes "
        "birzelio|birzelis liepa|liepos rugpjucio|rugpjutis rugsejis|rugsejo spalio|spalis "
        "lapkricio|lapkritis gruodis|gruodzio"
    ),
    "lv": (
        "janvaris februaris marts aprilis maijs junijs julijs augusts septembris oktobris "
        "novembris decembris"
    ),
    "mk": ("јануари февруари март април мај јуни јули август септември октомври ноември декември"),
    "ml": ("ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ"),
    "mr": ("जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर"),
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "mt": (
        "jannar frar marzu april mejju gunju lulju awwissu settembru ottubru novembru dicembru"
    ),
    "my": ("ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ"),
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "ne": ("जनवरी फेब्रुअरी मार्च अप्रिल मे जुन जुलाई अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर"),
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december"
    ),
    "pa": "ਜਨਵਰੀ ਫ਼ਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ",
    "pl": (
        "styczen|stycznia lutego|luty marca|marzec kwiecien|kwietnia maj|maja "
        "czerwca|czerwiec lipca|lipiec sierpien|sierpnia wrzesien|wrzesnia "
        "pazdziernik|pazdziernika listopad|listopada grudnia|grudzien"
    ),
    "pt-BR": (
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    "pt-PT": (
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    "ro": (
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie "
        "noiembrie decembrie"
    ),
    "ru": (
        "январь|января февраль|февраля март|марта апрель|апреля маи|мая июнь|июня июль|июля "
        "август|августа сентябрь|сентября октябрь|октября ноябрь|ноября декабрь|декабря"
    ),
    "si": ("ජනවාරි පෙබරවාරි මාර්තු අප්රේල් මැයි ජූනි ජූලි අගෝස්තු සැප්තැම්බර් ඔක්තෝබර් නොවැම්බර් දෙසැම්බර්"),
    "sk": (
        "januar|januara februar|februara marca|marec april|aprila maj|maja jun|juna jul|jula "
        "august|augusta september|septembra oktober|oktobra november|novembra "
        "december|decembra"
    ),
    "sl": (
        "januar februar marec april maj junij julij avgust september oktober november december"
    ),
    "so": (
        "janaayo|jannaayo febraayo maarso abriil maayo juun luulyo agosto|ogosto "
        "sebteembar|sebtembar oktoobar noofeembar diseembar"
    ),
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor",
    "sr": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "sv": (
        "januari februari mars april maj juni juli augusti september oktober november december"
    ),
    "sw": ("januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba"),
    "ta": ("ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்"),
    "te": ("జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్"),
    "th": (
        "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
    ),
    "tr": "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    "uk": (
        "січень|січня лютии|лютого березень|березня квітень|квітня травень|травня "
        "червень|червня липень|липня серпень|серпня вересень|вересня жовтень|жовтня "
        "листопад|листопада грудень|грудня"
    ),
    "ur": "جنوري فروري مارچ اپريل ميي جون جولايي اگست ستمبر اكتوبر نومبر دسمبر",
    "uz": "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "zh-Hans": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    "zu": (
        "januwari februwari mashi ephreli meyi juni julayi agasti septhemba okthoba novemba "
        "disemba"
    ),
}
