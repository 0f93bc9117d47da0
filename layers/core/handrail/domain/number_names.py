"""The words for numbers, per language, in the order of `VALUES`; forms of one joined by `|`.

`-` stands where a word means something else more often (French `neuf` is also "new"), or where
nobody writes the word in an answer: a word wrongly taken for a number would block answers that
are right.
"""

from typing import Final

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

VALUES: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 20, 21, 30, 40, 50, 60, 90, 100)
WORDS: Final = {
    "af": (
        "twee drie vier vyf ses sewe agt nege tien elf twaalf veertien vyftien "
        "twintig - dertig veertig vyftig sestig negentig honderd"
    ),
    "am": (
        "ሁለት ሶስት|ሦስት አራት አምስት ስድስት ሰባት ስምንት ዘጠኝ አስር|አሥር - - - - ሃያ|ሀያ - ሰላሳ አርባ "
        "ሃምሳ|አምሳ ስልሳ|ስድሳ ዘጠና መቶ"
    ),
    "ar": (
        "اثنان|اثنين|اثنتين ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع "
        "ثمانية|ثماني تسعة|تسع عشرة|عشر - - - - عشرين|عشرون - ثلاثين|ثلاثون "
        "أربعين|أربعون خمسين|خمسون ستين|ستون تسعين|تسعون مئة|مائة"
    ),
    "az": (
        "iki üç dörd beş altı yeddi səkkiz doqquz on - - - - iyirmi - otuz qırx əlli "
        "altmış doxsan yüz"
    ),
    "be": (
        "два|дзве|двух тры|трох чатыры|чатырох пяць|пяці шэсць|шасці сем|сямі "
        "восем|васьмі дзевяць|дзевяці дзесяць|дзесяці адзінаццаць "
        "дванаццаць|дванаццаці чатырнаццаць|чатырнаццаці пятнаццаць|пятнаццаці "
        "дваццаць|дваццаці - трыццаць|трыццаці сорак пяцьдзясят "
        "шэсцьдзясят|шасцідзесяці дзевяноста сто"
    ),
    "bg": (
        "два|две три четири пет шест седем осем девет десет единадесет|единайсет "
        "дванадесет|дванайсет четиринадесет|четиринайсет петнадесет|петнайсет "
        "двадесет|двайсет - тридесет|трийсет четиридесет|четирийсет петдесет "
        "шестдесет|шейсет деветдесет сто"
    ),
    "bn": (
        "দুই তিন চার পাঁচ ছয় সাত আট নয় দশ এগারো বারো চোদ্দ পনেরো বিশ|কুড়ি একুশ ত্রিশ চল্লিশ পঞ্চাশ ষাট নব্বই একশো"
    ),
    "bs": (
        "dva|dvije|dvoje tri cetiri pet sest sedam osam devet deset jedanaest "
        "dvanaest cetrnaest petnaest dvadeset - trideset cetrdeset pedeset sezdeset "
        "devedeset -"
    ),
    "ca": (
        "dos|dues tres quatre cinc sis set vuit - deu onze dotze catorze quinze "
        "vint - trenta quaranta cinquanta seixanta noranta cent"
    ),
    "cs": (
        "dva|dve|dvou tri|trech ctyri|ctyr pet|peti sest|sesti sedm|sedmi osm|osmi "
        "devet|deviti deset|deseti jedenact|jedenacti dvanact|dvanacti "
        "ctrnact|ctrnacti patnact|patnacti dvacet|dvaceti - tricet|triceti "
        "ctyricet|ctyriceti padesat|padesati sedesat|sedesati devadesat|devadesati "
        "sto"
    ),
    "cy": (
        "dau|dwy tri|tair pedwar|pedair pump|pum chwech|chwe saith wyth naw deg - "
        "deuddeg - pymtheg ugain - - - - - - cant"
    ),
    "da": (
        "to tre fire fem seks syv otte ni ti elleve tolv fjorten femten tyve enogtyve "
        "tredive fyrre halvtreds tres halvfems hundrede"
    ),
    "de": (
        "zwei drei vier funf sechs sieben acht neun zehn elf zwolf vierzehn funfzehn "
        "zwanzig einundzwanzig dreißig vierzig funfzig sechzig neunzig hundert"
    ),
    "el": (
        "δυο τρεισ|τρια τεσσερισ|τεσσερα πεντε εξι επτα|εφτα οκτω|οχτω εννεα|εννια "
        "δεκα εντεκα δωδεκα δεκατεσσερισ δεκαπεντε εικοσι - τριαντα σαραντα πενηντα "
        "εξηντα ενενηντα εκατο"
    ),
    "en": (
        "two three four five six seven eight nine ten eleven twelve fourteen fifteen "
        "twenty twentyone thirty forty fifty sixty ninety hundred"
    ),
    "es": (
        "dos tres cuatro cinco seis siete ocho nueve diez once doce catorce quince "
        "veinte veintiun|veintiuno treinta cuarenta cincuenta sesenta noventa cien"
    ),
    "et": (
        "kaks|kahe kolm|kolme neli|nelja viis|viie kuus|kuue seitse|seitsme kaheksa "
        "üheksa kümme|kümne üksteist kaksteist neliteist viisteist "
        "kakskümmend|kahekümne - kolmkümmend|kolmekümne nelikümmend viiskümmend "
        "kuuskümmend|kuuekümne üheksakümmend sada"
    ),
    "eu": (
        "bi hiru lau bost sei zazpi zortzi bederatzi hamar hamaika hamabi hamalau "
        "hamabost hogei - hogeitamar berrogei berrogeitamar hirurogei - ehun"
    ),
    "fa": (
        "دو سه چهار پنج شش هفت هشت نه ده یازده دوازده چهارده پانزده بیست - سی چهل پنجاه شصت نود صد"
    ),
    "fi": (
        "kaksi|kahden|kahdessa kolme|kolmen|kolmessa nelja|neljan viisi|viiden|viidessa "
        "kuusi seitseman kahdeksan yhdeksan kymmenen yksitoista kaksitoista "
        "neljatoista viisitoista kaksikymmenta - kolmekymmenta neljakymmenta "
        "viisikymmenta kuusikymmenta yhdeksankymmenta sata"
    ),
    "fil": (
        "dalawa|dalawang tatlo|tatlong apat lima|limang anim pito|pitong walo|walong "
        "siyam sampu|sampung - - - - dalawampu|dalawampung - tatlumpu|tatlumpung - "
        "limampu animnapu - -"
    ),
    "fr": (
        "deux trois quatre cinq six sept huit - dix onze douze quatorze quinze vingt "
        "- trente quarante cinquante soixante - cent"
    ),
    "ga": (
        "dha tri ceithre cuig - seacht ocht naoi deich - - - - fiche - triocha "
        "daichead caoga seasca nocha cead"
    ),
    "gl": (
        "dous|duas tres catro cinco seis sete oito nove dez once doce catorce quince "
        "vinte - trinta corenta cincuenta sesenta noventa cen"
    ),
    "gu": ("બે ત્રણ ચાર પાંચ છ સાત આઠ નવ દસ અગિયાર બાર ચૌદ પંદર વીસ એકવીસ ત્રીસ ચાલીસ પચાસ સાઠ નેવું સો"),
    "ha": (
        "biyu uku hudu|huɗu biyar shida bakwai takwas tara goma - - - - ashirin - "
        "talatin arbain hamsin sittin casain|tasain ɗari"
    ),
    "he": (
        "שניים|שתיים|שני|שתי שלושה|שלוש ארבעה|ארבע חמישה|חמש שישה|שש שבעה|שבע שמונה "
        "תשעה|תשע עשרה|עשר - - - - עשרים - שלושים ארבעים חמישים שישים תשעים מאה"
    ),
    "hi": (
        "दो तीन चार पाँच|पांच छह|छः|छे सात आठ नौ दस ग्यारह बारह चौदह पंद्रह|पन्द्रह "
        "बीस इक्कीस तीस चालीस पचास साठ नब्बे सौ"
    ),
    "hr": (
        "dva|dvije tri cetiri pet sest sedam osam devet deset jedanaest dvanaest "
        "cetrnaest petnaest dvadeset - trideset cetrdeset pedeset sezdeset devedeset "
        "sto"
    ),
    "hu": (
        "ket|ketto harom negy ot hat - nyolc kilenc tiz tizenegy "
        "tizenketto|tizenket tizennegy tizenot husz huszonegy harminc negyven otven "
        "hatvan kilencven szaz"
    ),
    "hy": (
        "երկու երեք չորս հինգ վեց յոթ ութ ինը|ինն տասը|տաս տասնմեկ տասներկու տասնչորս "
        "տասնհինգ քսան - երեսուն քառասուն հիսուն վաթսուն իննսուն հարյուր"
    ),
    "id": (
        "dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas - - - - - - "
        "- - - - seratus"
    ),
    "is": (
        "tveir|tvær|tvo|tvö|tveggja þrir|þrjar|þrju|þriggja "
        "fjorir|fjorar|fjogur|fjogurra fimm sex sjo atta niu tiu ellefu tolf fjortan "
        "fimmtan tuttugu - þrjatiu fjörutiu fimmtiu sextiu niutiu hundrað"
    ),
    "it": (
        "due tre quattro cinque - sette otto nove dieci undici dodici quattordici "
        "quindici venti ventuno trenta quaranta cinquanta sessanta novanta cento"
    ),
    "ka": (
        "ორი სამი ოთხი ხუთი ექვსი შვიდი რვა ცხრა ათი თერთმეტი თორმეტი თოთხმეტი "
        "თხუთმეტი ოცი ოცდაერთი ოცდაათი ორმოცი ორმოცდაათი სამოცი ოთხმოცდაათი ასი"
    ),
    "kk": (
        "екі үш төрт бес алты жеті сегіз тоғыз он - - - - жиырма - отыз қырық елу алпыс тоқсан жүз"
    ),
    "kn": (
        "ಎರಡು ಮೂರು ನಾಲ್ಕು ಐದು ಆರು ಏಳು ಎಂಟು ಒಂಬತ್ತು ಹತ್ತು ಹನ್ನೊಂದು ಹನ್ನೆರಡು ಹದಿನಾಲ್ಕು "
        "ಹದಿನೈದು ಇಪ್ಪತ್ತು - ಮೂವತ್ತು ನಲವತ್ತು ಐವತ್ತು ಅರವತ್ತು ತೊಂಬತ್ತು ನೂರು"
    ),
    "ko": (
        "두|둘 세|셋 네|넷 다섯 여섯 일곱 여덟 아홉 열 열한 "
        "열두 열네 열다섯 스무 - 서른 마흔 쉰 예순 아흔 -"
    ),
    "lt": (
        "du|dvi|dviejų tris|trys|trijų keturi|keturias|keturių penki|penkias|penkių "
        "šeši|šešias|šešių septyni|septynias|septynių aštuoni|aštuonių devyni|devynių "
        "dešimt|dešimties vienuolika dvylika keturiolika|keturiolikos "
        "penkiolika|penkiolikos dvidešimt - trisdešimt|trisdešimties keturiasdešimt "
        "penkiasdešimt šešiasdešimt devyniasdešimt šimtas"
    ),
    "lv": (
        "divi|divas|divu|diviem|divām trīs|triju četri|četras|četru "
        "pieci|piecas|piecu|piecām|pieciem seši|sešas|sešu "
        "septiņi|septiņas|septiņu|septiņām astoņi|astoņas deviņi|deviņas desmit "
        "vienpadsmit divpadsmit četrpadsmit piecpadsmit divdesmit - trīsdesmit "
        "četrdesmit piecdesmit sešdesmit deviņdesmit simts|simt"
    ),
    "mk": (
        "два|две три четири пет шест седум осум девет десет единаесет дванаесет "
        "четиринаесет петнаесет дваесет - триесет четириесет педесет шеесет деведесет "
        "сто"
    ),
    "ml": ("രണ്ട് മൂന്ന് നാല് അഞ്ച് ആറ് ഏഴ് എട്ട് ഒമ്പത് പത്ത് - പന്ത്രണ്ട് - പതിനഞ്ച് ഇരുപത് - മുപ്പത് നാല്പത് അമ്പത് അറുപത് - നൂറ്"),
    "mn": (
        "хоёр гурван|гурав дөрвөн|дөрөв таван|тав зургаан|зургаа долоон "
        "найман|найм есөн|ес арван|арав - - - - хорин|хорь - гучин|гуч дөчин тавин "
        "жаран ерэн зуун|зуу"
    ),
    "mr": (
        "दोन तीन चार पाच सहा सात आठ नऊ दहा अकरा बारा चौदा पंधरा वीस एकवीस तीस चाळीस "
        "पन्नास साठ नव्वद शंभर"
    ),
    "ms": (
        "dua tiga empat lima enam tujuh lapan sembilan sepuluh sebelas - - - - - - - - - - seratus"
    ),
    "mt": (
        "zewġ|żewġ tliet|tlieta erba|erbgħa ħames|ħamest|ħamsa sitt|sitta "
        "seba|sebat|sebgħa tmien|tmint disa|disat|disgħa għaxar|għaxart|għaxra ħdax "
        "tnax erbatax ħmistax għoxrin - tletin erbgħin ħamsin sittin disgħin mija"
    ),
    "nb": (
        "to tre fire fem seks sju|syv atte ni ti elleve tolv fjorten femten tjue "
        "tjueen tretti forti femti seksti nitti hundre"
    ),
    "ne": (
        "दुई तीन चार पाँच छ सात आठ नौ दश|दस एघार बाह्र चौध पन्ध्र बीस एक्काइस तीस चालीस पचास साठी नब्बे सय"
    ),
    "nl": (
        "twee drie vier vijf zes zeven acht negen tien elf twaalf veertien vijftien "
        "twintig eenentwintig dertig veertig vijftig zestig negentig honderd"
    ),
    "pa": ("ਦੋ ਤਿੰਨ ਚਾਰ ਪੰਜ ਛੇ ਸੱਤ ਅੱਠ ਨੌਂ ਦਸ ਗਿਆਰਾਂ ਬਾਰਾਂ ਚੌਦਾਂ ਪੰਦਰਾਂ ਵੀਹ ਇੱਕੀ ਤੀਹ ਚਾਲੀ ਪੰਜਾਹ ਸੱਠ ਨੱਬੇ ਸੌ"),
    "pl": (
        "dwa|dwie|dwoch trzy|trzech cztery|czterech piec|pieciu szesc|szesciu "
        "siedem|siedmiu osiem|osmiu dziewiec|dziewieciu dziesiec|dziesieciu "
        "jedenascie|jedenastu dwanascie|dwunastu czternascie|czternastu "
        "pietnascie|pietnastu dwadziescia|dwudziestu - trzydziesci|trzydziestu "
        "czterdziesci|czterdziestu piecdziesiat|piecdziesieciu "
        "szescdziesiat|szescdziesieciu dziewiecdziesiat|dziewiecdziesieciu sto|stu"
    ),
    "pt": (
        "dois|duas tres quatro cinco seis sete oito nove dez onze doze "
        "catorze|quatorze quinze vinte - trinta quarenta cinquenta sessenta noventa "
        "cem"
    ),
    "ro": (
        "doi|doua trei patru cinci sase sapte opt - zece unsprezece "
        "doisprezece|douasprezece paisprezece cincisprezece douazeci - treizeci "
        "patruzeci cincizeci saizeci nouazeci suta"
    ),
    "ru": (
        "два|две|двух три|трех четыре|четырех пять|пяти шесть|шести семь|семи "
        "восемь|восьми девять|девяти десять|десяти одиннадцать|одиннадцати "
        "двенадцать|двенадцати четырнадцать|четырнадцати пятнадцать|пятнадцати "
        "двадцать|двадцати - тридцать|тридцати сорок|сорока пятьдесят|пятидесяти "
        "шестьдесят|шестидесяти девяносто сто|ста"
    ),
    "si": (
        "දෙක|දෙකක් තුන|තුනක් හතර|හතරක් පහ|පහක් හය|හයක් හත|හතක් අට|අටක් නවය දහය|දහයක් "
        "- - - - විස්ස - තිහ|තිහක් - පනහ හැට - සියය"
    ),
    "sk": (
        "dva|dve|dvoch tri|troch štyri|štyroch päť|piatich šesť|šiestich "
        "sedem|siedmich osem|ôsmich deväť|deviatich desať|desiatich jedenásť "
        "dvanásť|dvanástich štrnásť|štrnástich pätnásť|pätnástich dvadsať|dvadsiatich "
        "- tridsať|tridsiatich štyridsať päťdesiat šesťdesiat|šesťdesiatich "
        "deväťdesiat -"
    ),
    "sl": (
        "dva|dve|dveh tri|treh štiri|štirih pet|petih šest|šestih sedem|sedmih "
        "osem|osmih devet|devetih deset|desetih enajst dvanajst|dvanajstih "
        "štirinajst|štirinajstih petnajst|petnajstih dvajset|dvajsetih - "
        "trideset|tridesetih štirideset petdeset šestdeset|šestdesetih devetdeset sto"
    ),
    "so": (
        "laba|labo saddex afar shan lix toddoba siddeed sagaal toban - - - - labaatan "
        "- soddon afartan konton lixdan sagaashan boqol"
    ),
    "sq": (
        "dy tre|tri katër pesë gjashtë shtatë tetë nëntë dhjetë njëmbëdhjetë "
        "dymbëdhjetë katërmbëdhjetë pesëmbëdhjetë njëzet - tridhjetë "
        "dyzet|katërdhjetë pesëdhjetë gjashtëdhjetë nëntëdhjetë njëqind"
    ),
    "sr": (
        "два|две|двије|dva|dve три|tri четири|cetiri пет|pet шест|sest седам|sedam "
        "осам|osam девет|devet десет|deset једанаест|jedanaest дванаест|dvanaest "
        "четрнаест|cetrnaest петнаест|petnaest двадесет|dvadeset - тридесет|trideset "
        "четрдесет|cetrdeset педесет|pedeset шездесет|sezdeset деведесет|devedeset "
        "сто"
    ),
    "sv": (
        "tva tre fyra fem sex sju atta nio tio elva tolv fjorton femton tjugo tjugoen "
        "trettio fyrtio femtio sextio nittio hundra"
    ),
    "sw": (
        "mbili|wawili|miwili tatu|watatu|mitatu nne|wanne|minne tano|watano|mitano "
        "sita saba nane|wanane|minane tisa kumi - - - - ishirini - thelathini "
        "arobaini hamsini sitini tisini mia"
    ),
    "ta": (
        "இரண்டு மூன்று நான்கு ஐந்து ஆறு ஏழு எட்டு ஒன்பது பத்து பதினொன்று பன்னிரண்டு "
        "பதினான்கு பதினைந்து இருபது - முப்பது நாற்பது ஐம்பது அறுபது தொண்ணூறு நூறு"
    ),
    "te": (
        "రెండు మూడు నాలుగు ఐదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది పదకొండు పన్నెండు "
        "పద్నాలుగు పదిహేను ఇరవై - ముప్పై నలభై యాభై అరవై తొంభై వంద"
    ),
    "tr": (
        "iki uc dort bes - - sekiz dokuz - onbir oniki ondort onbes yirmi yirmibir "
        "otuz - elli altmis doksan -"
    ),
    "uk": (
        "два|дві|двох три|трьох чотири|чотирьох п'ять|п'яти шість|шести сім|семи "
        "вісім|восьми дев'ять|дев'яти десять|десяти одинадцять|одинадцяти "
        "дванадцять|дванадцяти чотирнадцять|чотирнадцяти п'ятнадцять "
        "двадцять|двадцяти - тридцять|тридцяти сорок|сорока п'ятдесят|п'ятдесяти "
        "шістдесят дев'яносто сто|ста"
    ),
    "ur": (
        "دو تین چار پانچ چھ|چھے سات آٹھ نو دس گیارہ بارہ چودہ پندرہ بیس اکیس تیس "
        "چالیس پچاس ساٹھ نوے سو"
    ),
    "uz": (
        "ikki uch tort besh olti yetti sakkiz toqqiz on - - - - yigirma - ottiz qirq "
        "ellik oltmish toqson yuz"
    ),
    "vi": "hai ba bốn năm sáu bảy tám chín mười - - - - - - - - - - - -",
    "zu": (
        "ezimbili|amabili|ezimbil ezintathu|amathathu ezine|amane ezinhlanu|amahlanu "
        "eziyisithupha|ayisithupha eziyisikhombisa|ayisikhombisa "
        "eziyisishiyagalombili - eziyishumi|ayishumi - - - - - - - - - - - -"
    ),
}
UNSPACED: Final = {
    "km": ("ពីរ បី បួន ប្រាំ ប្រាំមួយ ប្រាំពីរ ប្រាំបី ប្រាំបួន ដប់ - - - - ម្ភៃ - សាមសិប សែសិប ហាសិប ហុកសិប កៅសិប -"),
    "lo": (
        "ສອງ ສາມ ສີ່ ຫ້າ ຫົກ ເຈັດ ແປດ ເກົ້າ ສິບ ສິບເອັດ ສິບສອງ ສິບສີ່ ສິບຫ້າ ຊາວ "
        "ຊາວເອັດ ສາມສິບ ສີ່ສິບ ຫ້າສິບ ຫົກສິບ ເກົ້າສິບ ຮ້ອຍ"
    ),
    "my": "နှစ် သုံး လေး ငါး ခြောက် ခုနစ် ရှစ် ကိုး ဆယ် - - - - - - - - - - - -",
    "th": (
        "สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ สิบเอ็ด สิบสอง สิบสี่ สิบห้า ยี่สิบ "
        "ยี่สิบเอ็ด สามสิบ สี่สิบ ห้าสิบ หกสิบ เก้าสิบ หนึ่งร้อย"
    ),
}
"""Of scripts without spaces, where a word counts only before what it counts."""
