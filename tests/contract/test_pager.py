"""The pager: ids alone, and no page without a receipt."""

import json
import re
from pathlib import Path

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from handrail.adapters.aws.pager import SnsPager
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.pager import MemoryPager, Page
from support.aws import Aws, client, fault


@pytest.fixture
def topic(aws: Aws) -> tuple[str, str]:
    """A topic, and a queue that gets its pages."""
    arn: str = aws.sns.create_topic(Name="pager")["TopicArn"]
    url = aws.queue()
    queue = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    aws.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"])
    return arn, url


def test_a_page_arrives(aws: Aws, topic: tuple[str, str]) -> None:
    arn, url = topic
    SnsPager(aws.sns, arn).page("c1-1", "ABCD-EFGH", "supervisor")
    (received,) = aws.sqs.receive_message(QueueUrl=url)["Messages"]
    envelope = json.loads(received["Body"])
    assert json.loads(envelope["Message"]) == {
        "escalation": "c1-1",
        "reference": "ABCD-EFGH",
        "what": "supervisor",
    }
    assert envelope["Subject"] == "Handrail: a customer, supervisor (ABCD-EFGH)"


def test_a_page_about_the_canary_says_so(aws: Aws, topic: tuple[str, str]) -> None:
    arn, url = topic
    SnsPager(aws.sns, arn).page("c1-1", "ABCD-EFGH", "supervisor", synthetic=True)
    (received,) = aws.sqs.receive_message(QueueUrl=url)["Messages"]
    envelope = json.loads(received["Body"])
    assert json.loads(envelope["Message"])["synthetic"] is True
    assert envelope["Subject"].startswith("Handrail: a synthetic customer, supervisor")


def test_the_filter_of_the_guide_drops_the_canarys_pages_and_no_other(aws: Aws) -> None:
    arn: str = aws.sns.create_topic(Name="filtered")["TopicArn"]
    url = aws.queue()
    queue = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    (attributes,) = re.findall(r"--attributes '(\{.*\})'", guide)
    aws.sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=queue["Attributes"]["QueueArn"],
        Attributes=json.loads(attributes),
    )
    pager = SnsPager(aws.sns, arn)
    pager.page("canary-1", "AAAA-AAAA", "supervisor", synthetic=True)
    pager.page("c1-1", "ABCD-EFGH", "supervisor")
    pager.page("c2-1", "", "unreachable")
    got = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    pages = [json.loads(json.loads(one["Body"])["Message"]) for one in got]
    assert {page["escalation"] for page in pages} == {"c1-1", "c2-1"}


def test_a_page_without_a_reference_names_the_request(aws: Aws, topic: tuple[str, str]) -> None:
    arn, url = topic
    SnsPager(aws.sns, arn).page("c" * 200, "", "unreachable")
    (received,) = aws.sqs.receive_message(QueueUrl=url)["Messages"]
    assert len(json.loads(received["Body"])["Subject"]) == 100


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_no_answer_is_no_page(aws: Aws, topic: tuple[str, str], moment: str) -> None:
    timeout = ReadTimeoutError(endpoint_url="https://sns.example")
    with fault(aws.sns, moment, timeout), pytest.raises(UnavailableError):
        SnsPager(aws.sns, topic[0]).page("c1-1", "r", "supervisor")


def test_no_receipt_is_no_page() -> None:
    sns = client("sns")
    pager = SnsPager(sns, "arn:aws:sns:eu-west-1:123456789012:pager")
    with Stubber(sns) as stub:
        stub.add_response("publish", {})
        with pytest.raises(UnavailableError):
            pager.page("c1-1", "r", "x")


def test_pages_in_memory_are_kept() -> None:
    pager = MemoryPager()
    pager.page("c1-1", "r", "supervisor")
    assert pager.pages == [Page("c1-1", "r", "supervisor")]
