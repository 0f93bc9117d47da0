"""Drafts: what a turn has come to is read back whole, by the next step, in another process."""

from dataclasses import replace

from handrail.application.protocol_ports import Draft
from handrail.domain.turn import Answered, Citation, Reason
from support.aws import Aws
from support.stores import NOW, Stores

DRAFT = Draft("turn-1", "conversation-1", ("e1", "e#2"), "Wo ist mein Geld?", "de")


def test_a_turn_without_a_draft_has_none(stores: Stores) -> None:
    assert stores.drafts.get("turn-1") is None


def test_a_draft_is_read_as_it_was_written(stores: Stores) -> None:
    citations = (Citation("a/de#1", "Rückgabe", "https://help.example/a"), Citation("b", "", ""))
    full = replace(
        DRAFT,
        answer=Answered("14 Tage.", citations, "de"),
        grounded=True,
        reason=Reason.NOT_GROUNDED,
    )
    stores.drafts.put(full)
    assert stores.drafts.get("turn-1") == full
    assert stores.drafts.get("turn-2") is None


def test_a_draft_is_written_whole(stores: Stores) -> None:
    stores.drafts.put(replace(DRAFT, reason=Reason.FAILED, grounded=True))
    stores.drafts.put(DRAFT)
    assert stores.drafts.get("turn-1") == DRAFT


def test_a_draft_lies_apart_and_lasts_a_day(aws: Aws, dynamo: Stores, table_name: str) -> None:
    dynamo.drafts.put(DRAFT)
    (item,) = aws.dynamodb.scan(TableName=table_name)["Items"]
    assert (item["pk"], item["sk"]) == ({"S": "T#turn-1"}, {"S": "DRAFT"})
    assert int(item["expires_at"]["N"]) == NOW + 24 * 3600
