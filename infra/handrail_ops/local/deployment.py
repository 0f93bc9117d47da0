"""Creates the resources of a template in the local AWS, and knows what each is called there.

A resource is created when something first refers to it, so the order of the template does not
matter. Functions, layers, APIs and roles have names that are known before anything exists; that is
what allows a queue's policy to name a function whose environment names the queue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.config import Config

from handrail_ops.local.aws_processes import ACCOUNT, REGION
from handrail_ops.local.expressions import Expressions
from handrail_ops.local.invocations import function_arn
from handrail_ops.local.resource_types import INERT_TYPES, refuse_what_cannot_run
from handrail_ops.local.template import Resource, Template, TemplateError

_SUBSTITUTION: Final = re.compile(r"\$\{[^}]+\}")
_STACK_NAME: Final = "handrail"
_BROADEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Created:
    """What `Ref` and `Fn::GetAtt` answer for one resource."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def client(service: str, environment: Mapping[str, str], **options: Any) -> Any:
    """A boto3 client for the local AWS, whatever this process's own environment says."""
    name = _ENDPOINT_NAMES.get(service, service.upper())
    endpoint = options.pop("endpoint", None) or environment.get(f"AWS_ENDPOINT_URL_{name}")
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=REGION,
        endpoint_url=endpoint or environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(
            inject_host_prefix=False,
            read_timeout=options.pop("read_timeout", 60),
            retries={"total_max_attempts": options.pop("attempts", 3), "mode": "standard"},
            max_pool_connections=64,
        ),
    )


_ENDPOINT_NAMES: Final = {
    "stepfunctions": "SFN",
    "dynamodbstreams": "DYNAMODB_STREAMS",
    "logs": "CLOUDWATCH_LOGS",
}


