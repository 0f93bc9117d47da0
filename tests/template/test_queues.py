"""No message can leave a queue for nowhere."""

import json
from typing import Any

import pytest

from handrail_ops.local.event_bus import matches
from handrail_ops.template.source import Source

Resources = dict[str, dict[str, Any]]

FOURTEEN_DAYS = 14 * 24 * 3600
WORKING = ("InboundQueue", "OutboundQueue", "AgentsQueue")
DEAD = ("InboundDeadLetters", "OutboundDeadLetters", "AgentsDeadLetters")
UNSEEN = "AuditUnseen"
"""What the audit could not look at: no customer's, so no consumer, but an alarm."""


def queue(resources: Resources, name: str) -> dict[str, Any]:
    properties: dict[str, Any] = resources[name]["Properties"]
    return properties


def sources(resources: Resources) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
    ]


def of_table(mapping: dict[str, Any]) -> bool:
    return bool(mapping["EventSourceArn"] == {"Fn::GetAtt": ["Table", "StreamArn"]})


def mappings(resources: Resources) -> list[dict[str, Any]]:
    """Return the mappings from queues."""
    return [one for one in sources(resources) if not of_table(one)]


def test_these_are_all_the_queues(resources: Resources) -> None:
    found = {name for name, one in resources.items() if one["Type"] == "AWS::SQS::Queue"}
    assert found == {*WORKING, *DEAD, UNSEEN}


@pytest.mark.parametrize("name", WORKING)
def test_a_queue_has_dead_letters_of_its_own_kind(resources: Resources, name: str) -> None:
    letters = name.replace("Queue", "DeadLetters")
    policy = queue(resources, name)["RedrivePolicy"]
    assert policy["deadLetterTargetArn"] == {"Fn::GetAtt": [letters, "Arn"]}
    assert queue(resources, name).get("FifoQueue") == queue(resources, letters).get("FifoQueue")


@pytest.mark.parametrize(
    ("name", "receives"), [("InboundQueue", 2), ("OutboundQueue", 3), ("AgentsQueue", 5)]
)
def test_a_message_is_tried_so_often(resources: Resources, name: str, receives: int) -> None:
    assert queue(resources, name)["RedrivePolicy"]["maxReceiveCount"] == receives


@pytest.mark.parametrize("name", DEAD)
def test_dead_letters_wait_fourteen_days_and_have_a_consumer(
    resources: Resources, name: str
) -> None:
    properties = queue(resources, name)
    assert properties["MessageRetentionPeriod"] == FOURTEEN_DAYS
    consumers = [
        one["FunctionName"]
        for one in mappings(resources)
        if one["EventSourceArn"] == {"Fn::GetAtt": [name, "Arn"]}
    ]
    assert consumers == [{"Ref": "DeadLettersFunction"}]


@pytest.mark.parametrize("name", DEAD)
def test_what_dead_letters_are_consumed_from_has_none(resources: Resources, name: str) -> None:
    # Otherwise a letter that its consumer fails on would be moved on to where nobody looks.
    assert "RedrivePolicy" not in queue(resources, name)


@pytest.mark.parametrize("name", DEAD)
def test_somebody_is_told_when_dead_letters_grow_old(resources: Resources, name: str) -> None:
    watched = [
        one["Properties"]
        for one in resources.values()
        if one["Type"] == "AWS::CloudWatch::Alarm"
        and one["Properties"].get("MetricName") == "ApproximateAgeOfOldestMessage"
        and one["Properties"]["Dimensions"][0]["Value"] == {"Fn::GetAtt": [name, "QueueName"]}
    ]
    assert [alarm["Threshold"] for alarm in watched] == [300]


