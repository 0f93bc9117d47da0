"""What Meta's webhooks for Messenger and Instagram say, event by event."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from handrail.adapters.channels.kit.reading import (
    Json,
    a_text,
    a_time,
    an_action,
    an_id,
    an_object,
    inbound,
    objects,
    said,
    stand_in_id,
)
from handrail.domain.message import OWN, InboundMessage, Kind, Sender

OWN_METADATA: Final = "handrail:"
"""What the metadata of our own messages begins with; their echoes carry it."""
USER_REF: Final = "user_ref:"
"""What the id of somebody begins with who has only a plugin's reference."""
OTHER_CONSOLE: Final = "page_inbox"
_FILES = frozenset({"image", "video", "audio", "file", "sticker", "reel", "ig_reel"})
_SHARED = frozenset({"share", "story_mention", "ig_story", "ig_post", "post"})
_FILES_MAX = 10
_WORDS_MAX = 20
_LIKE_STICKERS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
"""The thumb of three sizes: a nod, and nothing that anybody has to look at."""


@dataclass(frozen=True, slots=True)
class EventReader:
    """Reads the events of one webhook."""

    channel: str
    ours: Callable[[str | None], str]
    """Returns our account for the id that an event names."""
    received_at: float
    app_id: str = ""
    """Our app's id: what it sent comes back as an echo."""

    def entry(self, entry: Json) -> Iterator[InboundMessage]:
        """Yield everything that one entry says."""
        account_id, at = an_id(entry.get("id")), a_time(entry.get("time"))
        for event in objects(entry.get("messaging")):
            yield from self._event(event, account_id, at, standby=False)
        for event in objects(entry.get("standby")):
            yield from self._event(event, account_id, at, standby=True)
        # Some notices stand in the entry itself and not in a list of changes.
        changes = [*objects(entry.get("changes")), *([entry] if "field" in entry else ())]
        for change in changes:
            value = an_object(change.get("value"))
            if "sender" in value and "recipient" in value:
                standby = change.get("field") == "standby"
                yield from self._event(value, account_id, at, standby=standby)
            else:
                # Comments, mentions, feeds: of the account, and of no conversation.
                field = change.get("field") or "unknown"
                yield self._message(
                    account_id,
                    stand_in_id(change),
                    Sender(()),
                    Kind.LIFECYCLE,
                    occurred_at=at,
                    details=said(event=field),
                )

    def _event(
        self, event: Json, account_id: str | None, entry_at: float | None, *, standby: bool
    ) -> Iterator[InboundMessage]:
        if not event:
            return
        account_id, sender = _parties(event, account_id)
        # A receipt has no time of its own; the entry's is when it was sent to us.
        at = a_time(event.get("timestamp")) or entry_at
        event_id, kind, text, action, details = self._content(event)
        if standby and kind in _WRITTEN:
            # Another app has this customer: it answers, and we keep silent.
            kind, details = Kind.ECHO, details | said(console="standby", message_id=event_id)
        elif an_id(an_object(event.get("sender")).get("id")) == account_id and account_id:
            # The account's own doing, without the mark of an echo: nothing of the customer's.
            if kind is Kind.REACTION:
                kind, details = Kind.LIFECYCLE, said(event="own_reaction") | details
            elif kind in _WRITTEN or kind is Kind.DELETE:
                kind = Kind.ECHO
                details = said(message_id=event_id) | details | said(console=OTHER_CONSOLE)
        if not sender.ids and kind is not Kind.RECEIPT:
            kind, details = Kind.LIFECYCLE, said(event="no_sender") | details
        yield self._message(
            account_id,
            event_id,
            sender,
            kind,
            occurred_at=at,
            text=text,
            action=action,
            details=details,
        )

    def _message(
        self, account_id: str | None, event_id: str, sender: Sender, kind: Kind, **rest: Any
    ) -> InboundMessage:
        return inbound(
            channel=self.channel,
            account=self.ours(account_id),
            event_id=event_id,
            sender=sender,
            kind=kind,
            received_at=self.received_at,
            **rest,
        )

    def _content(self, event: Json) -> "_Content":
        """Return an event's id, kind, words, button and what else there is to see."""
        for name, read in (
            ("message", self._written),
            ("postback", _postback),
            ("reaction", _reaction),
            ("message_edit", _edit),
            ("read", _read),
            ("delivery", _delivered),
            ("messaging_feedback", _feedback),
            ("messaging_customer_information", _filled_in),
            ("order", _order),
        ):
            part = event.get(name)
            if isinstance(part, dict):
                return read(part, event)
        named = next((name for name in event if name not in _ENVELOPE), "unknown")
        details = said(event=named, referral=an_object(event.get(named)).get("ref") or "")
        return stand_in_id(event), Kind.LIFECYCLE, None, None, details

    def _written(self, part: Json, event: Json) -> "_Content":
        event_id = an_id(part.get("mid")) or stand_in_id(event)
        text = part.get("text")
        deleted = part.get("is_deleted") is True
        if part.get("is_echo") is True:
            own = str(part.get("metadata") or "").startswith(OWN_METADATA) or (
                bool(self.app_id) and str(part.get("app_id") or "") == self.app_id
            )
            details = said(
                message_id=event_id,
                console=OTHER_CONSOLE,
                type="delete" if deleted else "",
                **_files(part),
                **{OWN: own or ""},
            )
            return f"{event_id}{_DELETED}" if deleted else event_id, Kind.ECHO, text, None, details
        if deleted:
            # The notice must not be taken for a repetition of what it deletes.
            return f"{event_id}{_DELETED}", Kind.DELETE, None, None, said(message_id=event_id)
        reply = an_object(part.get("reply_to"))
        story = an_object(reply.get("story"))
        details = said(
            reply_to=an_id(reply.get("mid")) or "",
            story_id=an_id(story.get("id")) or "",
            story_url=story.get("url") or "",
        )
        kind, action, more = _kind(part)
        if kind is Kind.UNSUPPORTED and not text:
            text = _titles(part)
        return event_id, kind, text, action, details | _referred(part) | more


