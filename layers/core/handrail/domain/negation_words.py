"""The words by which languages say no, and those by which they say it without a no.

Patterns are matched on folded text: lower case, no accents, no punctuation, single spaces; except
where accents tell a no from other words (`WITH_ACCENTS`). Letters beyond ASCII may be written as
usual, since they are folded as the texts are.
"""

from typing import Final

# ruff: noqa: RUF001 - letters and marks of other scripts are meant

WITH_ACCENTS: Final = frozenset({"vi"})
"""Vietnamese "do not" is, without its accents, also "use" and "right"."""

NEGATORS: Final = {
    "af": r"\b(?:nie|geen|nooit|sonder|niks|niemand|onmoontlik)\b",
    "am": r"(?:^|\s)(?:አይ|አል|አት|አን)\w+ም(?=\s|$)|የለም|የለውም|የሉም|አይደለም|(?:^|\s)ሳይ\w+|(?:^|\s)ያለ(?=\s)",
    "ar": r"(?:^|\s)(?:و|ف)?(?:لا|لن|لم|ليس\w*|لست\w*|غير|دون|بدون|ابدا|بلا|يتعذر|لعدم|عدم|ممنوع)"
    r"(?=\s|$)",
    "az": r"\b(?:deyil\w*|yox\w*|heç|olmaz|\w+m(?:az|əz|ir|ur|ayıb|əyib|ayacaq|əyəcək|ədən|adan)"
    r"\w*)\b",
    "be": r"\b(?:не|няма|ніколі|без|ні|нельга|немагчыма)\b",
    "bg": r"\b(?:не|няма|никога|без|нито|невъзможно)\b",
    "bn": r"(?:^|\s)(?:না|নেই|নয়|নি|ছাড়া|নয়|\S+নি|\S+বেন না)(?=\s|$)",
    "bs": r"\b(?:ne|nije|nisu|nema\w*|nemoj\w*|nikad\w*|bez|niti|ni|neće\w*|nismo|nemoguć\w*)\b",
    "ca": r"\b(?:no|mai|sense|cap|tampoc|ningu|impossible)\b",
    "cs": r"\b(?:ne|ani|bez|nikdy|žádn\w*|ne(?!del|bo|ž|j|kd|co|kol|kter|ustal|mec|davn|cha|chte"
    r"|pretrz)\w{2,})\b",
    "cy": r"\b(?:ni|nid|nad|dim|ddim|heb|byth|peidi\w*|amhosib\w*)\b",
    "da": r"\b(?:ikke|aldrig|ingen|intet|uden|umuligt?)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|ohne|nichts|weder|niemand|unmöglich)\b",
    "el": r"\b(?:δεν|δε|μην|ποτέ|χωρίς|ούτε|όχι|αδύνατο\w*|κανέν\w*|κανεί\w*)\b",
    "en": r"\b(?:not|no|never|cannot|cant|none|nothing|nobody|neither|nor|without|unable"
    r"|impossible"
    r"|(?:don|doesn|isn|aren|won|can|couldn|didn|wasn|weren|hasn|haven|shouldn|wouldn|needn|mustn)"
    r" t)\b",
    "es": r"\b(?:no|nunca|jamás|sin|nada|ningun\w*|tampoco|nadie|imposible)\b",
    "et": r"\b(?:ei|ilma|mitte|ära|ärge|pole|kunagi|ega|võimatu)\b",
    "eu": r"\b(?:ez|inoiz|gabe|ezin\w*|ezta)\b",
    "fa": (
        r"(?:^|\s)(?:نه|نیست\w*|بدون|هرگز|(?:نمی|ندار"
        r"|نشد|نشو|نکن|نخواه|نبای|نبود|نرس|نگرفت|نمان)\w*)"
        r"(?=\s|$)"
    ),
    "fi": r"\b(?:ei|en|emme|ette|eivät|älä|älkää|ilman|eikä|mahdoton\w*)\b|\w(?:matta|mättä)\b",
    "fil": r"\b(?:hindi|wala|walang|huwag|bawal|di)\b",
    "fr": r"\b(?:ne|n|pas|jamais|sans|aucun\w*|rien|ni|impossible)\b",
    "ga": r"\b(?:ni|nil|nach|gan|nior|riamh|nar)\b",
    "gl": r"\b(?:non|nunca|sen|ningún\w*|ningunha|tampouco|imposible)\b",
    "gu": r"(?:^|\s)(?:નથી|નહીં|નહિ|ન|વિના|વગર|ના)(?=\s|$)",
    "ha": r"\b(?:ba|babu|kada|ban|baya|bata|bai|basa|bamu|baku|marasa|marar)\b",
    "he": r"(?:^|\s)(?:ו|ש|כש)?(?:לא|אין|בלי|ללא|אף|מעולם|אינו|אינה|אינם|איננו|אסור)(?=\s|$)",
    "hi": r"(?:^|\s)(?:नहीं|नही|न|ना|बिना|मत)(?=\s|$)",
    "hr": r"\b(?:ne|nije|nisu|nema\w*|nemoj\w*|nikad\w*|bez|niti|ni|neće\w*|nismo|nemoguć\w*)\b",
    "hu": r"\b(?:nem|ne|nincs|nincsenek|nélkül|soha|sem|lehetetlen)\b|\w(?:talan|telen)\w*",
    "hy": r"\b(?:ոչ|առանց|երբեք|մի(?= \w+եք)|անհնար\w*|չ(?!որս|ափ|որ\b)\w+)\b",
    "id": r"\b(?:tidak|bukan|tanpa|jangan|belum|tak|enggak|nggak|gak)\b",
    "is": r"\b(?:ekki|aldrei|engin\w*|ekkert|án|enga\w*|engum|ómögulegt)\b",
    "it": r"\b(?:non|mai|senza|nessun\w*|niente|nulla|impossibile)\b",
    "ja": r"ません|ない(?!しは)|なく(?=て|、|は|も|\s|$)|なかった|せず|ずに|(?<=[一-龯ァ-ヶ])なし"
    r"|不要|不可|無効|できず",
    "ka": r"\b(?:არ|ვერ|ნუ|არა|აღარ|ვეღარ|არასოდეს|არც|არცერთ\w*|გარეშე|შეუძლებელი\w*)\b",
    "kk": (
        r"\b(?:емес|жоқ|ешқашан|мүмкін емес|\w+(?:ма|ме"
        r"|ба|бе|па|пе)(?:й|с|ған|ген|ды|ді|ңыз|ңіз)\w*"
        r"|\w+(?:сыз"
        r"|сіз))\b"
    ),
    "km": r"មិន|គ្មាន|កុំ|ពុំ|ហាម",
    "kn": r"ಲ್ಲ(?=\s|$)|ಲ್ಲದೆ|ಬೇಡ|ಬಾರದು|ಲಾಗದು|ಇಲ್ಲ",
    "ko": r"않|없|못|아니|(?:^|\s)안\s|불가|마세요|(?<=지)\s?마",
    "lo": r"ບໍ່|ຫ້າມ|ຢ່າ",
    "lt": r"\b(?:ne|nera|niekada|niekad|be|nei|ne(?!mokam|did|t\b|s\b|priklausom|del)\w{3,})\b",
    "lv": (
        r"\b(?:ne|nav|nekad|bez|nevar\w*|nedrīkst\w*"
        r"|ne(?!del|pieciesam|liel|daudz|atkarig)\w{3,})\b"
    ),
    "mk": r"\b(?:не|нема|никогаш|без|ниту|невозможно)\b",
    "ml": r"ില്ല|ഇല്ല|അല്ല|ാതെ|അരുത്|ാത്ത|രുത്",
    "mn": r"\b(?:биш|үгүй|\w+гүй|бүү|битгий)\b",
    "mr": r"(?:^|\s)(?:नाही\S*|नये|नको|शिवाय|विना|नसत\S*|न)(?=\s|$)",
    "ms": r"\b(?:tidak|bukan|tanpa|jangan|belum|tak)\b",
    "mt": r"\b(?:mhux|ma|m|mhijiex|mhumiex|mingħajr|qatt|ebda|tistax|\w{3,}x(?= \w))\b",
    "my": r"ဘူး|မရ|မဟုတ်|မရှိ|မနိုင်|မလို|ဘဲ|မလုပ်",
    "nb": r"\b(?:ikke|aldri|ingen|intet|uten|umulig)\b",
    "ne": r"(?:दैन|छैन|होइन|हुन्न|सक्दैन)|(?:^|\s)(?:न|नगर\S*|बिना|नहुने)(?=\s|$)",
    "nl": r"\b(?:niet|geen|nooit|zonder|niets|noch|niemand|onmogelijk)\b",
    "pa": r"(?:^|\s)(?:ਨਹੀਂ|ਨਾ|ਬਿਨਾਂ|ਬਿਨਾ|ਨਾਂ)(?=\s|$)",
    "pl": r"\b(?:nie|bez|nigdy|żaden|żadn\w*|ani|niemożliw\w*|odmów\w*|nikt|brak)\b",
    "pt": r"\b(?:não|nunca|jamais|sem|nenhum\w*|nada|nem|impossível|ninguém)\b",
    "ro": r"\b(?:nu|n|fără|niciodată|nici|nimic|niciun\w*|nicio|imposibil\w*)\b",
    "ru": r"\b(?:не|нет|никогда|без|ни|нельзя|невозможно|ничего|никто|никак\w*)\b",
    "si": r"නැත|නැහැ|නොව|(?:^|\s)නො\S+|නැති|බැහැ|එපා|තොර",
    "sk": r"\b(?:ne|nie|ani|bez|nikdy|žiadn\w*|ne(?!del|ž|jak|skor|ch\b|chajte|mec|davn|pretrz)"
    r"\w{2,})\b",
    "sl": r"\b(?:ne|ni|niso|nima\w*|nikoli|brez|noben\w*|nismo|niti|nemogoč\w*|nihče)\b",
    "so": r"\b(?:ma|maaha|aan|laan|weligeed|lama|looma|kama|uma|aanay|mana|waxba|may)\b",
    "sq": r"\b(?:nuk|s|mos|pa|kurrë|asnjë\w*|as|pamundur)\b",
    "sr": r"\b(?:не|није|нису|нема\w*|немој\w*|никад\w*|без|нити|ни|неће\w*|нисмо|немогућ\w*"
    r"|ne|nije|nisu|nema\w*|nikad\w*|bez|niti|ni|neće\w*|nismo)\b",
    "sv": r"\b(?:inte|ej|aldrig|ingen|inget|inga|utan|omöjligt?)\b",
    "sw": r"\b(?:hapana|kamwe|bila|sio|si|siyo|wala|hakuna|huwezi|hawezi|haiwezi|haziwezi|hawawezi"
    r"|(?:hatu|huta|hazi|haya|hawa|hai|haku|haki(?!kish)|havi|hau|haji|haju|siwe|isi|zisi|kisi"
    r"|hamta|hamu)(?!ja\b|pokuwa|ni\b|dia|wahi)\w{3,}|haya(?!ni)\w{4,}|usi(?!ku|mam)\w{3,})\b",
    "ta": r"இல்லை|ில்லை|ாது(?=\s|$)|மாட்ட|ாமல்|இன்றி|வேண்டாம்|ாத(?=\s|$)|அல்ல|ாதீ",
    "te": r"లేదు|కాదు|లేరు|లేము|లేకుండా|వద్దు|కూడదు|లేవు|కుండా|డదు(?=\s|$)|యదు(?=\s|$)|యవు|బడవు|రాదు|లేని",
    "th": r"ไม่|มิ(?!ถุ|น|ต)|ห้าม|อย่า",
    "tr": r"\b(?:değil\w*|yok\w*|asla|hiçbir|\w+(?:maz|mez|mıyor|miyor|muyor|müyor|madı|medi|mayac"
    r"|meyec|madan|meden|mamış|memiş)\w*|\w{3,}(?:ma|me)(?:yın|yin|yınız|yiniz))\b",
    "uk": r"\b(?:не|ні|немає|ніколи|без|неможливо|нічого|ніхто|жодн\w*)\b",
    "ur": r"(?:^|\s)(?:نہیں|نہ|بغیر|مت|بلا|نا)(?=\s|$)",
    "uz": r"\b(?:emas|yo ?ʻ?q|hech|\w+ma(?:y|s|ng|gan|di)\w*|\w{3,}siz)\b",
    "vi": r"\b(?:không|chưa|chẳng|đừng|chớ|chả)\b",
    "zh": r"不(?![同仅但过管论])|没|沒|[无無](?!论)|未(?!来)|非(?!常)"
    r"|(?<![特分区个])别(?=[要把再])|勿|無法|无法",
    "zu": (
        r"\b(?:akukho|ngaphandle|ungalokothi|angeke"
        r"|akuna\w*|hhayi|a(?:si|ka|wu|zi|yi|ni|ba|ku)\w+i"
        r"|a(?:wu"
        r"|si|yi"
        r"|zi)kwazi)\b"
    ),
}
MILD: Final = {
    "af": r"\b(?:gratis|slegs|net|hoogstens|maksimum|tot|behalwe|tensy)\b",
    "am": r"ነጻ|ነፃ|ብቻ|ቢበዛ|ከፍተኛ|በስተቀር",
    "ar": r"مجان|فقط|الا|وحده|حد اقصي|كحد|باستثناء|يعفي|اقصاه|احدث",
    "az": r"\b(?:pulsuz|yalniz|ancaq|maksimum|en cox|qədər|istisna)\b",
    "be": r"\b(?:бясплатн\w*|толькі|максімум|найбольш\w*|да|акрамя)\b",
    "bg": r"\b(?:безплатн\w*|само|максимум|най|до|освен)\b",
    "bn": r"বিনামূল্যে|ফ্রি|শুধু|কেবল|সর্বোচ্চ|পর্যন্ত",
    "bs": r"\b(?:besplatn\w*|samo|najvise|maksimalno|do|osim)\b",
    "ca": r"\b(?:gratuit\w*|gratis|nomes|maxim|excepte|fins)\b",
    "cs": r"\b(?:zdarma|bezplatn\w*|jen|pouze|nejvyse|maximalne|az|krome|nejpozdeji)\b",
    "cy": r"\b(?:am ddim|rhad|dim ond|yn unig|uchafswm|hyd at|ac eithrio)\b",
    "da": r"\b(?:gratis|kun|hojst|maksimalt|op til|undtagen|medmindre)\b",
    "de": r"\b(?:kostenlos|gratis|kostenfrei|gebührenfrei|nur|höchstens|maximal|unbenutzt"
    r"|zinsfrei\w*|geheim|gleich|spätestens|bis zu|außer|erlass\w*|abgelehnt\w*|gesperrt\w*)\b",
    "el": r"\b(?:δωρεάν|μόνο|πολύ|μέγιστο|έως|μέχρι|εκτός|κλειστ\w*)\b",
    "en": r"\b(?:free|only|unless|most|maximum|unused|just|alone|stops?"
    r"|declined|blocked|refused?|gone|fails?|up to|off|stay|stays|unchanged|waived?|closed|once"
    r"|until|rejected|paused?|disappears?|highest|forbidden)\b",
    "es": r"\b(?:gratis|gratuit\w*|sólo|máximo|salvo|bloque\w*|rechaz\w*|excepto|hasta|único)\b",
    "et": r"\b(?:tasuta|ainult|vaid|kõige|maksimaalselt|kuni|välja arvatud)\b",
    "eu": r"\b(?:doan|doako|bakarrik|soilik|gehienez|arte|izan ezik)\b",
    "fa": r"رایگان|فقط|تنها|حداکثر|تا|مگر|بجز|رد",
    "fi": r"\b(?:ilmai\w*|maksuton|maksutta|vain|ainoastaan|enintään|korkeintaan|paitsi|asti)\b",
    "fil": r"\b(?:libre|lamang|lang|tanging|hanggang|maximum|pinakamataas|maliban)\b",
    "fr": r"\b(?:gratuit\w*|seule?s?|seulement|maximum|neufs?|sauf|bloqu\w*|refus\w*|jusqu)\b",
    "ga": r"\b(?:saor|amhain|uasta|suas le|ach)\b",
    "gl": r"\b(?:gratis|gratuit\w*|só|soamente|máximo|agás|ata)\b",
    "gu": r"મફત|ફક્ત|માત્ર|મહત્તમ|સુધી|સિવાય",
    "ha": r"\b(?:kyauta|kawai|mafi yawa|iyaka|sai)\b",
    "he": r"חינם|רק|לכל היותר|מקסימום|עד|למעט|סגור",
    "hi": r"मुफ्त|मुफ़्त|सिर्फ|सिर्फ़|केवल|अधिकतम|ज्यादा से ज्यादा|ज़्यादा से ज़्यादा|तक|निशुल्क",
    "hr": r"\b(?:besplatn\w*|samo|najviše|maksimalno|do|osim)\b",
    "hu": r"\b(?:ingyen\w*|dijmentes\w*|csak|legfeljebb|maximum|kiveve|dijtalan)\b",
    "hy": r"անվճար|միայն|առավելագույն|մինչև|բացառ",
    "id": r"\b(?:gratis|hanya|maksimal|maksimum|paling|kecuali|hingga|sampai)\b",
    "is": r"\b(?:okeypis|adeins|bara|mest|hamark|nema)\b",
    "it": r"\b(?:gratis|gratuit\w*|solo|soltanto|massimo|tranne|fino|sospes\w*|rifiut\w*)\b",
    "ja": r"無料|だけ|のみ|最大|最長|超え|以内|まで|しか|未使用|そのまま|終了|停止",
    "ka": r"უფასო|მხოლოდ|მაქსიმუმ|გარდა|მდე",
    "kk": r"\b(?:тегін|тек|ғана|ең көп|дейін|басқа)\b",
    "km": r"ឥតគិតថ្លៃ|តែ|អតិបរមា|រហូត",
    "kn": r"ಉಚಿತ|ಮಾತ್ರ|ಗರಿಷ್ಠ|ವರೆಗೆ",
    "ko": r"무료|만|최대|까지|이내|제외|거절",
    "lo": r"ຟຣີ|ເທົ່ານັ້ນ|ສູງສຸດ|ພຽງແຕ່",
    "lt": r"\b(?:nemokam\w*|tik|daugiausia|maksimal\w*|iki|išskyrus)\b",
    "lv": r"\b(?:bezmaksas|tikai|ne vairāk|maksim\w*|līdz|izņemot)\b",
    "mk": r"\b(?:бесплатн\w*|само|најмногу|максимум|до|освен)\b",
    "ml": r"സൗജന്യ|മാത്രം|പരമാവധി|വരെ|ഒഴികെ",
    "mn": r"\b(?:үнэгүй|зөвхөн|хамгийн их|хүртэл|бусад)\b",
    "mr": r"मोफत|विनामूल्य|फक्त|केवळ|जास्तीत जास्त|पर्यंत|वगळता",
    "ms": r"\b(?:percuma|hanya|sahaja|maksimum|paling|kecuali|hingga)\b",
    "mt": r"\b(?:b xejn|bla ħlas|biss|massimu|sa|ħlief)\b",
    "my": r"အခမဲ့|သာ|အများဆုံး|အထိ",
    "nb": r"\b(?:gratis|kun|bare|høyst|maksimalt|opptil|unntatt|med mindre)\b",
    "ne": r"निःशुल्क|निशुल्क|मात्र|बढीमा|अधिकतम|सम्म|बाहेक",
    "nl": (
        r"\b(?:gratis|kosteloos|alleen|slechts|maximaal"
        r"|hoogstens|tenzij|behalve|gelijk|weiger\w*)\b"
    ),
    "pa": r"ਮੁਫ਼ਤ|ਸਿਰਫ਼|ਸਿਰਫ|ਵੱਧ ਤੋਂ ਵੱਧ|ਤੱਕ",
    "pl": r"\b(?:bezpłatn\w*|darmow\w*|tylko|jedynie|najwyżej|maksymalnie|do|dopóki|oprócz|znika"
    r"|chyba|odmów\w*)\b",
    "pt": r"\b(?:grátis|gratuit\w*|só|somente|apenas|máximo|exceto|bloque\w*|recus\w*|até)\b",
    "ro": r"\b(?:gratuit\w*|gratis|doar|numai|mult|maxim\w*|până|excepția|refuz\w*)\b",
    "ru": r"\b(?:бесплатн\w*|только|лишь|максимум|больше|до|кроме|исключением|приостан\w*)\b",
    "si": r"නොමිලේ|පමණ|උපරිම|දක්වා",
    "sk": r"\b(?:zadarmo|bezplatn\w*|len|iba|najviac|maximálne|až|okrem)\b",
    "sl": r"\b(?:brezplačn\w*|samo|le|največ|do|razen)\b",
    "so": r"\b(?:bilaash|kaliya|ugu badnaan|ilaa|mooyee)\b",
    "sq": r"\b(?:falas|vetëm|maksimum|deri|përveç|shumta)\b",
    "sr": r"\b(?:бесплатн\w*|само|највише|максимално|до|осим|besplatn\w*|samo|najviše|do|osim)\b",
    "sv": r"\b(?:gratis|kostnadsfri\w*|bara|endast|högst|maximalt|utom|förutom|upp till)\b",
    "sw": r"\b(?:bure|tu|pekee|hadi|zaidi|isipokuwa|kiwango cha juu)\b",
    "ta": r"இலவச|மட்டும்|மட்டுமே|அதிகபட்ச|வரை|தவிர",
    "te": r"ఉచిత|మాత్రమే|గరిష్ట|వరకు|తప్ప",
    "th": r"ฟรี|เท่านั้น|เฉพาะ|สูงสุด|ไม่เกิน|ยกเว้น|เพียง|จนกว่า",
    "tr": r"\b(?:ücretsiz\w*|bedava|sadece|yalnızca|en fazla|en çok|azami|kadar|hariç|dışında"
    r"|kapalı\w*)\b",
    "uk": (
        r"\b(?:безкоштовн\w*|лише|тільки|максимум|більше"
        r"|найвищ\w*|найбільш\w*|до|крім|щонайбільше)\b"
    ),
    "ur": r"مفت|صرف|زیادہ سے زیادہ|تک|سوا",
    "uz": r"\b(?:bepul|tekin|faqat|ko pi bilan|gacha|tashqari)\b",
    "vi": r"\b(?:miễn phí|chỉ|tối đa|đến|trừ|nhiều nhất|tạm dừng)\b",
    "zh": r"免|只|最多|最高|最长|仅|才|截止|之内|以内|拒",
    "zu": r"\b(?:mahhala|kuphela|okungenani|kuze|ngaphandle)\b",
}
"""What says no in another way: "free" for "no costs". It excuses, where one side alone has it."""
ONE_NO_ENDS_ANOTHER: Final = frozenset({"en", "de", "nl", "sv", "da", "nb"})
"""Here two in a clause say yes; elsewhere they say no the louder."""
