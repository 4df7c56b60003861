"""One call of an operation, and what an operation makes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.ses.account import Account

Result = dict[str, Any]
"""An answer by the API's own names; it is checked against the model before it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who asks for what; `parameters` are checked and carry the API's own names."""

    account: Account
    parameters: Mapping[str, Any]
    caller: str
    """ARN of the caller."""
    source_ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a call will do, and the permission that the caller needs for it.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
    """

    run: Callable[[], Result]
    resources: Sequence[str]
    action: str | None = None
    """The IAM action where it is not `ses:` and the operation's name."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """Condition keys beside `ses:ApiVersion`."""
    also: Sequence[str] = ()
    """Further actions that the caller may need on the same resources."""


Operation = Callable[[Call], Plan]
"""Plans a call without doing anything yet."""


def on_account(run: Callable[[Call], Result]) -> Operation:
    """An operation that IAM knows only as a whole."""
    return lambda call: Plan(run=lambda: run(call), resources=["*"])


def on_identity(run: Callable[[Call], Result]) -> Operation:
    """An operation on the identity that the call names."""

    def plan(call: Call) -> Plan:
        name = call.parameters["EmailIdentity"].lower()
        return Plan(
            run=lambda: run(call),
            resources=[call.account.arn("identity", name)],
            context=_tags(call, name),
            also=["ses:TagResource"] if call.parameters.get("Tags") else (),
        )

    return plan


def _tags(call: Call, name: str) -> Mapping[str, str]:
    """The condition keys of tags: those that the identity has, and those that the call gives it.

    Sending knows no such keys: https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    identity = call.account.identities.find(name)
    kinds = {
        "aws:ResourceTag": identity.tags if identity else (),
        "aws:RequestTag": call.parameters.get("Tags", ()),
    }
    return {f"{kind}/{tag['Key']}": tag["Value"] for kind, tags in kinds.items() for tag in tags}


def on_configuration_set(run: Callable[[Call], Result]) -> Operation:
    """An operation on the configuration set that the call names."""

    def plan(call: Call) -> Plan:
        name = call.parameters["ConfigurationSetName"]
        return Plan(run=lambda: run(call), resources=[call.account.arn("configuration-set", name)])

    return plan