_Content = tuple[str, Kind, object, str | None, dict[str, str]]
_DELETED: Final = "/deleted"
_ENVELOPE = frozenset({"sender", "recipient", "timestamp", "prior_message"})
_WRITTEN = frozenset(
    {Kind.TEXT, Kind.ACTION, Kind.MEDIA, Kind.LOCATION, Kind.EDIT, Kind.UNSUPPORTED}
)


def _parties(event: Json, account_id: str | None) -> tuple[str | None, Sender]:
    """Return our account and the customer, whichever of them sent it.

    An echo goes from the account to the customer. The entry names the account, but tests of the
    provider name none (`0`): then the direction of the event decides.
    """
    from_, to = an_object(event.get("sender")), an_object(event.get("recipient"))
    sender, recipient = an_id(from_.get("id")), an_id(to.get("id"))
    echo = an_object(event.get("message")).get("is_echo") is True
    if account_id is not None and account_id == sender:
        return account_id, _customer(to, recipient)
    # Who ticked a plugin's box and has not written yet stands in the tick alone.
    from_ = from_ or an_object(event.get("optin"))
    if account_id is not None and account_id == recipient:
        return account_id, _customer(from_, sender)
    if echo:
        return sender or account_id, _customer(to, recipient)
    return recipient or account_id, _customer(from_, sender)


def _customer(party: Json, scoped_id: str | None) -> Sender:
    if scoped_id:
        return Sender((scoped_id,))
    # Somebody who came through a plugin and has no id yet.
    reference = an_id(party.get("user_ref"))
    return Sender((f"{USER_REF}{reference}",) if reference else ())


def _kind(part: Json) -> tuple[Kind, str | None, dict[str, str]]:
    action = an_action(an_object(part.get("quick_reply")).get("payload"))
    if action:
        return Kind.ACTION, action, {}
    files = list(objects(part.get("attachments")))
    kinds = [str(file.get("type") or "") for file in files]
    if "like_heart" in kinds:
        return Kind.REACTION, None, said(emoji="❤️")
    stickers = [an_object(file.get("payload")).get("sticker_id") for file in files]
    if any(str(one or "") in _LIKE_STICKERS for one in (part.get("sticker_id"), *stickers)):
        return Kind.REACTION, None, said(emoji="👍")
    location = next((file for file in files if file.get("type") == "location"), None)
    if location is not None:
        return Kind.LOCATION, None, _location(location)
    if any(kind in _FILES | _SHARED for kind in kinds):
        return Kind.MEDIA, None, _files(part)
    written = isinstance(part.get("text"), str) and bool(part["text"].strip())
    if part.get("is_unsupported") is True or (files and not written) or not written:
        return Kind.UNSUPPORTED, None, said(type=next(iter(kinds), "") or "unknown")
    return Kind.TEXT, None, {}


def _titles(part: Json) -> str:
    """Return the words of what was shared: a product's title and address, a link's."""
    lines: list[object] = []
    for file in objects(part.get("attachments")):
        payload = an_object(file.get("payload"))
        product = an_object(payload.get("product"))
        shown = [file, payload, *objects(product.get("elements"))]
        lines += [one.get(name) for one in shown for name in ("title", "subtitle", "url", "URL")]
    words = dict.fromkeys(line for line in lines if isinstance(line, str) and line.strip())
    return "\n".join(list(words)[:_WORDS_MAX])


