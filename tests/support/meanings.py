"""A model of embeddings without a server: words that mean the same make the same vector."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from support.openai_server import VECTOR_NUMBERS

MEANINGS = (
    ("refund", "erstattung", "退款", "返金", "geld zurück", "money back", "geld"),
    ("late fee", "overdue", "mahngebühr", "teuer", "延滞"),
    ("link", "phishing", "code"),
    ("zurücksenden", "return", "返品"),
)


@dataclass
class Known:
    """An embedder without a server, made of the same meanings."""

    sent: list[str] = field(default_factory=list)
    numbers: int = VECTOR_NUMBERS

    def embed(self, texts: Sequence[str], _deadline: float) -> Sequence[Sequence[float]]:
        self.sent += texts
        vectors = []
        for text in texts:
            vector = [0.05] * self.numbers
            for number, words in enumerate(MEANINGS):
                vector[number] += any(word in text.casefold() for word in words)
            vectors.append(vector)
        return vectors