def test_a_redelivery_cannot_overlap_a_run(resources: Resources) -> None:
    """Twice the time limit, not AWS's advice of six times.

    Six times leaves room for retries of throttled invocations within one receive, at the price of
    three and a half minutes before a crashed turn is looked at again. Here a throttled receive may
    be used up: the dead letters become a person, which is what a customer should get after two
    minutes, and twice the limit already means that no run can still be alive at a redelivery.
    """
    for mapping in mappings(resources):
        function = resources[mapping["FunctionName"]["Ref"]]["Properties"]
        name = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        assert queue(resources, name)["VisibilityTimeout"] >= 2 * function["Timeout"], name


def test_a_failed_message_does_not_take_its_batch_along(resources: Resources) -> None:
    assert len(mappings(resources)) == 5
    for mapping in mappings(resources):
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_dead_letters_are_consumed_one_at_a_time(resources: Resources) -> None:
    for mapping in mappings(resources):
        if mapping["FunctionName"] == {"Ref": "DeadLettersFunction"}:
            assert mapping["BatchSize"] == 1


@pytest.mark.parametrize("name", [*WORKING, *DEAD, UNSEEN])
def test_queues_are_encrypted(resources: Resources, name: str) -> None:
    assert queue(resources, name)["SqsManagedSseEnabled"] is True


def test_one_customer_never_waits_for_another(resources: Resources) -> None:
    for name in ("InboundQueue", "OutboundQueue"):
        assert queue(resources, name)["FifoThroughputLimit"] == "perMessageGroupId"
        assert queue(resources, name)["DeduplicationScope"] == "messageGroup"


def test_a_write_that_cannot_be_looked_at_keeps_nothing_back(resources: Resources) -> None:
    (mapping,) = (one for one in sources(resources) if of_table(one))
    assert mapping["FunctionName"] == {"Ref": "AuditFunction"}
    # From the beginning: what was written while the mapping was made counts too.
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    # What is the table's trouble passes; what is one write's must not go on for ever.
    assert "MaximumRetryAttempts" not in mapping
    assert 600 <= mapping["MaximumRecordAgeInSeconds"] <= 4 * 3600
    given_up = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert given_up == {"Fn::GetAtt": [UNSEEN, "Arn"]}


def test_what_the_audit_gave_up_stays_and_wakes_somebody(resources: Resources) -> None:
    assert queue(resources, UNSEEN)["MessageRetentionPeriod"] == FOURTEEN_DAYS
    assert "RedrivePolicy" not in queue(resources, UNSEEN)
    watched = [
        one["Properties"]
        for one in resources.values()
        if one["Type"] == "AWS::CloudWatch::Alarm"
        and {"Fn::GetAtt": [UNSEEN, "QueueName"]}
        in one["Properties"].get("Dimensions", [{}])[0].values()
    ]
    assert [(one["MetricName"], one["Threshold"]) for one in watched] == [
        ("ApproximateNumberOfMessagesVisible", 1)
    ]


def test_the_audit_is_shown_what_it_looks_at_and_nothing_that_it_writes(
    resources: Resources,
) -> None:
    (mapping,) = (one for one in sources(resources) if of_table(one))
    patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]

    def shown(pk: str, sk: str) -> bool:
        record = {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}}
        return any(matches(pattern, record) for pattern in patterns)

    for sk in ("HEAD", "IN#e1", "IN!undeliverable/1", "OUT#00000001", "ESC#000001"):
        assert shown("C#abc", sk), sk
        assert not shown("T#abc", sk), sk
    for pk, sk in (("C#abc", "DELIVERY"), ("C#abc", "TOKEN"), ("H#1", "1"), ("WEB#a", "OUT#1")):
        assert not shown(pk, sk), (pk, sk)


def test_no_queue_is_fed_by_a_sam_event(source: Source) -> None:
    # SAM would give the function a managed policy that lets it read every queue of the account.
    for name, properties in source.of_type("AWS::Serverless::Function"):
        kinds = {event["Type"] for event in properties.get("Events", {}).values()}
        assert kinds <= {"HttpApi", "ScheduleV2"}, name
