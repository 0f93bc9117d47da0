"""Every port once in memory and once on AWS's services: the same suite holds both to the same."""

from collections.abc import Iterator

import pytest

from support.aws import Aws, local_aws, no_deployment
from support.stores import Stores, dynamo_stores, memory_stores


@pytest.fixture(scope="module", autouse=True)
def alone() -> Iterator[None]:
    with no_deployment():
        yield


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with local_aws() as services:
        yield services


@pytest.fixture
def table_name(aws: Aws) -> Iterator[str]:
    name = aws.table()
    yield name
    aws.dynamodb.delete_table(TableName=name)


@pytest.fixture
def dynamo(aws: Aws, table_name: str) -> Stores:
    return dynamo_stores(aws.dynamodb, table_name)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return memory_stores()
    found: Stores = request.getfixturevalue("dynamo")
    return found
