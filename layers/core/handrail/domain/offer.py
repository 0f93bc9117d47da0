"""The one place where a message to a customer is put into words, and its way to a person added.

No model and no agent comes in here: what the bot answers and what an agent writes is text that
this renders around.
"""

from collections.abc import Mapping
from datetime import tzinfo

from handrail.domain.conversation import Conversation
from handrail.domain.delivery import Action, Button, OutboundMessage, Speaker
from handrail.domain.outbox import OutboxRow, Promise, PromiseKind, Way
from handrail.domain.phrases import PARAGRAPH, Direction, Phrases, say_duration, say_time
from handrail.domain.privacy import restore

_SAYS_THAT_THE_PLACE_IS_KEPT = frozenset({"waiting.again", "waiting.still", "window.closing"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def render(
    conversation: Conversation,
    row: OutboxRow,
    phrases: Phrases,
    *,
    zone: tzinfo,
    language_names: Mapping[str, str],
    placeholders: Mapping[str, str],
    chat_url: str = "",
) -> OutboundMessage:
    """Render an outbox row in the customer's language, with the offer it carries.

    `zone` is the customer's time zone or, where no device told one, the company's.
    `language_names` names languages as the customer's language calls them or as they call
    themselves; `placeholders` are this conversation's own. `chat_url` is where a customer can go
    on when a channel closes, if the company has such a page.
    """
    paragraphs = []
    if row.disclose:
        paragraphs.append(phrases.say("disclosure"))
    paragraphs.append(_words(row, phrases, zone, language_names))
    if row.phrase == "window.closing" and chat_url:
        paragraphs.append(phrases.say("window.link", link=_isolated(chat_url, phrases)))
    kept = row.way is Way.WITHDRAW and row.phrase not in _SAYS_THAT_THE_PLACE_IS_KEPT
    if kept and row.reference:
        paragraphs.append(phrases.say("waiting.kept", reference=_isolated(row.reference, phrases)))
    return OutboundMessage(
        conversation=conversation.id,
        sequence=row.sequence,
        key=row.key,
        speaker=row.speaker,
        text=restore("\n\n".join(paragraphs), placeholders),
        language=row.language,
        direction=phrases.direction,
        buttons=buttons(row, phrases),
        hint=hint(row, phrases),
        sent_at=row.created_at,
        agent=row.agent,
        phrase=row.phrase,
        customer_wrote_at=conversation.customer_wrote_at,
    )


def buttons(row: OutboxRow, phrases: Phrases) -> tuple[Button, ...]:
    """Return the row's way to a person as buttons."""
    match row.way:
        case Way.PERSON:
            return (Button(Action.PERSON, phrases.say("offer.label")),)
        case Way.WITHDRAW:
            withdraw = Button(Action.WITHDRAW, phrases.say("withdraw.label"))
            if not row.follow_up:
                return (withdraw,)
            return (Button(Action.FOLLOW_UP, phrases.say("followup.label")), withdraw)
        case Way.ASK:
            return (
                Button(Action.PERSON, phrases.say("ask.yes")),
                Button(Action.BOT, phrases.say("ask.no")),
            )
        case Way.NONE:
            return ()


def hint(row: OutboxRow, phrases: Phrases) -> str:
    """Return the row's way to a person in words, for channels without buttons."""
    match row.way:
        case Way.PERSON | Way.ASK:
            return phrases.say("offer.hint", word=_word(phrases, "offer.word"))
        case Way.WITHDRAW:
            words = [phrases.say("withdraw.hint", word=_word(phrases, "withdraw.word"))]
            if row.follow_up:
                words.append(phrases.say("followup.hint", word=_word(phrases, "followup.word")))
            return " ".join(words)
        case Way.NONE:
            return ""


def _words(
    row: OutboxRow, phrases: Phrases, zone: tzinfo, language_names: Mapping[str, str]
) -> str:
    if row.phrase is not None:
        return _phrase(row, row.phrase, phrases, zone)
    text = row.text or ""
    if row.speaker is Speaker.AGENT:
        return text
    if row.text_language and row.text_language != row.language:
        name = language_names.get(row.text_language, row.text_language)
        lead = phrases.say("answer.other_language", language=_isolated(name, phrases))
        text = f"{lead}\n{text}"
    titles: dict[str, str] = {}
    for citation in row.citations:
        if citation.link:  # a greeting of ours cites itself, which leads nowhere
            titles.setdefault(citation.link, citation.title)
    if not titles:
        return text
    named = (f"{_isolated(title, phrases)} ({link})" for link, title in titles.items())
    return f"{text}\n\n{phrases.say('answer.sources', titles=', '.join(named))}"


def _phrase(row: OutboxRow, phrase: str, phrases: Phrases, zone: tzinfo) -> str:
    fields = {name: _isolated(value, phrases) for name, value in row.fields.items()}
    promise = row.promise
    said = phrases.say(
        phrase,
        reference=_isolated(row.reference or "", phrases),
        update=lambda: _update(promise, row, phrases, zone) if promise else "",
        time=lambda: _moment(row, phrases, zone),
        **fields,
    )
    return PARAGRAPH.join(" ".join(part.split()) for part in said.split(PARAGRAPH))


def _update(promise: Promise, row: OutboxRow, phrases: Phrases, zone: tzinfo) -> str:
    match promise.kind:
        case PromiseKind.WITHIN:
            seconds = max(1, round(promise.at - row.created_at))
            return phrases.say("update.within", duration=say_duration(phrases, seconds))
        case PromiseKind.BY:
            return phrases.say("update.by", time=_time(promise, row, phrases, zone))
        case PromiseKind.OPENING:
            return phrases.say("update.opening", time=_time(promise, row, phrases, zone))


def _moment(row: OutboxRow, phrases: Phrases, zone: tzinfo) -> str:
    if row.promise is not None:
        return _time(row.promise, row, phrases, zone)
    if row.until is None:
        return ""
    return say_time(phrases, row.until, row.created_at, zone, zone_known=row.zone is not None)


def _time(promise: Promise, row: OutboxRow, phrases: Phrases, zone: tzinfo) -> str:
    return say_time(phrases, promise.at, row.created_at, zone, zone_known=row.zone is not None)


def _word(phrases: Phrases, phrase: str) -> str:
    return _isolated(phrases.say(phrase), phrases)


def _isolated(text: str, phrases: Phrases) -> str:
    """Keep a name, number or link from turning the text around it in right-to-left languages."""
    if phrases.direction is Direction.LEFT_TO_RIGHT or not text:
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
