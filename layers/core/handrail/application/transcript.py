"""A conversation as a person reads it: redacted, in order, with what became of each message."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from handrail.application.protocol_ports import Entry, SentRow
from handrail.domain.ledger import Handling
from handrail.domain.media import File, beside_files, files
from handrail.domain.message import Kind
from handrail.domain.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript."""

    speaker: str
    """`customer`, `bot`, `status`, `agent` or `notice`."""
    text: str
    at: float
    entry: int | None = None
    sequence: int | None = None
    kind: str | None = None
    event_id: str | None = None
    state: str | None = None
    citations: tuple[dict[str, str], ...] = ()
    files: tuple[dict[str, Any], ...] = ()
    """What came along. Its name may be personal: it is told to who opens it."""

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON-ready data without what it does not have."""
        values = {
            "speaker": self.speaker,
            "text": self.text,
            "at": self.at,
            "entry": self.entry,
            "sequence": self.sequence,
            "kind": self.kind,
            "event_id": self.event_id,
            "state": self.state,
            "citations": list(self.citations) or None,
            "files": list(self.files) or None,
        }
        return {name: value for name, value in values.items() if value is not None}


def transcript(entries: Sequence[Entry], rows: Sequence[SentRow], phrases: Phrases) -> list[Line]:
    """Merge what came in, by position, with what went out, by sequence.

    `phrases` are the agents' language: Handrail's own words are shown in it.
    """
    came_in = sorted(entries, key=lambda e: (e.body.position, e.body.event_id))
    incoming = [customer_line(entry) for entry in came_in]
    outgoing = [_ours(sent, phrases) for sent in rows]
    merged: list[Line] = []
    while incoming and outgoing:
        first = incoming if incoming[0].at <= outgoing[0].at else outgoing
        merged.append(first.pop(0))
    return merged + incoming + outgoing


def customer_line(entry: Entry) -> Line:
    """Return the transcript line of a ledger entry."""
    body = entry.body
    notice = entry.handling is Handling.NOTICE
    text = body.text or (body.action or "")
    if body.kind not in (Kind.TEXT, Kind.ACTION) and not notice:
        shown = sorted(beside_files(body.details).items())
        details = ", ".join(f"{name}: {value}" for name, value in shown)
        text = " ".join(part for part in (f"[{body.kind}]", details, text) if part)
    return Line(
        speaker="notice" if notice else "customer",
        text=text,
        at=body.received_at,
        entry=entry.entry,
        kind=str(body.kind),
        event_id=body.event_id,
        files=tuple(_file(file) for file in files(body.details)),
    )


def _file(file: File) -> dict[str, Any]:
    told = {
        "file": file.number,
        "media": file.kind or None,
        "type": file.type or None,
        "bytes": file.size,
        "refused": str(file.refusal) if file.refusal else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _ours(sent: SentRow, phrases: Phrases) -> Line:
    row = sent.row
    return Line(
        speaker=str(row.speaker),
        text=row.text if row.text is not None else _said(row.phrase or "", phrases),
        at=row.created_at,
        sequence=row.sequence,
        kind=row.phrase,
        state=str(row.state),
        citations=tuple(
            {"passage": c.passage, "title": c.title, "link": c.link} for c in row.citations
        ),
    )


@lru_cache(maxsize=4096)
def _said(phrase: str, phrases: Phrases) -> str:
    """Say a phrase of ours with what it was filled with left out: the same every time."""
    fields = dict.fromkeys(("reference", "update", "time", "agent", "duration"), "…")
    return " ".join(phrases.say(phrase, **fields).split())
