"""What is kept is encrypted, bounded in time, and stays when the stack goes."""

import re
from typing import Any

import pytest

from handrail_ops.template.source import Source
from support.table import STREAM, TABLE, TIME_TO_LIVE

Resources = dict[str, dict[str, Any]]


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {n: one["Properties"] for n, one in resources.items() if one["Type"] == kind}


def test_the_table_is_the_one_the_tests_use(resources: Resources) -> None:
    table = resources["Table"]["Properties"]
    assert {name: table[name] for name in TABLE} == TABLE
    assert table["TimeToLiveSpecification"] == TIME_TO_LIVE
    assert table["StreamSpecification"] == STREAM


def test_the_index_holds_only_what_is_not_at_rest(resources: Resources) -> None:
    table = resources["Table"]["Properties"]
    (index,) = table["GlobalSecondaryIndexes"]
    own = {one["AttributeName"] for one in table["KeySchema"]}
    keys = {one["AttributeName"] for one in index["KeySchema"]}
    # Attributes of their own: an item without them is not in the index.
    assert not keys & own
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_the_table_stays_and_can_be_restored(resources: Resources) -> None:
    assert resources["Table"]["DeletionPolicy"] == "Retain"
    assert resources["Table"]["UpdateReplacePolicy"] == "Retain"
    table = resources["Table"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_there_is_no_store_that_this_test_does_not_know(resources: Resources) -> None:
    stores = {
        one["Type"]
        for one in resources.values()
        if re.search(
            r"::(Table|Bucket|Queue|Topic|Secret|Cluster|Stream|FileSystem)$", one["Type"]
        )
    }
    assert stores == {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }


def test_files_are_nobodys_but_ours_and_for_a_time(resources: Resources) -> None:
    assert resources["FilesBucket"]["DeletionPolicy"] == "Retain"
    assert resources["FilesBucket"]["UpdateReplacePolicy"] == "Retain"
    ((_, bucket),) = of_type(resources, "AWS::S3::Bucket").items()
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "BucketEncryption" in bucket
    rules = {
        one["Prefix"]: one["ExpirationInDays"] for one in bucket["LifecycleConfiguration"]["Rules"]
    }
    assert rules == {"new/": 1, "kept/": {"Ref": "FileRetentionDays"}}
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedMethods"] == ["POST"]
    (statement,) = resources["FilesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_topics_are_encrypted_with_keys_that_their_writers_may_use(resources: Resources) -> None:
    topics = of_type(resources, "AWS::SNS::Topic")
    # Functions write to the one, which SNS's own key allows; CloudWatch to the other, which it
    # does not: an alarm would be dropped without a word.
    assert topics["SupervisorTopic"]["KmsMasterKeyId"] == "alias/aws/sns"
    assert topics["AlarmsTopic"]["KmsMasterKeyId"] == {"Ref": "AlarmsKey"}
    statements = resources["AlarmsKey"]["Properties"]["KeyPolicy"]["Statement"]
    (alarms,) = [one for one in statements if one["Sid"] == "AlarmsMayUseIt"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert alarms["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_every_log_group_forgets(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    for name, group in groups.items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_every_function_writes_to_a_group_of_its_own(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        assert group == name.replace("Function", "Log")
        assert group in groups
        assert function["LoggingConfig"]["LogFormat"] == "JSON"


def test_workflows_log_their_errors_without_what_they_were_about(resources: Resources) -> None:
    machines = of_type(resources, "AWS::StepFunctions::StateMachine")
    assert set(machines) == {"TurnWorkflow", "EscalationWorkflow"}
    for name, machine in machines.items():
        logging = machine["LoggingConfiguration"]
        assert logging["Level"] == "ERROR"
        assert logging["IncludeExecutionData"] is False
        (destination,) = logging["Destinations"]
        group = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
        # Longer policies than CloudWatch takes would follow from any other prefix.
        assert "/aws/vendedlogs/" in str(resources[group]["Properties"]["LogGroupName"]), name


def test_secrets_come_from_nowhere_else(resources: Resources, source: Source) -> None:
    secrets = of_type(resources, "AWS::SecretsManager::Secret")
    assert set(secrets) == {
        "AccountsSecret",
        "CanarySecret",
        "DirectSecret",
        "WebSecret",
        "PrivacySecret",
        "ModelSecret",
        "TranslatorSecret",
    }
    for name in ("ChannelAccounts", "ModelKey", "TranslatorKey"):
        assert source.document["Parameters"][name]["NoEcho"] is True
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        variables = function.get("Environment", {}).get("Variables", {})
        assert not {"ModelKey", "TranslatorKey"} & set(
            re.findall(r"'Ref': '(\w+)'", str(variables))
        ), name


@pytest.mark.parametrize("kind", ["AWS::Lambda::Alias", "AWS::Lambda::Version"])
def test_nothing_pins_an_old_layer(resources: Resources, kind: str) -> None:
    # A version keeps the layer it was published with, so code and layer would come apart.
    assert not of_type(resources, kind)


def test_two_stacks_fit_into_one_account(source: Source) -> None:
    named = ("Name", "QueueName", "TableName", "TopicName", "FunctionName", "LogGroupName")
    for name, resource in source.resources.items():
        if resource["Type"].startswith("AWS::Lambda"):
            continue
        for key in named:
            given = (resource.get("Properties") or {}).get(key)
            if given is not None:
                assert "${AWS::StackName}" in str(given), f"{name}.{key}"
    for name, properties in source.of_type("AWS::Serverless::Function"):
        for event in properties.get("Events", {}).values():
            if event["Type"] == "ScheduleV2":
                assert "${AWS::StackName}" in str(event["Properties"]["Name"]), name
