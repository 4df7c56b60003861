"""What each function may do: exactly this, on exactly these resources."""

from typing import Any

import pytest

from tests.infra.templates import (
    LANES,
    Template,
    arn,
    as_list,
    function,
    lane_configuration_set,
    lane_queue,
    mappings,
    only,
    resources,
    statements,
    subscription,
    target,
    text,
)

FUNCTIONS = ["api", "send", "ingest"]

Grants = dict[str, tuple[set[str], list[Any]]]


def grants(template: Template, name: str) -> Grants:
    """Actions and resources by the statement's Sid."""
    return {
        each["Sid"]: (set(as_list(each["Action"])), as_list(each["Resource"]))
        for each in statements(template, name)
    }


def table(template: Template) -> dict[str, list[str]]:
    return arn(only(template, "AWS::DynamoDB::Table")[0])


def log(template: Template, name: str) -> dict[str, list[str]]:
    return arn(target(function(template, name)[1]["LoggingConfig"]["LogGroup"]))


def queue(template: Template, name: str, variable: str) -> dict[str, list[str]]:
    """The ARN of the queue whose URL the function reads from a variable."""
    return arn(target(function(template, name)[1]["Environment"]["Variables"][variable]))


def consumed(template: Template, name: str) -> list[Any]:
    """The ARNs of the queues that feed a function."""
    return [mapping["EventSourceArn"] for mapping in mappings(template, name)]


CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# What has no ARN: IAM knows it on the account as a whole only.
ON_ACCOUNT = {"ses:DeleteSuppressedDestination", "ses:GetAccount"}
WRITE_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_api_reads_and_accepts_and_enqueues(template: Template) -> None:
    assert grants(template, "api") == {
        "WriteLog": (WRITE_LOG, [log(template, "api")]),
        "ReadAndAcceptRequests": (
            {
                "dynamodb:BatchGetItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            },
            [table(template)],
        ),
        "LiftSuppressions": ({"ses:DeleteSuppressedDestination"}, ["*"]),
        "EnqueueEmails": (
            {"sqs:SendMessage"},
            [arn(lane_queue(template, lane, name="api")) for lane in LANES],
        ),
    }


def test_send_claims_and_sends_with_its_identities_and_configuration_set(
    template: Template,
) -> None:
    lanes = [arn(lane_queue(template, lane)) for lane in LANES]
    names = [f"BELLHOP_{lane}_DEAD_LETTER_QUEUE_URL" for lane in LANES]
    dead_letters = [queue(template, "send", name) for name in names]
    found = grants(template, "send")
    actions, sending_resources = found.pop("SendEmails")
    asked, identities = found.pop("AskForIdentities")
    assert found == {
        "WriteLog": (WRITE_LOG, [log(template, "send")]),
        "ConsumeQueue": (CONSUME, lanes),
        "DelayRetry": ({"sqs:ChangeMessageVisibility"}, lanes),
        "ParkEmails": ({"sqs:SendMessage"}, dead_letters),
        "ClaimEmails": (
            {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
            [table(template)],
        ),
        "AskForRate": ({"ses:GetAccount"}, ["*"]),
        "LiftStops": ({"dynamodb:Query", "dynamodb:DeleteItem"}, [table(template)]),
    }
    assert consumed(template, "send") == lanes
    assert actions == {"ses:SendRawEmail"}
    configuration_sets = [lane_configuration_set(template, lane) for lane in LANES]
    assert set(configuration_sets) == set(resources(template, "AWS::SES::ConfigurationSet"))
    # The stage pins account and region, so its ARNs are whole.
    ses = "arn:${AWS::Partition}:ses:eu-west-1:123456789012"
    senders = [f"{ses}:identity/hotel.example", f"{ses}:identity/hotel-annex.example"]
    assert (asked, [text(each) for each in identities]) == ({"ses:GetEmailIdentity"}, senders)
    assert [text(each) for each in sending_resources] == [
        *senders,
        *(f"{ses}:configuration-set/${{{each}}}" for each in configuration_sets),
    ]


def test_ingest_records_and_parks(template: Template) -> None:
    parking = queue(template, "ingest", "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL")
    assert grants(template, "ingest") == {
        "WriteLog": (WRITE_LOG, [log(template, "ingest")]),
        "ConsumeQueue": (CONSUME, consumed(template, "ingest")),
        "RecordFacts": (
            {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"},
            [table(template)],
        ),
        "ParkUnreadableEvents": ({"sqs:SendMessage"}, [parking]),
    }


def test_no_grant_has_a_wildcard_where_there_is_something_to_name(template: Template) -> None:
    archive, _ = only(template, "AWS::S3::Bucket")
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                assert "*" not in action
            if set(as_list(statement["Action"])) <= ON_ACCOUNT:
                assert statement["Condition"] == {"StringEquals": {"ses:ApiVersion": "2"}}
                continue
            for resource in as_list(statement["Resource"]):
                # The archive's objects, whose names Firehose makes.
                assert "*" not in text(resource).removesuffix(f"${{{archive}.Arn}}/*")


def test_a_role_is_one_functions_or_the_archives_and_has_nothing_but_its_own_policy(
    template: Template,
) -> None:
    roles = resources(template, "AWS::IAM::Role")
    trusted = {}
    for logical_id, role in roles.items():
        assert "ManagedPolicyArns" not in role
        assert "Policies" not in role
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        trusted[logical_id] = (trust["Principal"]["Service"], trust.get("Condition"))
    this_account = {"StringEquals": {"sts:ExternalId": "123456789012"}}
    _, stream = only(template, "AWS::KinesisFirehose::DeliveryStream")
    destination = stream["ExtendedS3DestinationConfiguration"]
    assert trusted == {
        **{
            target(function(template, name)[1]["Role"]): ("lambda.amazonaws.com", None)
            for name in FUNCTIONS
        },
        target(destination["RoleARN"]): ("firehose.amazonaws.com", this_account),
        target(subscription(template, "firehose")[1]["SubscriptionRoleArn"]): (
            "sns.amazonaws.com",
            None,
        ),
    }


@pytest.mark.parametrize("kind", ["AWS::IAM::User", "AWS::IAM::ManagedPolicy"])
def test_there_is_no_way_around_the_roles(template: Template, kind: str) -> None:
    assert resources(template, kind) == {}
