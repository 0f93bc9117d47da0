"""How long after a customer's last message a channel still lets us write: its window.

Inside the window everybody may write. On some channels a person, and never the bot, may write for
longer. Outside of both nothing is taken but what the provider approved beforehand. What is not in
the table has no window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handrail.domain.conversation import Conversation
from handrail.domain.message import Kind

_DAY_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Window:
    """A channel's window, in seconds since the customer's last message."""

    seconds: int
    agent_seconds: int = 0
    """For a person; 0 where a person has no more than the bot."""


WINDOWS: Final[Mapping[str, Window]] = {
    "whatsapp_cloud": Window(_DAY_SECONDS),
    "twilio_whatsapp": Window(_DAY_SECONDS),
    "messenger": Window(_DAY_SECONDS, 7 * _DAY_SECONDS),
    "instagram": Window(_DAY_SECONDS, 7 * _DAY_SECONDS),
    "viber": Window(_DAY_SECONDS),
}
"""By channel."""


OPENS_WINDOW: Final = frozenset(
    {Kind.TEXT, Kind.ACTION, Kind.MEDIA, Kind.LOCATION, Kind.UNSUPPORTED}
)
"""What counts as a customer's message. That a reaction or an edit does, no provider promises."""


WARNING_SECONDS: Final = 2 * 3600
"""How long before a window closes a customer who waits is told so."""


def reply_until(channel: str, last_wrote_at: float | None, *, agent: bool) -> float | None:
    """Return until when a customer can be written to; None when there is no window, or no news."""
    window = WINDOWS.get(channel)
    if window is None or not last_wrote_at:
        return None
    seconds = max(window.seconds, window.agent_seconds) if agent else window.seconds
    return last_wrote_at + seconds


def is_over(channel: str, last_wrote_at: float | None, now: float, *, agent: bool) -> bool:
    """Tell whether a channel surely takes nothing more: providers may say so only afterwards."""
    until = reply_until(channel, last_wrote_at, agent=agent)
    return until is not None and now >= until


def closing_at(conversation: Conversation) -> float | None:
    """Return when a customer who waits is to be told that the window closes; None when not."""
    until = reply_until(conversation.channel, conversation.customer_wrote_at, agent=False)
    if until is None or conversation.window_told_at == conversation.customer_wrote_at:
        return None
    return until - WARNING_SECONDS