def _referred(part: Json) -> dict[str, str]:
    """Return what a message began at: an advertisement, a link, a product of the shop."""
    referral = an_object(part.get("referral"))
    shown = an_object(referral.get("ads_context_data"))
    return said(
        product=an_id(an_object(referral.get("product")).get("id")) or "",
        referral=referral.get("ref") or referral.get("ad_id") or "",
        referral_title=shown.get("ad_title") or "",
    )


def _files(part: Json) -> dict[str, str]:
    details: dict[str, object] = {}
    files = list(objects(part.get("attachments")))
    for number, file in enumerate(files[:_FILES_MAX], start=1):
        payload = an_object(file.get("payload"))
        suffix = "" if number == 1 else f"_{number}"
        details[f"media{suffix}"] = file.get("type") or ""
        details[f"media_url{suffix}"] = payload.get("url") or payload.get("story_media_url") or ""
        details[f"media_name{suffix}"] = payload.get("title") or ""
    if any(file.get("type") == "audio" for file in files):
        # An attached sound is a voice message as often as not; either way somebody has to listen.
        details["voice"] = True
    if len(files) > _FILES_MAX:
        details["media_left_out"] = len(files) - _FILES_MAX
    return said(**details)


def _location(file: Json) -> dict[str, str]:
    place = an_object(an_object(file.get("payload")).get("coordinates"))
    return said(
        latitude=place.get("lat"), longitude=place.get("long"), name=file.get("title") or ""
    )


def _postback(part: Json, event: Json) -> _Content:
    event_id = an_id(part.get("mid")) or stand_in_id(event)
    action = an_action(part.get("payload"))
    details = _referred(part)
    if action is None:
        return event_id, Kind.UNSUPPORTED, part.get("title"), None, said(type="postback")
    return event_id, Kind.ACTION, part.get("title"), action, details


def _feedback(part: Json, event: Json) -> _Content:
    """Return what was answered to a survey: marks, and words that somebody should read."""
    lines: list[object] = []
    for screen in objects(part.get("feedback_screens")):
        for question in an_object(screen.get("questions")).values():
            answer = an_object(question)
            lines += [answer.get("payload"), an_object(answer.get("follow_up")).get("payload")]
    words = [line for line in lines if isinstance(line, str) and line.strip()]
    text = "\n".join(words[:_WORDS_MAX])
    return stand_in_id(event), Kind.UNSUPPORTED, text, None, said(type="messaging_feedback")


def _filled_in(part: Json, event: Json) -> _Content:
    """Return what was filled into a form about oneself."""
    named = "messaging_customer_information"
    lines = [
        f"{answer.get('key')}: {answer.get('value')}"
        for screen in objects(part.get("screens"))
        for answer in objects(screen.get("responses"))
        if isinstance(answer.get("value"), str)
    ]
    text = "\n".join(lines[:_WORDS_MAX])
    return stand_in_id(event), Kind.UNSUPPORTED, text, None, said(type=named)


def _order(part: Json, event: Json) -> _Content:
    """Return what a shop's customer put into the cart and sent."""
    items = [
        f"{item.get('quantity')} × {item.get('name') or item.get('retailer_id')}"  # noqa: RUF001
        for item in objects(part.get("products"))
    ]
    text = "\n".join([str(part.get("note") or ""), *items[:_WORDS_MAX]])
    return stand_in_id(event), Kind.UNSUPPORTED, text, None, said(type="order")


def _reaction(part: Json, event: Json) -> _Content:
    removed = part.get("action") == "unreact"
    details = said(
        emoji=part.get("emoji") or part.get("reaction") or "",
        message_id=part.get("mid") or "",
        removed=removed or "",
    )
    return stand_in_id(event), Kind.REACTION, None, None, details


def _edit(part: Json, event: Json) -> _Content:
    message_id = an_id(part.get("mid")) or stand_in_id(event)
    if str(part.get("num_edit")) == "0":
        # Not edited yet: the message itself, which may come once more by its own name.
        if a_text(part.get("text")) is None:
            return f"{message_id}/edit/0", Kind.LIFECYCLE, None, None, said(event="message_edit")
        return message_id, Kind.TEXT, part["text"], None, {}
    event_id = f"{message_id}/edit/{part.get('num_edit') or a_time(event.get('timestamp'))}"
    return event_id, Kind.EDIT, part.get("text"), None, said(message_id=message_id)


def _read(part: Json, event: Json) -> _Content:
    details = said(status="read", message_id=part.get("mid") or "", until=_until(part))
    return stand_in_id(event), Kind.RECEIPT, None, None, details


def _delivered(part: Json, event: Json) -> _Content:
    ids = part.get("mids")
    named = [one for one in ids if isinstance(one, str)] if isinstance(ids, list) else []
    details = said(status="delivered", message_id=" ".join(named), until=_until(part))
    return stand_in_id(event), Kind.RECEIPT, None, None, details


def _until(part: Json) -> str:
    watermark = part.get("watermark")
    return str(watermark) if isinstance(watermark, int | str) else ""
