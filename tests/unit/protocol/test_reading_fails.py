"""A fault of ours in reading a message costs the customer nothing, and is told."""

from dataclasses import replace
from typing import NoReturn

from handrail.domain.conversation import Holder
from handrail.domain.recognition import Recogniser
from support.world import Reason, World


class Failing(Recogniser):
    """Fails on whatever it is asked."""

    def __init__(self) -> None:
        """Know nothing."""

    def recognise(self, *_args: object, **_kwargs: object) -> NoReturn:
        message = "this text was not thought of"
        raise RuntimeError(message)


class NoLanguages:
    """Fails to tell any language."""

    def identify(self, _text: str) -> NoReturn:
        message = "this text was not thought of either"
        raise LookupError(message)


def test_what_the_recogniser_fails_on_is_a_persons_at_once() -> None:
    world = World()
    world.wishes = replace(world.wishes, recogniser=Failing())
    world.conduct = replace(world.conduct, wishes=world.wishes)
    world.say("what no list was made for")
    assert world.now.open_escalation.reason is Reason.FAILED
    assert world.said == ["requested.failed"]


def test_a_fault_in_telling_the_language_costs_nobody_an_answer() -> None:
    world = World()
    world.wishes = replace(world.wishes, identifier=NoLanguages())
    world.conduct = replace(world.conduct, wishes=world.wishes)
    world.say("Where is my parcel?")
    assert world.now.holder is Holder.BOT
    assert world.now.language == "en"


def test_a_fault_in_reading_is_told_to_whoever_runs_it() -> None:
    world = World()
    told: list[Exception] = []
    world.wishes = replace(
        world.wishes, recogniser=Failing(), identifier=NoLanguages(), failed=told.append
    )
    world.conduct = replace(world.conduct, wishes=world.wishes)
    world.say("what no list was made for")
    assert [type(error) for error in told] == [RuntimeError, LookupError]
