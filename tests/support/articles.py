"""Small articles for tests, and an index built of them."""

# ruff: noqa: RUF001 - marks of other scripts are meant

from pathlib import Path

from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.build import build_index
from handrail_ops.knowledge.courtesies import with_courtesies

NOW = 1_800_000_000.0
"""In January 2027, when every article of these is valid unless it says otherwise."""

REFUNDS = """\
A refund arrives within 5 to 7 business days after we approve the return.

## If it has not arrived

Please send us the order number after 7 business days, so that we can trace the payment.
"""
FEES = """\
We charge a late fee of €4 when a payment is 7 days overdue.

## When

- 7 days after the due date, we charge €4.
- 21 days after the due date, we charge another €4.

## Waiving

We waive your first late fee in any 12 months if you pay and ask us.
"""
PHISHING = "Do not open links in messages that ask for your sign-in code. Forward them to us."
RETURNS_DE = "Sie können Artikel innerhalb von 30 Tagen nach der Lieferung zurücksenden."
REFUNDS_DE = "Eine Erstattung kommt 5 bis 7 Arbeitstage nach der Freigabe der Rücksendung an."
REFUNDS_ZH = "退款会在我们确认退货后5至7个工作日内到账。退款到账前我们会发送邮件。"


def article(
    name: str,
    body: str,
    *,
    language: str = "en",
    title: str = "A page",
    questions: tuple[str, ...] = ("What is it?",),
    extra: str = "",
    valid_from: str = "2026-01-01",
) -> str:
    asked = "\n".join(f'  - "{question}"' for question in questions)
    return (
        f'---\nid: {name}\ntitle: "{title}"\nlanguage: {language}\naudience: customers\n'
        f"valid_from: {valid_from}\nsource: https://help.example.com/{name}\n{extra}"
        f"questions:\n{asked}\n---\n\n{body}\n"
    )


def write(directory: Path, name: str, text: str, language: str = "en") -> Path:
    path = directory / language / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_sample(directory: Path) -> Path:
    asked = {
        "refunds": ("Where is my refund?", "When do I get my money back?"),
        "fees": ("How much is the late fee?", "What happens if I pay late?"),
        "phishing": ("I got a strange message with a link", "Is this e-mail really from you?"),
    }
    bodies = {"refunds": REFUNDS, "fees": FEES, "phishing": PHISHING}
    for name, body in bodies.items():
        extra = "sensitive: [fraud]\n" if name == "phishing" else ""
        title = f"About {name}"
        text = article(name, body, title=title, questions=asked[name], extra=extra)
        write(directory, name, text)
    german = article(
        "refunds",
        REFUNDS_DE,
        language="de",
        title="Erstattungen",
        questions=("Wo ist meine Erstattung?", "Wann bekomme ich mein Geld zurück?"),
    )
    write(directory, "refunds", german, "de")
    returns = article(
        "returns",
        RETURNS_DE,
        language="de",
        title="Rücksendungen",
        questions=("Wie schicke ich etwas zurück?",),
    )
    write(directory, "returns", returns, "de")
    chinese = article(
        "refunds", REFUNDS_ZH, language="zh-Hans", title="退款", questions=("退款什么时候到账？",)
    )
    write(directory, "refunds", chinese, "zh-Hans")
    return directory


def sample_index(directory: Path) -> KnowledgeIndex:
    articles = read_articles(write_sample(directory / "articles"))
    build_index(with_courtesies(articles), directory / "index")
    return KnowledgeIndex(directory / "index")
