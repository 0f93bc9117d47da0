"""A batch of any size is acknowledged in time: reading stops, and what is unread waits least."""

from dataclasses import dataclass, field, replace

from handrail.application.receive import READING_SECONDS, Receive
from handrail.domain.message import InboundMessage, Sender
from handrail.domain.recognition import Recognised
from support.world import RECOGNISER, World

READ = 10
"""How many messages there is time for."""


@dataclass
class Slow:
    """Reads as the real one does, and takes its time."""

    world: World
    seen: list[str] = field(default_factory=list)

    def recognise(
        self, text: str, language: str | None = None, *, answering: bool = False
    ) -> Recognised:
        self.seen.append(text)
        self.world.clock.advance(READING_SECONDS / READ)
        return RECOGNISER.recognise(text, language, answering=answering)


def batch(world: World, many: int) -> list[InboundMessage]:
    return [
        replace(world.message("Where is it?"), event_id=f"e{i}", sender=Sender((f"customer-{i}",)))
        for i in range(many)
    ]


def lanes(world: World, messages: list[InboundMessage]) -> tuple[Slow, list[str]]:
    slow = Slow(world)
    groups: list[str] = []

    class Queue:
        def send_all(
            self, sent: list[tuple[str, InboundMessage]]
        ) -> list[tuple[str, InboundMessage]]:
            groups.extend(group for group, _ in sent)
            return []

    receive = Receive(slow, Queue(), world.table, world.clock)  # type: ignore[arg-type]
    assert receive.accept(messages) == len(messages)
    return slow, groups


def test_all_of_a_batch_is_taken_and_only_so_much_is_read() -> None:
    world = World()
    slow, groups = lanes(world, batch(world, 1_000))
    assert len(groups) == len(set(groups)) == 1_000
    assert READ <= len(slow.seen) <= READ + 1


def test_what_is_unread_takes_the_quick_lane() -> None:
    world = World()
    slow, groups = lanes(world, batch(world, 30))
    quick = [group for group in groups if group.endswith("/person")]
    assert len(quick) == 30 - len(slow.seen)


def test_a_message_by_itself_is_read_however_long_that_takes() -> None:
    world = World()
    slow, (group,) = lanes(world, batch(world, 1))
    assert slow.seen == ["Where is it?"]
    assert not group.endswith("/person")
