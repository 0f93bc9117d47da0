"""The inbox: what the queue refused stays until a send is confirmed."""

from dataclasses import replace

from handrail.application.protocol_ports import DueKind
from handrail.domain.message import InboundMessage, Kind, Sender
from support.aws import Aws
from support.stores import NOW, Stores, message

FULL = InboundMessage(
    channel="sms",
    account="shop#1",
    event_id="SM/ü" + "x" * 3_000,
    position=7,
    sender=Sender(("+34600000000", "user-1"), "Ana", "es-ES", "Europe/Madrid"),
    kind=Kind.ACTION,
    occurred_at=NOW - 0.5,
    received_at=NOW,
    text="¡hola! \U0001f600",
    action="person:v1",
    details={"a": "b"},
)


def keys(stores: Stores) -> list[str]:
    return [due.key for due in stores.agenda.due(NOW + 60, 100) if due.kind is DueKind.INBOX]


def test_a_parked_message_is_read_as_it_came_in(stores: Stores) -> None:
    stores.inbox.park("conversation/person", FULL, NOW)
    (parked,) = stores.inbox.parked(keys(stores))
    assert (parked.group, parked.message) == ("conversation/person", FULL)
    assert parked.key == keys(stores)[0]


def test_parking_again_changes_nothing(stores: Stores) -> None:
    stores.inbox.park("group", message(), NOW)
    stores.inbox.park("group", replace(message(), received_at=NOW + 50), NOW + 50)
    (parked,) = stores.inbox.parked(keys(stores))
    assert parked.message.received_at == NOW


def test_messages_are_told_apart_by_channel_account_and_id(stores: Stores) -> None:
    for other in (
        message(),
        message("e2"),
        replace(message(), channel="web"),
        replace(message(), account="other"),
    ):
        stores.inbox.park("group", other, NOW)
    assert len(set(keys(stores))) == len(stores.inbox.parked(keys(stores))) == 4


def test_a_removed_message_is_gone_and_only_that(stores: Stores) -> None:
    stores.inbox.park("group", message("e1"), NOW)
    stores.inbox.park("group", message("e2"), NOW)
    first, second = stores.inbox.parked(keys(stores))
    stores.inbox.remove(first.key)
    stores.inbox.remove(first.key)
    stores.inbox.remove("never there")
    assert stores.inbox.parked([first.key, second.key]) == [second]
    assert keys(stores) == [second.key]
    assert not stores.inbox.parked([])


def test_an_outage_full_of_messages_is_found_again(stores: Stores) -> None:
    for number in range(60):
        stores.inbox.park("group", message(f"e{number}"), NOW)
    due = [one.key for one in stores.agenda.due(NOW, 200)]
    assert len(due) == 60
    assert [parked.key for parked in stores.inbox.parked(due)] == due


def test_nothing_in_the_inbox_ever_expires(aws: Aws, dynamo: Stores, table_name: str) -> None:
    dynamo.inbox.park("group", message(), NOW)
    (item,) = aws.dynamodb.scan(TableName=table_name)["Items"]
    assert "expires_at" not in item
