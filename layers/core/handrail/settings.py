"""What each function is told by its environment: read once, typed, failing loudly.

One frozen dataclass per function. A field is the variable of the same name in capitals; a test
holds that `template.yaml` sets exactly these.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.domain.errors import SettingsError
from handrail.domain.promises import OpeningHours, Promises
from handrail.domain.sensitive import TOPICS
from handrail.domain.turn import Reason

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every function knows: the table, and the clock of the promise."""

    table_name: str
    default_language: str
    time_zone: str
    opening_hours: str
    promises: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings of a function.

        Raises:
            SettingsError: a variable is missing; the message names it.

        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = field.name.upper()
            if name in environ:
                values[field.name] = environ[name]
            elif field.default is MISSING:
                message = f"{name} is not set; {cls.__name__} needs it (template.yaml sets it)"
                raise SettingsError(message)
        return cls(**values)

    def zone(self) -> ZoneInfo:
        """Return the company's time zone."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"TIME_ZONE {self.time_zone!r} is no IANA time zone such as Europe/Madrid"
            raise SettingsError(message) from error

    def clock_of_promises(self) -> Promises:
        """Return the promises with the opening hours they respect."""
        hours = read_opening_hours(self.opening_hours, self.zone())
        try:
            seconds = json.loads(self.promises)
            return Promises(**{str(k): int(v) for k, v in seconds.items()}, hours=hours)
        except (ValueError, TypeError, AttributeError) as error:
            message = f"PROMISES must be a JSON object of seconds: {error}"
            raise SettingsError(message) from error


def read_opening_hours(text: str, zone: dt.tzinfo) -> OpeningHours | None:
    """Read `{"week": {"mon": ["09:00-17:30"]}, "holidays": ["2026-12-25"]}`; None for empty.

    Raises:
        SettingsError: it says something else; the message tells what.

    """
    try:
        data = json.loads(text or "{}")
        if not data:
            return None
        week = {
            _DAYS.index(day): tuple(_span(span) for span in spans)
            for day, spans in data["week"].items()
        }
        holidays = frozenset(dt.date.fromisoformat(day) for day in data.get("holidays", ()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = (
            'OPENING_HOURS must be JSON like {"week": {"mon": ["09:00-17:30"]}, '
            f'"holidays": ["2026-12-25"]}}: {error}'
        )
        raise SettingsError(message) from error
    return OpeningHours(zone, week, holidays)


def _span(text: str) -> tuple[int, int]:
    start, end = (_minutes(moment) for moment in text.split("-"))
    if not 0 <= start < end <= _DAY_MINUTES:
        message = f"{text!r} is no span of one day; write a night shift as two spans"
        raise ValueError(message)
    return start, end


def _minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    return int(hours) * 60 + int(minutes)


def read_topics(text: str) -> tuple[Reason, ...]:
    """Read `SENSITIVE_TOPICS`: names with spaces between them.

    Raises:
        SettingsError: one is no topic; the message names those that are.

    """
    names = text.split()
    if unknown := set(names) - set(TOPICS):
        known = " ".join(topic for topic in TOPICS if topic is not Reason.SENSITIVE)
        message = f"SENSITIVE_TOPICS names {sorted(unknown)}; the topics are: {known}"
        raise SettingsError(message)
    return tuple(Reason(name) for name in names)


def read_own_words(text: str) -> Mapping[str, Sequence[str]]:
    """Read a company's own words by class: `{"department": ["spa"], "person": ["concierge"]}`.

    Raises:
        SettingsError: it says something else; the message tells what.

    """
    try:
        words = json.loads(text or "{}")
        if all(isinstance(term, str) for terms in words.values() for term in terms) and not any(
            isinstance(terms, str) for terms in words.values()
        ):
            return {str(name): list(terms) for name, terms in words.items()}
        reason = "each class has a list of words"
    except (ValueError, TypeError, AttributeError) as error:
        reason = str(error)
    message = (
        f'OWN_WORDS must be JSON like {{"department": ["spa"], "person": ["concierge"]}}: {reason}'
    )
    raise SettingsError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class HintSettings(Settings):
    """What a function needs that commits decisions and follows them with hints."""

    outbound_queue_url: str
    escalation_workflow_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSettings(HintSettings):
    """What a function needs that asks people: the agents, and a supervisor."""

    agents_language: str
    agents_queue_url: str
    pager_topic_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSettings(Settings):
    """`receive`."""

    own_words: str = "{}"
    inbound_queue_url: str
    direct_secret_arn: str
    canary_secret_arn: str
    accounts_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductSettings(HintSettings):
    """`conduct`."""

    own_words: str = "{}"
    privacy_secret_arn: str
    turn_workflow_arn: str
    sensitive_topics: str = ""
    sensitive_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandSettings(Settings):
    """`understand`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGroundingSettings(Settings):
    """`check_grounding`."""

    knowledge_directory: str
    translator: str
    translate_function: str
    judge_model: str
    model_secret_arn: str
    openai_base_url: str
    openai_api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAnswerSettings(Settings):
    """`draft_answer`."""

    knowledge_directory: str
    model_secret_arn: str
    openai_base_url: str
    openai_model: str
    openai_api: str
    translator: str
    translate_function: str
    vector_index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSettings(HintSettings):
    """`deliver`."""

    direct_secret_arn: str
    web_secret_arn: str
    direct_callback_url: str
    canary_secret_arn: str
    canary_callback_url: str
    accounts_secret_arn: str
    socket_endpoint: str
    chat_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateSettings(AskSettings):
    """`escalate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateSettings(Settings):
    """`translate`."""

    translator: str
    translator_url: str
    translator_secret_arn: str
    model_secret_arn: str
    openai_base_url: str
    openai_model: str
    openai_api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskApiSettings(HintSettings):
    """`desk_api`."""

    agents_language: str
    translate_function: str
    accounts_secret_arn: str
    files_bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSettings(Settings):
    """`socket`."""

    own_words: str = "{}"
    inbound_queue_url: str
    web_secret_arn: str
    socket_endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings(Settings):
    """`site`."""

    own_words: str = "{}"
    inbound_queue_url: str
    web_secret_arn: str
    socket_url: str
    allowed_origins: str
    files_bucket: str
    files_origin: str
    file_bytes_max: str

    @property
    def takes_files(self) -> bool:
        """Whether customers may send files."""
        return int(self.file_bytes_max) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings(AskSettings):
    """`sweep`."""

    inbound_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings(Settings):
    """`audit`."""

    own_words: str = "{}"
    receive_log: str
    site_log: str
    socket_log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CanarySettings(Settings):
    """`canary`."""

    api_url: str
    canary_secret_arn: str
    web_secret_arn: str
    canary_channels: str
    canary_questions: str

    def channels(self) -> tuple[str, ...]:
        """Return the channels to try, in turn."""
        channels = tuple(self.canary_channels.split())
        if not channels or not set(channels) <= {"direct", "web"}:
            message = f"CANARY_CHANNELS must name direct, web or both, not {channels!r}"
            raise SettingsError(message)
        return channels

    def questions(self) -> Mapping[str, str]:
        """Return what to ask, by language."""
        try:
            data = json.loads(self.canary_questions or "{}")
            return {str(language): str(question) for language, question in data.items()}
        except (ValueError, AttributeError) as error:
            message = f'CANARY_QUESTIONS must be JSON like {{"en": "Where is my order?"}}: {error}'
            raise SettingsError(message) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryCallbackSettings(Settings):
    """`canary_callback`."""

    canary_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersSettings(HintSettings):
    """`dead_letters`."""

    inbound_dead_letters_arn: str
    outbound_dead_letters_arn: str
    agents_dead_letters_arn: str
