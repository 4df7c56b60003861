"""Writes docs/privileges.md: who may do what, why, and how that is proved.

Run `python -m tests.infra.privileges` after a change of grants; a test compares the two. Actions
and resources come from the synthesised template, proofs from the tests.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra import ROOT
from infra.archive import ON_BUCKET, ON_OBJECTS, ON_STREAM
from infra.stack import BellhopStack
from infra.stage_file import load_stage
from tests.end_to_end.test_grants import FUNCTIONS, PROBES
from tests.infra.templates import (
    Template,
    as_list,
    resources,
    role_statements,
    statements,
    text,
)

REPORT = ROOT / "docs" / "privileges.md"
COMMAND = "python -m tests.infra.privileges"

_LOG = {
    "logs:CreateLogStream": "Each instance of the function writes a stream of its own.",
    "logs:PutLogEvents": "Log lines, and with them the metrics.",
}
_POLL = {
    "sqs:ReceiveMessage": "Lambda's poller takes messages in the function's name.",
    "sqs:DeleteMessage": "Lambda's poller deletes what the function has done.",
    "sqs:GetQueueAttributes": "Lambda's poller looks how much is waiting.",
}
WHY: dict[str, dict[str, str]] = {
    "api": {
        **_LOG,
        "dynamodb:BatchGetItem": "A page of the emails that a reference of the CRM's leads to.",
        "dynamodb:GetItem": "Key, sender, request and record: each is found by its whole key.",
        "dynamodb:PutItem": "A request is written once, before it is enqueued.",
        "dynamodb:Query": "A contact with its newest emails is one partition.",
        "dynamodb:UpdateItem": (
            "A setting is changed, a suppression is lifted, an email that waits is cancelled."
        ),
        "ses:DeleteSuppressedDestination": (
            "A lifted suppression leaves SES's list too, which has no ARN; API version 2 only."
        ),
        "sqs:SendMessage": "An accepted email goes into its lane's queue, a sender into another.",
    },
    "send": {
        **_LOG,
        **_POLL,
        "dynamodb:GetItem": "Before each email, the contact (may it be mailed?) and its sender.",
        "dynamodb:PutItem": "The claim makes the delivery record before SES is called.",
        "dynamodb:Query": "Which stops stand, once an email went through.",
        "dynamodb:DeleteItem": "A stop that is over is forgotten.",
        "ses:GetAccount": "The rate that SES grants, which has no ARN; API version 2 only.",
        "dynamodb:UpdateItem": "What SES answered: sent, failed, uncertain, or released again.",
        "ses:GetEmailIdentity": "An email remembers whether its sender's DKIM and MAIL FROM held.",
        "sqs:ChangeMessageVisibility": "A throttled email comes again when the wait is over.",
        "sqs:SendMessage": "What keeps failing is put aside, with its reason.",
        "ses:SendRawEmail": (
            "SES asks for the identity and for the configuration set; raw content is authorised"
            " under this name in API version 2 too. Domains that come at run time are any identity,"
            " which SES narrows to those of the tenant."
        ),
    },
    "onboard": {
        **_LOG,
        **_POLL,
        "dynamodb:GetItem": "The sender is read before each step: is this wish still the newest?",
        "dynamodb:UpdateItem": "What SES says of the sender is written down.",
        "dynamodb:DeleteItem": "A removed sender goes, and with it its claim of the domain.",
        "sqs:ChangeMessageVisibility": "A domain that waits for its records is looked at later.",
        "sqs:SendMessage": "Each look at a verified domain queues the next one.",
        "ses:GetEmailIdentity": "Whether the domain is there, whose it is, and how far its DKIM.",
        "ses:CreateEmailIdentity": "A new domain gets its identity, tagged for the hotel's tenant.",
        "ses:TagResource": "SES asks for it beside the former, since the identity is tagged.",
        "ses:PutEmailIdentityFeedbackAttributes": "Bounces come as events, not by email.",
        "ses:PutEmailIdentityMailFromAttributes": "Returned email has a name of the hotel's own.",
        "ses:DeleteEmailIdentity": "A removed domain, or one never proven, leaves nothing behind.",
        "ses:CreateTenant": "A new hotel is a tenant of its own.",
        "ses:ListTenantResources": "What the hotel may use already.",
        "ses:CreateTenantResourceAssociation": "The hotel may use its domain and both lanes' sets.",
        "ses:DeleteTenantResourceAssociation": "Before an identity can be deleted.",
    },
    "handover": {
        **_LOG,
        "dynamodb:GetItem": "A link leads to its sender; no contact, email or request is read.",
    },
    "ingest": {
        **_LOG,
        **_POLL,
        "dynamodb:GetItem": (
            "Whether the record knows already what a Send event says; how the hotel counts bounces."
        ),
        "dynamodb:PutItem": "A contact is written when it becomes suppressed.",
        "dynamodb:Query": "A bounce is weighed with earlier ones; whether a hotel is gone.",
        "dynamodb:UpdateItem": "A fact joins the delivery record.",
        "sqs:SendMessage": "An event that cannot be read is parked with its reason.",
    },
}
KINDS = {
    "AWS::DynamoDB::Table": "the table",
    "AWS::Logs::LogGroup": "its log group",
    "AWS::SES::ConfigurationSet": "the configuration set",
    "AWS::SQS::Queue": "a queue",
}
# What an ARN of SES's is, by what stands in it; the first that fits.
SES_KINDS = {
    ":identity/*": "any identity",
    ":identity/": "the sender's identity",
    ":tenant/": "the stage's tenants",
    ":configuration-set/": "the configuration set",
    "*": "the account",
}
# What a grant on several of a kind is on: each is there for a lane.
SEVERAL = {
    "a queue": "each lane's queue",
    "the configuration set": "each lane's configuration set",
}
# What a statement of a service's role is on.
ROLE_KINDS = {
    "FindBucket": "the archive",
    "WriteEvents": "the archive's objects",
    "PutEvents": "the archive's stream",
}
# Who else may do something to a resource of the stack: principal and action, then why and the test.
SERVICES: dict[tuple[str, str], tuple[str, str]] = {
    ("apigateway.amazonaws.com", "lambda:InvokeFunction"): (
        "The HTTP API calls the function of each route; from this API only.",
        "test_wiring.py, test_every_route_of_the_api_leads_to_its_function",
    ),
    ("ses.amazonaws.com", "sns:Publish"): (
        "SES publishes events; for this account and the lanes' configuration sets only.",
        "test_wiring.py, test_only_ses_with_our_configuration_sets_may_publish",
    ),
    ("ses.amazonaws.com", "kms:GenerateDataKey, kms:Decrypt"): (
        "The topic is encrypted, and SES publishes to it.",
        "test_protection.py, test_ses_alone_may_use_the_topics_key_beside_the_account",
    ),
    ("sns.amazonaws.com", "sqs:SendMessage"): (
        "The topic feeds the event queue, and each subscription its dead-letter queue; from this"
        " topic only.",
        "test_wiring.py, test_ses_events_reach_the_queue_raw_or_are_kept",
    ),
    ("firehose.amazonaws.com", ", ".join(ON_BUCKET)): (
        "Firehose looks for the bucket; these are the actions that AWS documents for it.",
        "test_archive.py, test_firehose_may_write_to_the_archive_and_sns_to_firehose",
    ),
    ("firehose.amazonaws.com", ", ".join(ON_OBJECTS)): (
        "Firehose writes objects of events, large ones in parts; documented likewise.",
        "test_archive.py, test_firehose_may_write_to_the_archive_and_sns_to_firehose",
    ),
    ("sns.amazonaws.com", ", ".join(ON_STREAM)): (
        "SNS hands each event to Firehose, one or several at once.",
        "test_archive.py, test_firehose_may_write_to_the_archive_and_sns_to_firehose",
    ),
    ("this account", "kms:*"): (
        "Without it nobody could administer the key; the account's own policies decide who.",
        "test_protection.py, test_ses_alone_may_use_the_topics_key_beside_the_account",
    ),
}
OPENING = f"""\
# Who may do what