class Deployment:
    """The resources of one template; also the `References` that its expressions ask."""

    def __init__(
        self, template: Template, environment: Mapping[str, str], gateway_address: str
    ) -> None:
        self.template = template
        self._environment = environment
        self._gateway_address = gateway_address
        self._created: dict[str, Created] = {}
        self._under_way: list[str] = []
        self._clients: dict[str, Any] = {}
        self.expressions = Expressions(template, self, _STACK_NAME)
        self.resources: Mapping[str, Resource] = {
            logical_id: resource
            for logical_id, resource in template.resources.items()
            if resource.condition is None or self.expressions.holds(resource.condition)
        }
        refuse_what_cannot_run(self.resources)
        self._creators: Mapping[str, Callable[[Resource, dict[str, Any]], Created]] = {
            "AWS::DynamoDB::Table": self._table,
            "AWS::Events::Rule": self._rule,
            "AWS::KMS::Alias": self._key_alias,
            "AWS::KMS::Key": self._key,
            "AWS::S3::Bucket": self._bucket,
            "AWS::SNS::Subscription": self._subscription,
            "AWS::SNS::Topic": self._topic,
            "AWS::SQS::Queue": self._queue,
            "AWS::SSM::Parameter": self._parameter,
            "AWS::Scheduler::Schedule": self._rule,
            "AWS::SecretsManager::Secret": self._secret,
            "AWS::StepFunctions::StateMachine": self._state_machine,
        }

    def create_all(self) -> None:
        """Create everything that exists in the local AWS."""
        for logical_id in self.resources:
            self._reach(logical_id)

    def ref(self, logical_id: str) -> str:
        """What `Ref` answers; the resource is created if it was not."""
        return self._reach(logical_id).ref

    def attribute(self, logical_id: str, name: str) -> str:
        """What `Fn::GetAtt` answers; the resource is created if it was not."""
        created = self._reach(logical_id)
        if name not in created.attributes:
            kind = self.resources[logical_id].type
            known = ", ".join(sorted(created.attributes)) or "none"
            message = f"{logical_id} ({kind}) has no attribute {name} locally; it has: {known}"
            raise TemplateError(message)
        return created.attributes[name]

    def properties(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource, resolved, with addresses that work on this machine."""
        resolved = self.expressions.resolve(dict(self.resources[logical_id].properties))
        localised: dict[str, Any] = self.localise(resolved)
        return localised

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resolved properties of all resources of a type, by logical id."""
        return {
            logical_id: self.properties(logical_id)
            for logical_id, resource in self.resources.items()
            if resource.type == kind
        }

    def outputs(self) -> dict[str, str]:
        """The outputs of the template."""
        return {
            name: self.localise(self.expressions.resolve(output["Value"]))
            for name, output in self.template.outputs.items()
            if "Condition" not in output or self.expressions.holds(output["Condition"])
        }

    def localise(self, value: Any) -> Any:
        """Replace the addresses of API Gateway and S3 by this machine's, in all strings."""
        match value:
            case str():
                local = self._execute_api.sub(self._local_address, value)
                return self._s3.sub(lambda _: self._environment["AWS_ENDPOINT_URL"], local)
            case list():
                return [self.localise(part) for part in value]
            case dict():
                return {name: self.localise(part) for name, part in value.items()}
            case _:
                return value

    _execute_api = re.compile(r"(https|wss)://[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
    # Here a bucket is a path, not a host.
    _s3 = re.compile(r"https://[a-z0-9.-]+\.s3\.[a-z0-9-]+\.amazonaws\.com")

    def _local_address(self, found: re.Match[str]) -> str:
        return ("ws" if found[1] == "wss" else "http") + f"://{self._gateway_address}"

    def _aws(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = client(service, self._environment)
        return self._clients[service]

    def _reach(self, logical_id: str) -> Created:
        if logical_id in self._created:
            return self._created[logical_id]
        resource = self.resources.get(logical_id)
        if resource is None:
            message = f"the template refers to {logical_id}, which it does not have"
            raise TemplateError(message)
        announced = self._announce(resource)
        if announced is None:
            if logical_id in self._under_way:
                cycle = " -> ".join([*self._under_way, logical_id])
                message = f"these resources need each other to be created: {cycle}"
                raise TemplateError(message)
            self._under_way.append(logical_id)
            announced = self._creators[resource.type](resource, self.properties(logical_id))
            self._under_way.pop()
        self._created[logical_id] = announced
        return announced

    def name(self, resource: Resource, given: object = None, suffix: str = "") -> str:
        """The physical name: the template's own, or the stack's and the resource's."""
        if isinstance(given, str) and given:
            return given
        return f"{_STACK_NAME}-{resource.logical_id}"[: _BROADEST_NAME - len(suffix)] + suffix

    def _announce(self, resource: Resource) -> Created | None:
        """The answers of resources whose names are known before they exist."""
        properties = resource.properties
        match resource.type:
            case "AWS::Lambda::Function":
                given = self.expressions.resolve(properties.get("FunctionName"))
                name = self.name(resource, given)
                return Created(name, {"Arn": function_arn(name)})
            case "AWS::Lambda::LayerVersion":
                arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{resource.logical_id}:1"
                return Created(arn, {"LayerVersionArn": arn})
            case "AWS::Lambda::Version":
                arn = function_arn(self.expressions.resolve(properties["FunctionName"])) + ":1"
                return Created(arn, {"Version": "1", "FunctionArn": arn})
            case "AWS::Lambda::Alias":
                function = self.expressions.resolve(properties["FunctionName"])
                arn = f"{function_arn(function)}:{self.expressions.resolve(properties['Name'])}"
                return Created(arn, {"AliasArn": arn})
            case "AWS::ApiGatewayV2::Api":
                return self._announce_api(resource)
            case "AWS::ApiGatewayV2::Stage":
                return Created(str(self.expressions.resolve(properties["StageName"])))
            case "AWS::Logs::LogGroup":
                given = self.expressions.resolve(properties.get("LogGroupName"))
                name = self.name(resource, given)
                arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
                return Created(name, {"Arn": f"{arn}:*", "LogGroupArn": arn})
            case kind if kind in self._creators:
                return None
            case kind:
                name = self.name(resource)
                service = kind.split("::")[1].lower()
                arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"
                where = {"Arn": arn, "Id": name} if kind in INERT_TYPES else {}
                return Created(name, where)

    def _announce_api(self, resource: Resource) -> Created:
        identifier = re.sub(r"[^a-z0-9]", "", resource.logical_id.lower())
        scheme = "ws" if resource.properties.get("ProtocolType") == "WEBSOCKET" else "http"
        endpoint = f"{scheme}://{self._gateway_address}"
        return Created(identifier, {"ApiId": identifier, "ApiEndpoint": endpoint})

    def _queue(self, resource: Resource, properties: dict[str, Any]) -> Created:
        fifo = bool(properties.get("FifoQueue"))
        name = self.name(resource, properties.pop("QueueName", None), ".fifo" if fifo else "")
        inert = ("Tags", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy")
        attributes = {
            key: _attribute_text(value)
            for key, value in properties.items()
            if key not in inert and value is not None
        }
        url = self._aws("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        return Created(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def _table(self, resource: Resource, properties: dict[str, Any]) -> Created:
        name = self.name(resource, properties.get("TableName"))
        wanted = (
            "AttributeDefinitions",
            "BillingMode",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "ProvisionedThroughput",
        )
        arguments = {key: properties[key] for key in wanted if key in properties}
        if stream := properties.get("StreamSpecification"):
            view = stream["StreamViewType"]
            arguments["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
        dynamodb = self._aws("dynamodb")
        table = dynamodb.create_table(TableName=name, **arguments)["TableDescription"]
        if lifetime := properties.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=lifetime)
        attributes = {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}
        return Created(name, {key: value for key, value in attributes.items() if value})

    def _state_machine(self, resource: Resource, properties: dict[str, Any]) -> Created:
        definition = properties.get("DefinitionString")
        if definition is None:
            definition = json.dumps(properties.get("Definition"))
        for key, value in (properties.get("DefinitionSubstitutions") or {}).items():
            definition = definition.replace(f"${{{key}}}", str(value))
        if left := sorted(set(_SUBSTITUTION.findall(definition))):
            message = f"{resource.logical_id}: its definition has unresolved {', '.join(left)}"
            raise TemplateError(message)
        if '"JSONata"' in definition:
            message = f"{resource.logical_id}: JSONata cannot be evaluated locally; use JSONPath"
            raise TemplateError(message)
        name = self.name(resource, properties.get("StateMachineName"))
        try:
            created = self._aws("stepfunctions").create_state_machine(
                name=name,
                definition=definition,
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/{name}",
                type=properties.get("StateMachineType", "STANDARD"),
            )
        except self._aws("stepfunctions").exceptions.InvalidDefinition as error:
            message = f"{resource.logical_id}: Step Functions refuses its definition: {error}"
            raise TemplateError(message) from error
        arn = created["stateMachineArn"]
        return Created(arn, {"Arn": arn, "Name": name})

    def _secret(self, resource: Resource, properties: dict[str, Any]) -> Created:
        secrets = self._aws("secretsmanager")
        text = properties.get("SecretString", "")
        if rules := properties.get("GenerateSecretString"):
            rules = dict(rules)
            template = rules.pop("SecretStringTemplate", None)
            key = rules.pop("GenerateStringKey", None)
            text = secrets.get_random_password(**rules)["RandomPassword"]
            if template is not None:
                text = json.dumps({**json.loads(template), key: text})
        name = self.name(resource, properties.get("Name"))
        arn = secrets.create_secret(Name=name, SecretString=text)["ARN"]
        return Created(arn, {"Id": arn})

    def _parameter(self, resource: Resource, properties: dict[str, Any]) -> Created:
        name = self.name(resource, properties.get("Name"))
        kind, value = properties.get("Type", "String"), properties["Value"]
        self._aws("ssm").put_parameter(Name=name, Type=kind, Value=str(value))
        return Created(name, {"Type": kind, "Value": str(value)})

    def _topic(self, resource: Resource, properties: dict[str, Any]) -> Created:
        fifo = bool(properties.get("FifoTopic"))
        name = self.name(resource, properties.get("TopicName"), ".fifo" if fifo else "")
        attributes = {
            key: _attribute_text(properties[key])
            for key in ("FifoTopic", "ContentBasedDeduplication")
            if key in properties
        }
        arn = self._aws("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
        for subscription in properties.get("Subscription") or []:
            self._subscribe(resource.logical_id, arn, subscription)
        return Created(arn, {"TopicArn": arn, "TopicName": name})

    def _subscription(self, resource: Resource, properties: dict[str, Any]) -> Created:
        arn = self._subscribe(resource.logical_id, properties["TopicArn"], properties)
        return Created(arn, {"Arn": arn})

    def _subscribe(self, logical_id: str, topic: str, subscription: Mapping[str, Any]) -> str:
        protocol = subscription["Protocol"]
        if protocol not in ("sqs", "email", "email-json", "sms"):
            message = (
                f"{logical_id}: a subscription of protocol {protocol!r} has no local stand-in"
            )
            raise TemplateError(message)
        attributes = {
            key: _attribute_text(subscription[key])
            for key in ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")
            if key in subscription
        }
        arn: str = self._aws("sns").subscribe(
            TopicArn=topic,
            Protocol=protocol,
            Endpoint=subscription["Endpoint"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return arn

    def _bucket(self, resource: Resource, properties: dict[str, Any]) -> Created:
        name = self.name(resource, properties.get("BucketName")).lower()
        self._aws("s3").create_bucket(Bucket=name)
        host = f"{name}.s3.amazonaws.com"
        return Created(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": host})

    def _key(self, resource: Resource, properties: dict[str, Any]) -> Created:
        arguments = {key: properties[key] for key in ("KeySpec", "KeyUsage") if key in properties}
        description = self.name(resource)
        key = self._aws("kms").create_key(Description=description, **arguments)["KeyMetadata"]
        return Created(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})

    def _key_alias(self, resource: Resource, properties: dict[str, Any]) -> Created:
        del resource
        name = properties["AliasName"]
        self._aws("kms").create_alias(AliasName=name, TargetKeyId=properties["TargetKeyId"])
        return Created(name)

    def _rule(self, resource: Resource, properties: dict[str, Any]) -> Created:
        # Rules and schedules are run by the stack itself: moto's never fire.
        name = self.name(resource, properties.get("Name"))
        kind = "rule" if resource.type == "AWS::Events::Rule" else "schedule/default"
        service = "events" if resource.type == "AWS::Events::Rule" else "scheduler"
        return Created(name, {"Arn": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}/{name}"})


def _attribute_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return json.dumps(value)
        case _:
            return str(value)
