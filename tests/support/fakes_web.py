"""The web chat's ports in memory; they pass the contract suites of the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handrail.application.web_ports import Arrival, Letter, UploadTicket
from handrail.domain.errors import UnavailableError

_BROKEN = "this fake is broken on purpose"


@dataclass
class FakeMailbox:
    """A mailbox in memory; set `broken` to have it fail."""

    broken: bool = False
    stored: dict[str, dict[int, Letter]] = field(default_factory=dict)

    def put(self, session_id: str, letter: Letter) -> None:
        if self.broken:
            raise UnavailableError(_BROKEN)
        self.stored.setdefault(session_id, {}).setdefault(letter.sequence, letter)

    def letters(self, session_id: str, after: int, limit: int) -> Sequence[Letter]:
        if self.broken:
            raise UnavailableError(_BROKEN)
        found = self.stored.get(session_id, {})
        return [found[sequence] for sequence in sorted(found) if sequence > after][:limit]


@dataclass
class FakeConnections:
    """Connections in memory; set `broken` to have them fail."""

    broken: bool = False
    sessions: dict[str, str] = field(default_factory=dict)

    def add(self, session_id: str, connection_id: str) -> None:
        self._check()
        self.sessions[connection_id] = session_id

    def remove(self, connection_id: str) -> None:
        self._check()
        self.sessions.pop(connection_id, None)

    def open_for(self, session_id: str) -> Sequence[str]:
        self._check()
        return sorted(c for c, s in self.sessions.items() if s == session_id)

    def _check(self) -> None:
        if self.broken:
            raise UnavailableError(_BROKEN)


@dataclass
class FakePush:
    """Keeps what was pushed; connections in `gone` are gone."""

    broken: bool = False
    gone: set[str] = field(default_factory=set)
    pushed: list[tuple[str, str]] = field(default_factory=list)

    def push(self, connection_id: str, data: str) -> bool:
        if self.broken:
            raise UnavailableError(_BROKEN)
        if connection_id in self.gone:
            return False
        self.pushed.append((connection_id, data))
        return True


@dataclass
class FakeSurveys:
    """Answers in memory; set `broken` to have it fail."""

    broken: bool = False
    given: dict[tuple[str, int], bool] = field(default_factory=dict)

    def put(self, session_id: str, sequence: int, *, solved: bool) -> bool:
        if self.broken:
            raise UnavailableError(_BROKEN)
        if (session_id, sequence) in self.given:
            return False
        self.given[session_id, sequence] = solved
        return True


@dataclass
class FakeUploads:
    """Files in memory; set `broken` to have it fail."""

    url: str = "https://files.example.com"
    broken: bool = False
    new: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def ticket(
        self, session_id: str, file_id: str, media_type: str, bytes_max: int
    ) -> UploadTicket:
        self._check()
        fields = {
            "key": f"new/{session_id}/{file_id}",
            "Content-Type": media_type,
            "most": str(bytes_max),
        }
        return UploadTicket(self.url, fields)

    def arrival(self, session_id: str, file_id: str) -> Arrival | None:
        self._check()
        data = self.new.get(f"new/{session_id}/{file_id}")
        return None if data is None else Arrival(len(data), data[:64], str(hash(data)))

    def keep(self, session_id: str, file_id: str, arrival: Arrival, media_type: str) -> str:
        self._check()
        data = self.new[f"new/{session_id}/{file_id}"]
        if str(hash(data)) != arrival.mark:
            raise UnavailableError(_BROKEN)
        name = f"kept/{session_id}/{file_id}"
        self.kept[name] = (data, media_type)
        return name

    def _check(self) -> None:
        if self.broken:
            raise UnavailableError(_BROKEN)