Written by `{COMMAND}` from the synthesised template of the stage dev; a test fails
when they differ.
A wildcard stands only where no deployment can know the name, with a condition or a reason, and for
the names that Firehose gives its objects; no role has a managed policy, and each function has a
role of its own (`tests/infra/test_grants.py`).

## The functions

*Proof*: the probe of `tests/end_to_end/test_grants.py` that does what the grant is for. It works
with all grants and meets a refusal when this one alone is taken away, on any resource that it
names. The embedded AWS enforces the role, so a call that no grant allows fails there as well.
*used*: `tests/end_to_end/test_used_grants.py` shows that the calls made are these and no others.

| Function | Action | On | Why | Proof |
|---|---|---|---|---|
"""
SERVICES_OPENING = """
## AWS's services

| Who | Action | On | Why | Proof, in tests/infra |
|---|---|---|---|---|
"""
CLOSING = """
Queues, topic and archive refuse whatever does not use TLS, whoever asks
(`tests/infra/test_protection.py`, `tests/infra/test_archive.py`).
The person who deploys uses the roles of `cdk bootstrap`; `python -m ops` uses that person's own
credentials and needs the table, reading the archive, CloudFormation and SES, and associating SES's
tenants.
"""


def report(template: Template) -> str:
    """The report about a template of the stage dev."""
    functions = [_row(*cells) for name in FUNCTIONS for cells in _grants(template, name)]
    services = [_row(*cells) for cells in sorted(set(_services(template)))]
    return "".join([OPENING, *functions, SERVICES_OPENING, *services, CLOSING])


def _grants(template: Template, name: str) -> Iterator[tuple[str, ...]]:
    for statement in statements(template, name):
        kinds = Counter(_kind(template, each) for each in as_list(statement["Resource"]))
        on = ", ".join(
            SEVERAL.get(kind, kind) if number > 1 else kind for kind, number in kinds.items()
        )
        for action in as_list(statement["Action"]):
            on_what, why = on + _limits(statement), WHY[name][action]
            yield f"`{name}`", f"`{action}`", on_what, why, _proof(name, action)


def _proof(name: str, action: str) -> str:
    probe = PROBES.get((name, action))
    return f"`{probe.__qualname__.partition('.')[0]}`" if probe else "used"


def _kind(template: Template, resource: Any) -> str:
    if "Fn::GetAtt" in resource:
        return KINDS[template["Resources"][resource["Fn::GetAtt"][0]]["Type"]]
    arn = text(resource)
    return next(kind for part, kind in SES_KINDS.items() if part in arn)


def _limits(statement: dict[str, Any]) -> str:
    """The conditions of a statement, in words."""
    conditions = statement.get("Condition", {}).values()
    return "".join(
        f", if `{key}` is {' or '.join(f'`{each}`' for each in as_list(value))}"
        for keys in conditions
        for key, value in keys.items()
    )


def _services(template: Template) -> Iterator[tuple[str, ...]]:
    for on, statement in _resource_policies(template):
        if statement["Effect"] == "Deny":
            continue
        who = statement["Principal"].get("Service", "this account")
        action = ", ".join(as_list(statement["Action"]))
        why, proof = SERVICES[who, action]
        yield who, f"`{action}`", on, why, proof


def _resource_policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    policies = {
        "AWS::SNS::TopicPolicy": ("the topic", "PolicyDocument"),
        "AWS::SQS::QueuePolicy": ("a queue", "PolicyDocument"),
        "AWS::KMS::Key": ("the topic's key", "KeyPolicy"),
        "AWS::S3::BucketPolicy": ("the archive", "PolicyDocument"),
    }
    for kind, (on, member) in policies.items():
        for properties in resources(template, kind).values():
            for statement in properties[member]["Statement"]:
                yield on, statement
    for logical_id, properties in resources(template, "AWS::IAM::Role").items():
        (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
        if trust["Principal"] != {"Service": "lambda.amazonaws.com"}:
            for statement in role_statements(template, logical_id):
                yield ROLE_KINDS[statement["Sid"]], {**statement, "Principal": trust["Principal"]}
    for properties in resources(template, "AWS::Lambda::Permission").values():
        principal = {"Service": properties["Principal"]}
        action = properties["Action"]
        called = template["Resources"][properties["FunctionName"]["Fn::GetAtt"][0]]["Properties"]
        name = called["Handler"].partition(".")[0]
        yield f"`{name}`", {"Effect": "Allow", "Principal": principal, "Action": action}


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Writes the report."""
    stage = load_stage("dev")
    with tempfile.TemporaryDirectory() as directory:
        app = App(
            analytics_reporting=False,
            outdir=directory,
            context={"aws:cdk:bundling-stacks": []},
        )
        BellhopStack(app, stage=stage)
        app.synth()
        template = json.loads(Path(directory, f"{stage.stack_name}.template.json").read_text())
    REPORT.write_text(report(template), encoding="utf-8")


if __name__ == "__main__":
    main()
