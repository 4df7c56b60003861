"""How the tests read a synthesised template."""

from collections.abc import Iterator
from typing import Any

Template = dict[str, Any]

LANES = ("TRANSACTIONAL", "MARKETING")


def resources(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def only(template: Template, kind: str) -> tuple[str, dict[str, Any]]:
    """Logical id and properties of the one resource of a type."""
    ((logical_id, properties),) = resources(template, kind).items()
    return logical_id, properties


def function(template: Template, name: str) -> tuple[str, dict[str, Any]]:
    """Logical id and properties of the function whose code is `<name>/handler.py`."""
    ((logical_id, properties),) = [
        found
        for found in resources(template, "AWS::Lambda::Function").items()
        if found[1]["Handler"] == f"{name}.handler.handler"
    ]
    return logical_id, properties


def variables(template: Template, name: str) -> dict[str, Any]:
    """The environment of a function."""
    environment: dict[str, Any] = function(template, name)[1]["Environment"]["Variables"]
    return environment


def statements(template: Template, name: str) -> list[dict[str, Any]]:
    """What the role of a function may do."""
    return role_statements(template, target(function(template, name)[1]["Role"]))


def role_statements(template: Template, role: str) -> list[dict[str, Any]]:
    """What a role may do, by its logical id."""
    return [
        statement
        for policy in resources(template, "AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def subscription(template: Template, protocol: str) -> tuple[str, dict[str, Any]]:
    """Logical id and properties of the topic's one subscription of a protocol."""
    (found,) = [
        (logical_id, each)
        for logical_id, each in resources(template, "AWS::SNS::Subscription").items()
        if each["Protocol"] == protocol
    ]
    return found


def events_topic(template: Template) -> str:
    """Logical id of the topic that SES publishes to."""
    return only(template, "AWS::SNS::Topic")[0]


def mappings(template: Template, name: str) -> list[dict[str, Any]]:
    """The event source mappings of a function."""
    logical_id, _ = function(template, name)
    return [
        each
        for each in resources(template, "AWS::Lambda::EventSourceMapping").values()
        if target(each["FunctionName"]) == logical_id
    ]


def lane_queue(template: Template, lane: str, *, name: str = "send") -> str:
    """Logical id of a lane's queue, by what a function is told; `lane` as in LANES."""
    return target(variables(template, name)[f"BELLHOP_{lane}_QUEUE_URL"])


def lane_configuration_set(template: Template, lane: str) -> str:
    """Logical id of the configuration set that `send` is told to use for a lane."""
    return target(variables(template, "send")[f"BELLHOP_{lane}_CONFIGURATION_SET"])


def arn(logical_id: str) -> dict[str, list[str]]:
    """How a template refers to the ARN of one of its resources."""
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def target(reference: Any) -> str:
    """The logical id that a Ref or Fn::GetAtt refers to."""
    logical_id: str = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
    return logical_id


def as_list(value: Any) -> list[Any]:
    """A policy's Action or Resource, which is a list only when there are several."""
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """A string property with its tokens written as ${…}."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        joined: str = separator.join(text(part) for part in parts)
        return joined
    if "Fn::GetAtt" in value:
        return "${" + ".".join(value["Fn::GetAtt"]) + "}"
    return "${" + value["Ref"] + "}"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a template with its path, whose steps are separated by slashes."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{path}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, f"{path}/{index}")
    else:
        yield path, value
