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

FUNCTIONS = ["api", "send", "ingest", "onboard", "handover"]

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


# The stage pins account and region, so its ARNs are whole.
SES = "arn:${AWS::Partition}:ses:eu-west-1:123456789012"
OF_STAGE = "bellhop_production_*"
CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
WRITE_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_handover_reads_links_and_senders_and_nothing_else(template: Template) -> None:
    assert grants(template, "handover") == {
        "WriteLog": (WRITE_LOG, [log(template, "handover")]),
        "ReadLinksAndSenders": ({"dynamodb:GetItem"}, [table(template)]),
    }


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
        "EnqueueSenders": (
            {"sqs:SendMessage"},
            [queue(template, "api", "BELLHOP_SENDERS_QUEUE_URL")],
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
    asked, _ = found.pop("AskForIdentities")
    of_tenants, identities = found.pop("SendEmailsOfTenants")
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
    assert actions == of_tenants == {"ses:SendRawEmail"}
    assert asked == {"ses:GetEmailIdentity"}
    assert [text(each) for each in identities] == [f"{SES}:identity/*"]
    configuration_sets = [lane_configuration_set(template, lane) for lane in LANES]
    assert set(configuration_sets) == set(resources(template, "AWS::SES::ConfigurationSet"))
    assert [text(each) for each in sending_resources] == [
        f"{SES}:identity/hotel.example",
        f"{SES}:identity/hotel-annex.example",
        *(f"{SES}:configuration-set/${{{each}}}" for each in configuration_sets),
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


def test_onboard_sets_senders_up_and_touches_no_others_identity(template: Template) -> None:
    found = grants(template, "onboard")
    identities = f"{SES}:identity/*"
    sets = [
        f"{SES}:configuration-set/${{{lane_configuration_set(template, lane)}}}" for lane in LANES
    ]
    on_tenants = f"{SES}:tenant/{OF_STAGE}/*"
    assert {
        sid: (actions, [text(each) for each in on]) for sid, (actions, on) in found.items()
    } == {
        "WriteLog": (WRITE_LOG, [text(log(template, "onboard"))]),
        "ConsumeQueue": (CONSUME, [text(each) for each in consumed(template, "onboard")]),
        "WaitForDns": (
            {"sqs:ChangeMessageVisibility"},
            [text(each) for each in consumed(template, "onboard")],
        ),
        "LookAgain": (
            {"sqs:SendMessage"},
            [text(each) for each in consumed(template, "onboard")],
        ),
        "KeepSenders": (
            {"dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"},
            [text(table(template))],
        ),
        "LookAtIdentities": ({"ses:GetEmailIdentity"}, [identities]),
        "MakeIdentities": ({"ses:CreateEmailIdentity", "ses:TagResource"}, [identities]),
        "ChangeOwnIdentities": (
            {
                "ses:PutEmailIdentityFeedbackAttributes",
                "ses:PutEmailIdentityMailFromAttributes",
                "ses:DeleteEmailIdentity",
            },
            [identities],
        ),
        "MakeTenants": ({"ses:CreateTenant"}, ["*"]),
        "LookAtTenants": ({"ses:ListTenantResources"}, [on_tenants]),
        "Associate": ({"ses:CreateTenantResourceAssociation"}, [on_tenants, identities, *sets]),
        "Dissociate": ({"ses:DeleteTenantResourceAssociation"}, [on_tenants, identities]),
    }


# What a wildcard is limited by where no name can be known: the condition, or the reason for none.
WILDCARDS: dict[tuple[str, str], dict[str, dict[str, str | list[str]]] | str] = {
    ("api", "LiftSuppressions"): {"StringEquals": {"ses:ApiVersion": "2"}},
    ("send", "AskForRate"): {"StringEquals": {"ses:ApiVersion": "2"}},
    ("send", "AskForIdentities"): "reads only",
    ("send", "SendEmailsOfTenants"): {"StringLike": {"ses:TenantName": OF_STAGE}},
    ("onboard", "LookAtIdentities"): "reads only",
    ("onboard", "MakeIdentities"): {"StringLike": {"aws:RequestTag/bellhop-tenant": OF_STAGE}},
    ("onboard", "ChangeOwnIdentities"): {
        "StringLike": {"aws:ResourceTag/bellhop-tenant": OF_STAGE}
    },
    ("onboard", "MakeTenants"): "a tenant has no ARN before it exists",
    ("onboard", "LookAtTenants"): "the stage's tenants alone",
    ("onboard", "Associate"): "the stage's tenants alone",
    ("onboard", "Dissociate"): "the stage's tenants alone",
    ("handover", "ReadLinksAndSenders"): {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["L#*", "T#*"]}
    },
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wildcard_has_a_condition_or_a_reason(template: Template, name: str) -> None:
    for statement in statements(template, name):
        assert statement["Effect"] == "Allow"
        assert not [each for each in as_list(statement["Action"]) if "*" in each]
        allowed = WILDCARDS.get((name, statement["Sid"]), "")
        if any("*" in text(each) for each in as_list(statement["Resource"])):
            assert allowed, statement
        limits = allowed if isinstance(allowed, dict) else None
        assert statement.get("Condition") == limits


def test_no_other_role_has_a_wildcard_but_for_the_names_that_firehose_gives(
    template: Template,
) -> None:
    archive, _ = only(template, "AWS::S3::Bucket")
    ours = [each for name in FUNCTIONS for each in statements(template, name)]
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert not [each for each in as_list(statement["Action"]) if "*" in each]
            for resource in as_list(statement["Resource"]) if statement not in ours else ():
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
