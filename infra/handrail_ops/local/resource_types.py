"""What the local stack does with each resource type and property, and what it refuses.

Three answers exist. A property is *honoured*; or it is *inert*: it changes nothing that one
machine could show (who may call whom, encryption at rest, alarms, tags), and may stand in a
template; or it is refused by name. Silence is no answer: moto's own CloudFormation skips what it
does not know, and what is missing is then found in production.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handrail_ops.local.template import Resource, TemplateError


@dataclass(frozen=True, slots=True)
class ResourceType:
    """The properties of one type that are honoured, and those that are knowingly inert."""

    honoured: frozenset[str]
    inert: frozenset[str] = frozenset()


def _type(honoured: str, inert: str = "") -> ResourceType:
    return ResourceType(frozenset(honoured.split()), frozenset(inert.split()))


HONOURED_TYPES: Final[Mapping[str, ResourceType]] = {
    "AWS::ApiGatewayV2::Api": _type(
        "Body CorsConfiguration Name ProtocolType RouteSelectionExpression",
        "Description DisableExecuteApiEndpoint FailOnWarnings IpAddressType Tags",
    ),
    "AWS::ApiGatewayV2::Integration": _type(
        "ApiId IntegrationType IntegrationUri IntegrationMethod PayloadFormatVersion",
        "CredentialsArn Description TimeoutInMillis",
    ),
    "AWS::ApiGatewayV2::Route": _type(
        "ApiId AuthorizationType RouteKey Target", "OperationName ApiKeyRequired"
    ),
    "AWS::ApiGatewayV2::Stage": _type(
        "ApiId StageName",
        "AccessLogSettings AutoDeploy DefaultRouteSettings DeploymentId Description RouteSettings "
        "Tags",
    ),
    "AWS::DynamoDB::Table": _type(
        "AttributeDefinitions BillingMode GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes "
        "ProvisionedThroughput StreamSpecification TableName TimeToLiveSpecification",
        "ContributorInsightsSpecification DeletionProtectionEnabled OnDemandThroughput "
        "PointInTimeRecoverySpecification ResourcePolicy SSESpecification TableClass Tags "
        "WarmThroughput",
    ),
    "AWS::Events::Rule": _type(
        "EventPattern Name ScheduleExpression State Targets", "Description RoleArn Tags"
    ),
    "AWS::KMS::Alias": _type("AliasName TargetKeyId"),
    "AWS::KMS::Key": _type(
        "KeySpec KeyUsage",
        "Description EnableKeyRotation Enabled KeyPolicy MultiRegion PendingWindowInDays "
        "RotationPeriodInDays Tags",
    ),
    "AWS::Lambda::Alias": _type(
        "FunctionName Name", "Description FunctionVersion ProvisionedConcurrencyConfig"
    ),
    "AWS::Lambda::EventInvokeConfig": _type(
        "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier"
    ),
    "AWS::Lambda::EventSourceMapping": _type(
        "BatchSize BisectBatchOnFunctionError DestinationConfig Enabled EventSourceArn "
        "FilterCriteria FunctionName FunctionResponseTypes MaximumBatchingWindowInSeconds "
        "MaximumRecordAgeInSeconds MaximumRetryAttempts ParallelizationFactor ScalingConfig "
        "StartingPosition",
        "KmsKeyArn MetricsConfig Tags TumblingWindowInSeconds",
    ),
    "AWS::Lambda::Function": _type(
        "Code Environment FunctionName Handler Layers LoggingConfig MemorySize PackageType "
        "ReservedConcurrentExecutions Runtime Timeout",
        "Architectures Description EphemeralStorage KmsKeyArn RecursiveLoop Role "
        "RuntimeManagementConfig SnapStart Tags TracingConfig",
    ),
    "AWS::Lambda::LayerVersion": _type(
        "Content LayerName",
        "CompatibleArchitectures CompatibleRuntimes Description LicenseInfo",
    ),
    "AWS::Lambda::Version": _type(
        "FunctionName",
        "CodeSha256 Description FunctionScalingConfig ProvisionedConcurrencyConfig RuntimePolicy",
    ),
    "AWS::S3::Bucket": _type(
        "BucketName",
        # moto lets every origin in, and keeps things as long as it runs.
        "AccessControl BucketEncryption CorsConfiguration IntelligentTieringConfigurations "
        "LifecycleConfiguration "
        "LoggingConfiguration ObjectLockConfiguration ObjectLockEnabled OwnershipControls "
        "PublicAccessBlockConfiguration Tags VersioningConfiguration",
    ),
    "AWS::SNS::Subscription": _type(
        "Endpoint FilterPolicy FilterPolicyScope Protocol RawMessageDelivery TopicArn",
        "DeliveryPolicy RedrivePolicy Region SubscriptionRoleArn",
    ),
    "AWS::SNS::Topic": _type(
        "ContentBasedDeduplication FifoTopic Subscription TopicName",
        "DataProtectionPolicy DisplayName KmsMasterKeyId Tags TracingConfig",
    ),
    "AWS::SQS::Queue": _type(
        "ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit "
        "MaximumMessageSize MessageRetentionPeriod QueueName ReceiveMessageWaitTimeSeconds "
        "RedrivePolicy VisibilityTimeout",
        "KmsDataKeyReusePeriodSeconds KmsMasterKeyId RedriveAllowPolicy SqsManagedSseEnabled Tags",
    ),
    "AWS::SSM::Parameter": _type(
        "Name Type Value", "AllowedPattern DataType Description Policies Tags Tier"
    ),
    "AWS::Scheduler::Schedule": _type(
        "Name ScheduleExpression State Target",
        "Description EndDate FlexibleTimeWindow GroupName KmsKeyArn ScheduleExpressionTimezone "
        "StartDate",
    ),
    "AWS::SecretsManager::Secret": _type(
        "GenerateSecretString Name SecretString", "Description KmsKeyId ReplicaRegions Tags"
    ),
    "AWS::StepFunctions::StateMachine": _type(
        "Definition DefinitionString DefinitionSubstitutions StateMachineName StateMachineType",
        "EncryptionConfiguration LoggingConfiguration RoleArn Tags TracingConfiguration",
    ),
}

_NOBODY_CHECKS = "nobody checks permissions on one machine"
_NOBODY_WATCHES = "nothing watches metrics on one machine"

INERT_TYPES: Final[Mapping[str, str]] = {
    "AWS::ApiGatewayV2::Deployment": "the template itself is what runs",
    "AWS::ApplicationInsights::Application": _NOBODY_WATCHES,
    "AWS::Budgets::Budget": "nothing costs anything here",
    "AWS::CloudWatch::Alarm": _NOBODY_WATCHES,
    "AWS::CloudWatch::AnomalyDetector": _NOBODY_WATCHES,
    "AWS::CloudWatch::CompositeAlarm": _NOBODY_WATCHES,
    "AWS::CloudWatch::Dashboard": _NOBODY_WATCHES,
    "AWS::IAM::InstanceProfile": _NOBODY_CHECKS,
    "AWS::IAM::ManagedPolicy": _NOBODY_CHECKS,
    "AWS::IAM::Policy": _NOBODY_CHECKS,
    "AWS::IAM::Role": _NOBODY_CHECKS,
    "AWS::IAM::RolePolicy": _NOBODY_CHECKS,
    "AWS::Lambda::Permission": _NOBODY_CHECKS,
    "AWS::Logs::LogGroup": "logs go to the terminal",
    "AWS::Logs::MetricFilter": _NOBODY_WATCHES,
    "AWS::Logs::QueryDefinition": "logs go to the terminal",
    "AWS::Logs::ResourcePolicy": _NOBODY_CHECKS,
    "AWS::ResourceGroups::Group": "a grouping changes nothing",
    "AWS::S3::BucketPolicy": _NOBODY_CHECKS,
    "AWS::SNS::TopicPolicy": _NOBODY_CHECKS,
    "AWS::SQS::QueuePolicy": _NOBODY_CHECKS,
    "AWS::Scheduler::ScheduleGroup": "a grouping changes nothing",
    "AWS::SecretsManager::ResourcePolicy": _NOBODY_CHECKS,
    "AWS::XRay::Group": _NOBODY_WATCHES,
}


def refuse_what_cannot_run(resources: Mapping[str, Resource]) -> None:
    """Raise one error that names every resource and property the local stack does not know."""
    refusals = [refusal for resource in resources.values() for refusal in _refusals(resource)]
    if refusals:
        message = "the local stack cannot run this template:\n" + "\n".join(
            f"  - {refusal}" for refusal in refusals
        )
        raise TemplateError(message)


def _refusals(resource: Resource) -> list[str]:
    if resource.type in INERT_TYPES:
        return []
    known = HONOURED_TYPES.get(resource.type)
    if known is None:
        return [f"{resource.logical_id}: no local stand-in for {resource.type}"]
    unknown = sorted(set(resource.properties) - known.honoured - known.inert)
    return [
        f"{resource.logical_id}: property {name} of {resource.type} is not supported locally"
        for name in unknown
    ] + _refused_values(resource)


def _refused_values(resource: Resource) -> list[str]:
    properties: Mapping[str, Any] = resource.properties
    refused = []
    match resource.type:
        case "AWS::Lambda::Function":
            runtime = properties.get("Runtime", "")
            if not str(runtime).startswith("python3."):
                refused.append(
                    f"{resource.logical_id}: runtime {runtime!r}; only Python runs here"
                )
        case "AWS::ApiGatewayV2::Route":
            kind = properties.get("AuthorizationType", "NONE")
            if kind not in ("NONE", "AWS_IAM"):
                refused.append(f"{resource.logical_id}: AuthorizationType {kind!r} of a route")
        case "AWS::ApiGatewayV2::Integration":
            kind = properties.get("IntegrationType")
            if kind != "AWS_PROXY":
                refused.append(f"{resource.logical_id}: IntegrationType {kind!r}; only AWS_PROXY")
        case _:
            pass
    return refused
