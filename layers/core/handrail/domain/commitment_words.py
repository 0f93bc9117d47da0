"""How languages bind a company: to pay, to be liable, to guarantee, by law or by contract.

An answer says so only where its passage does, or in wording that the company approved. Pieces of
words and phrases on folded text; `.` between them is matched as it is written.
"""

from typing import Final

# ruff: noqa: RUF001 - letters of other scripts are meant

COMMITMENTS: Final = {
    "en": (
        r"\bwe (?:hereby )?(?:guarantee|promise|undertake"
        r"|commit|warrant|assure)\b|\bguaranteed?\b"
        r"|\b(?:entitled"
        r"|entitle) (?:you )?to\b"
        r"|\bcompensat\w+|\bdamages\b|\bliab\w+|\blegally\b"
        r"|\blegal (?:right|claim|advice)\w*|\bbinding\b|\breimburse\w*|\bgoodwill\b|\bvoucher\w*"
        r"|\bwe (?:will|shall) (?:pay|cover|refund"
        r"|credit|waive|compensate)\b"
        r"|\bin any "
        r"case\b"
    ),
    "de": (
        r"\bgarantier\w*|\bwir (?:versprechen|haften"
        r"|versichern|verpflichten)\b|\bhaft(?:et|en|ung)\b"
        r"|\bschadenersatz\w*"
        r"|\bschadensersatz\w*"
        r"|\bentschadig\w*|\brechtsanspruch\w*|\brechtlich\w*"
        r"|\bverbindlich\b|\bkulanz\w*"
        r"|\bgutschein\w*"
        r"|\banspruch "
        r"auf\b"
    ),
    "es": r"\bgarantiz\w*|\bnos comprometemos\b|\bprometemos\b|\bindemniz\w*|\bcompensaci\w*"
    r"|\bresponsab\w* legal\w*|\bderecho a una?\b|\bvinculante\b|\bvale de regalo\b|\babogad\w*",
    "fr": r"\bgaranti(?:ssons|t|es)?\b|\bnous nous engageons\b|\bnous promettons\b|\bindemni\w*"
    r"|\bdedommag\w*|\bresponsabilite\b|\bdroit a un\w*|\bbon (?:cadeau|d achat)\b|\bavocat\w*",
    "pt": (
        r"\bgaranti(?:mos|do|da)\b|\bprometemos\b|\bnos "
        r"comprometemos\b|\bindeniz\w*|\bindemniz\w*"
        r"|\bcompensa(?:cao"
        r"|mos)\b|\bdireito a "
        r"um\w*|\bvale presente\b"
        r"|\badvogad\w*"
    ),
    "it": r"\bgarantiamo\b|\bpromettiamo\b|\bci impegniamo\b|\bindennizz\w*|\brisarci\w*"
    r"|\bresponsabilit\w* legal\w*|\bdiritto a un\w*|\bbuono (?:regalo|sconto)\b|\bavvocat\w*",
    "nl": (
        r"\bgaranderen\b|\bwij beloven\b|\baansprakelijk\w*"
        r"|\bschadevergoeding\w*|\bcompensatie\b"
        r"|\bwettelijk "
        r"recht\b|\brecht "
        r"op\b|\bcadeaubon\b"
        r"|\badvocaat\b"
    ),
    "sv": r"\bgaranter\w*|\bvi lovar\b|\bersattning\b|\bskadestand\w*|\bansvarig\w* for\b"
    r"|\bratt till\b|\bpresentkort\b",
    "da": (
        r"\bgaranter\w*|\bvi lover\b|\berstatning\b"
        r"|\bansvarlig\w* for\b|\bret til\b|\bgavekort\b"
    ),
    "nb": (
        r"\bgaranter\w*|\bvi lover\b|\berstatning\b"
        r"|\bansvarlig\w* for\b|\brett til\b|\bgavekort\b"
    ),
    "fi": (
        r"\btakaamme\b|\blupaamme\b|\bkorvau\w*"
        r"|\bvahingonkorvau\w*|\boikeutettu\b|\blahjakort\w*"
    ),
    "pl": r"\bgwarantujemy\b|\bobiecujemy\b|\bzobowiazujemy\b|\bodszkodowan\w*|\brekompensat\w*"
    r"|\bprzysluguje\b|\bbon (?:upominkowy|podarunkowy)\b|\badwokat\w*",
    "cs": (
        r"\bgarantujeme\b|\bslibujeme\b|\bodskodn\w*"
        r"|\bnahrad\w* skody\b|\bnarok na\b|\bpoukaz\w*"
    ),
    "sk": (
        r"\bgarantujeme\b|\bslubujeme\b|\bodskodn\w*"
        r"|\bnahrad\w* skody\b|\bnarok na\b|\bpoukaz\w*"
    ),
    "hu": r"\bgarantaljuk\b|\bigerjuk\b|\bkartalanit\w*|\bkarterit\w*|\bjogosult\b|\butalvany\w*",
    "ro": (
        r"\bgarantam\b|\bpromitem\b|\bdespagub\w*"
        r"|\bcompensati\w*|\baveti dreptul la\b|\bvoucher\w*"
        r"|\bavocat\w*"
    ),
    "bg": r"\bгарантираме\b|\bобещаваме\b|\bобезщет\w*|\bкомпенсаци\w*|\bправо на\b|\bваучер\w*",
    "ru": (
        r"\bгарантируем\b|\bобещаем\b|\bобязуемся\b"
        r"|\bкомпенсаци\w*|\bкомпенсир\w*|\bвозмест\w* ущерб"
        r"|\bимеете "
        r"право\b"
        r"|\bсертификат\w*"
        r"|\bадвокат\w*"
    ),
    "uk": r"\bгарантуємо\b|\bобіцяємо\b|\bзобовязуємося\b|\bкомпенсаці\w*|\bкомпенсує\w*"
    r"|\bвідшкод\w*|\bмаєте право\b|\bсертифікат\w*|\bадвокат\w*",
    "el": (
        r"\bεγγυομαστε\b|\bυποσχομαστε\b|\bαποζημι\w*"
        r"|\bδικαιουστε\b|\bδωροεπιταγ\w*|\bδικηγορ\w*"
    ),
    "tr": (
        r"\bgaranti ed\w*|\bsoz veriyoruz\b|\btaahhut\w*"
        r"|\btazminat\w*|\btelafi\w*|\bhakkiniz var\b"
        r"|\bhediye "
        r"ceki\w*"
        r"|\bavukat\w*"
    ),
    "ar": r"نضمن|نتعهد|نلتزم|تعويض|يحق لكم|يحق لك|قسيمه هدايا|قسيمه|المحامي",
    "fa": r"تضمين مي|تعهد مي|خسارت|غرامت|حق داريد|كارت هديه",
    "he": r"אנו מתחייבים|אנחנו מתחייבים|אנו מבטיחים|פיצוי|זכאי|שובר מתנה",
    "hi": r"गारंटी देते|वादा करते|मुआवज|हरजाना|हकदार|उपहार वाउचर|वकील",
    "bn": r"গ্যারান্টি দিই|প্রতিশ্রুতি|ক্ষতিপূরণ|উপহার",
    "id": r"\bkami (?:jamin|menjamin|berjanji)\b|\bganti rugi\b|\bkompensasi\b|\bberhak atas\b"
    r"|\bvoucher\w*|\bpengacara\b",
    "ms": (
        r"\bkami (?:jamin|menjamin|berjanji)\b|\bpampasan\b"
        r"|\bganti rugi\b|\bberhak\b|\bbaucar\b"
    ),
    "vi": r"\bcam ket\b|\bdam bao rang\b|\bboi thuong\b|\bden bu\b|\bphieu qua\b|\bluat su\b",
    "th": r"รับประกันว่า|สัญญาว่า|ชดเชย|ค่าเสียหาย|บัตรกำนัล|ทนายความ",
    "ko": r"보장합니다|약속드립니다|보상으로|배상|손해|상품권을|변호사",
    "ja": r"保証いたします|保証します|お約束|補償|賠償|商品券|弁護士",
    "zh": r"我们保证|我们承诺|赔偿|补偿|有权获得|礼品券|律师",
    "sw": (
        r"\btunahakikishia\b|\btunaahidi\b|\bfidia\b"
        r"|\buna haki ya\b|\bvocha\b|\bwakili|\bmawakili\b"
    ),
}
