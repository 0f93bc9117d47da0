"""Files and voice messages: acknowledged as what they are, kept for a person, or refused."""

from collections.abc import Mapping

import pytest

from handrail.domain.conversation import Holder
from handrail.domain.delivery import WELCOME
from handrail.domain.media import FILE_BYTES_MAX, Refusal, refusal
from handrail.domain.message import Kind
from handrail.domain.turn import Reason
from support.world import World

PICTURE = {"media": "image", "media_type": "image/jpeg", "media_id": "77"}
VOICE = {"media": "audio", "media_type": "audio/ogg", "media_id": "78", "voice": "true"}
PROGRAM = {"media": "document", "media_name": "setup.EXE", "media_id": "79"}


@pytest.mark.parametrize(
    ("details", "why"),
    [
        (PICTURE, None),
        ({}, None),
        ({"media_type": "application/pdf", "media_name": "bill.pdf"}, None),
        ({"media_type": "application/octet-stream"}, None),
        (PROGRAM, Refusal.REFUSED),
        ({"media_type": "text/html; charset=utf-8"}, Refusal.REFUSED),
        ({"media_type": "application/vnd.android.package-archive"}, Refusal.REFUSED),
        ({"media_name": "bill.pdf.js"}, Refusal.REFUSED),
        ({"media_id": "1", "media_bytes": str(FILE_BYTES_MAX)}, None),
        ({"media_id": "1", "media_bytes": str(FILE_BYTES_MAX + 1)}, Refusal.TOO_LARGE),
        ({"media_id": "1", "media_bytes": "a lot"}, None),
        ({**PROGRAM, "media_2": "image", "media_type_2": "image/png"}, None),
        ({**PROGRAM, "media_name_2": "b.apk"}, Refusal.REFUSED),
    ],
)
def test_what_nobody_should_open_is_refused(
    details: Mapping[str, str], why: Refusal | None
) -> None:
    assert refusal(details) is why


@pytest.mark.parametrize(
    ("details", "reason", "words"),
    [
        (PICTURE, Reason.MEDIA, "Your file has arrived."),
        (VOICE, Reason.VOICE, "Your voice message has arrived."),
    ],
)
def test_a_file_becomes_a_persons_and_is_named_as_what_it_is(
    details: Mapping[str, str], reason: Reason, words: str
) -> None:
    world = World()
    world.take(world.message(kind=Kind.MEDIA, details=details))
    world.deliver()
    assert world.now.open_escalation.reason is reason
    assert words in world.wire.got[-1].text
    assert world.now.open_escalation.reference in world.wire.got[-1].text


def test_who_waits_hears_that_the_file_is_kept() -> None:
    world = World()
    world.ask_person()
    world.take(world.message(kind=Kind.MEDIA, details=PICTURE))
    world.deliver()
    assert world.said[-1] == "media.kept"


def test_a_file_with_a_request_under_it_is_a_request() -> None:
    world = World()
    world.take(world.message(kind=Kind.MEDIA, details=PICTURE), world.message("agent please"))
    assert world.now.open_escalation.reason is Reason.ASKED


def test_what_is_refused_is_said_and_offers_a_person() -> None:
    world = World()
    world.take(world.message(kind=Kind.MEDIA, details=PROGRAM))
    world.deliver()
    assert world.now.holder is Holder.BOT
    assert world.said == ["media.refused"]
    assert world.wire.got[-1].buttons


def test_how_large_a_file_may_be_is_said() -> None:
    world = World()
    large = {"media": "video", "media_bytes": "90000000"}
    world.take(world.message(kind=Kind.MEDIA, details=large))
    world.deliver()
    assert "25 MB" in world.wire.got[-1].text


def test_words_under_a_refused_file_are_still_a_persons() -> None:
    world = World()
    world.take(world.message("Look at this", kind=Kind.MEDIA, details=PROGRAM))
    assert world.now.holder is Holder.WAITING


def test_the_agent_who_holds_it_sees_every_file() -> None:
    world = World()
    world.ask_person()
    world.claim()
    world.take(world.message(kind=Kind.MEDIA, details=PROGRAM))
    assert world.now.entries == 2
    assert world.now.holder is Holder.AGENT


def test_a_channels_start_button_is_greeted_and_asks_nobody() -> None:
    world = World()
    world.take(world.message(None, action=WELCOME))
    world.deliver()
    assert world.said == ["welcome"]
    assert world.wire.got[-1].buttons
    assert world.turns.runs == []
