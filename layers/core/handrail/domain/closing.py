"""Tell a customer who waits that the channel will soon not let us write any more."""

from handrail.domain.conversation import Conversation, Holder
from handrail.domain.decision import Change, Decision, Event
from handrail.domain.promises import Promises
from handrail.domain.windows import closing_at, reply_until


def tell_of_window(conversation: Conversation, now: float, promises: Promises) -> Decision | None:
    """Say until when we can write, and how to open the window again; None when it is not time.

    Once for each window: the customer's next message opens another. When it has closed already,
    nothing could be sent, and nothing is said.
    """
    if conversation.holder is not Holder.WAITING:
        return None
    at = closing_at(conversation)
    if at is None or at > now:
        return None
    change = Change.of(Event.WINDOW, conversation, now, promises)
    change.set(window_told_at=conversation.customer_wrote_at)
    open_until = reply_until(conversation.channel, conversation.customer_wrote_at, agent=False)
    if open_until is not None and now < open_until:
        until = reply_until(conversation.channel, conversation.customer_wrote_at, agent=True)
        change.say("window.closing", f"window/{conversation.version}", until=until)
    return change.done()
