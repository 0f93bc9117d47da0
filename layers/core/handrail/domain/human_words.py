"""How languages say "I am a human" and "I am no robot", folded: what no bot may say of itself.

Pieces of a sentence, matched anywhere; `*` stands for the rest of a word.
"""

from typing import Final

# ruff: noqa: RUF001 - letters of other scripts are meant

HUMAN: Final = {
    "af": "ek is n mens|ek is n regte mens|ek is nie n robot|ek is nie n masjien",
    "am": "ሰው ነኝ|እኔ ሰው|ሮቦት አይደለሁም|ማሽን አይደለሁም",
    "az": "men insanam|mən insanam|real insanam|robot deyiləm|bot deyiləm",
    "be": "я чалавек|я жывы чалавек|я не робат|я не бот|я не машына",
    "bg": "аз съм човек|аз съм жив човек|човек съм|не съм робот|не съм бот|не съм машина",
    "bn": "আমি মানুষ|আমি একজন মানুষ|আমি একজন সত্যিকারের|আমি রোবট নই|আমি বট নই",
    "bs": "ja sam čovjek|ja sam prava osoba|ja sam osoba|nisam robot|nisam bot|nisam mašina",
    "ca": "soc una persona|soc huma|soc un huma|no soc un robot|no soc un bot|no soc una maquina",
    "cs": "jsem člověk|jsem živý člověk|jsem skutečný člověk|nejsem robot|nejsem bot|nejsem stroj",
    "cy": "person go iawn ydw|dwi n berson|rwy n berson|nid robot ydw|dydw i ddim yn robot",
    "da": "jeg er et menneske|jeg er en rigtig person|jeg er en person|jeg er ikke en robot"
    "|jeg er ikke en bot|jeg er ikke en maskine",
    "el": "είμαι άνθρωπος|είμαι πραγματικός άνθρωπος|δεν είμαι ρομπότ|δεν είμαι μηχανή"
    "|δεν είμαι bot",
    "et": (
        "ma olen inimene|olen päris inimene|olen inimene"
        "|ma ei ole robot|ei ole robot|ma pole robot"
    ),
    "eu": "gizakia naiz|pertsona bat naiz|benetako pertsona|ez naiz robota|ez naiz robot bat",
    "fa": (
        "من انسان هستم|من یک انسان|من انسانم|من آدم "
        "واقعی|من ربات نیستم|من یک ربات نیستم|ربات نیستم"
    ),
    "fi": "olen ihminen|olen oikea ihminen|en ole robotti|en ole botti|en ole kone",
    "fil": "ako ay tao|tao ako|totoong tao ako|hindi ako robot|hindi ako bot|hindi ako makina",
    "ga": "is duine me|is duine daonna|ni robot me|ni meaisin me",
    "gl": (
        "son unha persoa|son humano|son humana|son un ser humano|non son un robot|non son un bot"
    ),
    "gu": "હું માણસ છું|હું એક માણસ|હું વ્યક્તિ છું|હું રોબોટ નથી|હું બોટ નથી",
    "ha": "ni mutum ne|ni mutum ce|ni dan adam|ba robot ba ne|ni ba robot|ni ba inji",
    "he": (
        "אני אדם|אני בן אדם|אני בנאדם|אני אנושי|אני לא רובוט|אינני רובוט|אני לא בוט|אני לא מכונה"
    ),
    "hr": "ja sam čovjek|ja sam osoba|prava sam osoba|nisam robot|nisam bot|nisam stroj",
    "hu": "ember vagyok|valódi ember|én egy ember|nem vagyok robot|nem vagyok bot|nem vagyok gép",
    "hy": "ես մարդ եմ|իրական մարդ եմ|ես ռոբոտ չեմ|ռոբոտ չեմ|բոտ չեմ",
    "id": "saya manusia|saya adalah manusia|saya orang sungguhan|saya orang asli|saya bukan robot"
    "|saya bukan bot|saya bukan mesin|aku manusia|aku bukan robot",
    "is": (
        "eg er manneskja|eg er alvöru manneskja|eg er "
        "ekki velmenni|eg er ekki robot|eg er ekki bot"
    ),
    "it": "sono una persona|sono un essere umano|sono umano|sono umana|sono una vera persona"
    "|sono un operatore umano|non sono un robot|non sono un bot|non sono una macchina",
    "ka": "მე ადამიანი ვარ|ადამიანი ვარ|ნამდვილი ადამიანი|რობოტი არ ვარ|ბოტი არ ვარ",
    "kk": "мен адаммын|мен тірі адаммын|мен робот емеспін|робот емеспін|мен бот емеспін",
    "km": "ខ្ញុំជាមនុស្ស|ខ្ញុំគឺជាមនុស្ស|ខ្ញុំមិនមែនជាមនុស្សយន្ត|ខ្ញុំមិនមែនជារ៉ូបូត",
    "kn": "ನಾನು ಮನುಷ್ಯ|ನಾನು ಮಾನವ|ನಾನು ವ್ಯಕ್ತಿ|ನಾನು ರೋಬೋಟ್ ಅಲ್ಲ|ನಾನು ಬಾಟ್ ಅಲ್ಲ",
    "ko": (
        "저는 사람입니다|저는 진짜 사람|저는 인간|제가 "
        "사람입니다|저는 사람이에요|저는 로봇이 아|저는 봇이 아"
        "|로봇이 아닙니다"
        "|기계가 아닙니다"
        "|챗봇이 아닙니다"
        "|상담원입니다"
    ),
    "lo": "ຂ້ອຍເປັນຄົນ|ຂ້ອຍເປັນມະນຸດ|ຂ້ອຍບໍ່ແມ່ນຫຸ່ນຍົນ|ຂ້ອຍບໍ່ແມ່ນບອດ",
    "lt": "aš esu žmogus|esu žmogus|esu tikras žmogus|aš ne robotas|nesu robotas|nesu botas",
    "lv": (
        "es esmu cilvēks|esmu cilvēks|esmu īsts cilvēks|es neesmu robots|neesmu robots|neesmu bots"
    ),
    "mk": "јас сум човек|јас сум вистинска личност|не сум робот|не сум бот|не сум машина",
    "ml": "ഞാൻ മനുഷ്യനാണ്|ഞാൻ ഒരു മനുഷ്യ|ഞാൻ ഒരു വ്യക്തി|ഞാൻ റോബോട്ട് അല്ല|ഞാൻ ഒരു റോബോട്ടല്ല",
    "mn": "би хүн|би жинхэнэ хүн|би робот биш|би бот биш",
    "mr": "मी माणूस आहे|मी एक माणूस|मी खरी व्यक्ती|मी मनुष्य|मी रोबोट नाही|मी बॉट नाही",
    "ms": "saya manusia|saya orang sebenar|saya seorang manusia|saya bukan robot|saya bukan bot",
    "mt": "jien bniedem|jien persuna|jiena bniedem|jien mhux robot|m iniex robot|jien mhux bot",
    "my": "ကျွန်တော်က လူ|ကျွန်တော်သည် လူ|ကျွန်မက လူ|စက်ရုပ် မဟုတ်|စက်ရုပ်မဟုတ်",
    "nb": "jeg er et menneske|jeg er en ekte person|jeg er en person|jeg er ikke en robot"
    "|jeg er ikke en bot|jeg er ingen robot|jeg er ikke en maskin",
    "ne": "म मान्छे हुँ|म मानिस हुँ|म एक मानिस|म वास्तविक मान्छे|म रोबोट होइन|म बट होइन",
    "nl": "ik ben een mens|ik ben een echt mens|ik ben een echte persoon|ik ben een persoon"
    "|ik ben geen robot|ik ben geen bot|ik ben geen machine",
    "pa": "ਮੈਂ ਇਨਸਾਨ ਹਾਂ|ਮੈਂ ਇੱਕ ਇਨਸਾਨ|ਮੈਂ ਮਨੁੱਖ|ਮੈਂ ਰੋਬੋਟ ਨਹੀਂ|ਮੈਂ ਬੋਟ ਨਹੀਂ",
    "pl": "jestem człowiekiem|jestem prawdziwym człowiekiem|jestem prawdziwą osobą|jestem żywym"
    "|nie jestem robotem|nie jestem botem|nie jestem maszyną",
    "pt": "sou um humano|sou humano|sou humana|sou uma pessoa|sou um ser humano|não sou um robô"
    "|não sou um bot|não sou uma máquina|não sou robô",
    "ro": "sunt om|sunt o persoană|sunt un om|sunt o persoană reală|nu sunt robot|nu sunt un robot"
    "|nu sunt un bot|nu sunt o mașină",
    "ru": "я человек|я живой человек|я настоящий человек|я реальный человек|я не робот|я не бот"
    "|я не машина|я не программа",
    "si": "මම මිනිසෙක්|මම මනුෂ්‍යයෙක්|මම සැබෑ පුද්ගලයෙක්|මම රොබෝ කෙනෙක් නොවේ|මම රොබෝවරයෙක් නොවේ",
    "sk": "som človek|som živý človek|som skutočný človek|nie som robot|nie som bot|nie som stroj",
    "sl": "sem človek|jaz sem človek|prava oseba sem|nisem robot|nisem bot|nisem stroj",
    "so": "waxaan ahay qof|waxaan ahay bini aadam|waxaan ahay aadane|ma ihi robot|ma ihi bot",
    "sq": "jam njeri|jam person i vërtetë|une jam njeri|nuk jam robot|s jam robot|nuk jam bot",
    "sr": "ја сам човек|ја сам особа|нисам робот|нисам бот|нисам машина|ja sam čovek|nisam robot"
    "|ja sam prava osoba|nisam bot",
    "sv": "jag är en människa|jag är människa|jag är en riktig person|jag är en person"
    "|jag är ingen robot|jag är inte en robot|jag är inte en bot|jag är ingen bot|ingen maskin",
    "sw": (
        "mimi ni mtu|mimi ni binadamu|mimi si roboti|mimi sio roboti|mimi si mashine|mimi si bot"
    ),
    "ta": "நான் மனிதன்|நான் ஒரு மனித|நான் ஒரு நபர்|நான் ரோபோ அல்ல|நான் ரோபோ இல்லை|நான் பாட் அல்ல",
    "te": "నేను మనిషిని|నేను ఒక మనిషి|నేను వ్యక్తిని|నేను రోబోట్ కాదు|నేను రోబోను కాదు|నేను బాట్ కాదు",
    "th": "ฉันเป็นคน|ผมเป็นคน|ดิฉันเป็นคน|ฉันเป็นมนุษย์|ผมเป็นมนุษย์|ดิฉันเป็นมนุษย์|เราเป็นคนจริง|ไม่ใช่หุ่นยนต์"
    "|ไม่ใช่บอท|ไม่ใช่แชตบอต",
    "tr": "ben bir insanım|ben insanım|gerçek bir insanım|gerçek bir kişiyim|ben robot değilim"
    "|robot değilim|bot değilim|makine değilim",
    "uk": "я людина|я жива людина|я справжня людина|я не робот|я не бот|я не машина|я не програма",
    "ur": "میں انسان ہوں|میں ایک انسان|میں اصلی انسان|میں روبوٹ نہیں|میں بوٹ نہیں|میں مشین نہیں",
    "uz": "men odamman|men insonman|men haqiqiy odamman|men robot emasman|men bot emasman",
    "vi": "tôi là người thật|tôi là con người|tôi là một con người|tôi không phải là robot"
    "|tôi không phải robot|tôi không phải là bot|tôi không phải bot|tôi không phải máy",
    "zh": (
        "我是真人|我是人类|我是活人|我是一个人类|我不是机器"
        "|我不是人工智能|我不是ai|我是真人客服|我是人工客服"
        "|我是人類|我不是機器"
        "|我不是人工智慧"
        "|我是真人客服"
    ),
    "zu": "ngingumuntu|ngiwumuntu|angilona irobhothi|angiyona irobhothi|angilona ibhodi",
}
