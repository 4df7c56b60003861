"""The local SES as an API: what it checks, answers, refuses and records."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from local.ses import Disturbance
from local.ses.model import service_model
from local.ses.operations import operations
from local.ses.publisher import TEST_MESSAGE
from local.ses.server import Answer
from tests.integration.local_ses import (
    ACCOUNT,
    CONFIGURATION_SET,
    DOMAIN,
    EVENT_TYPES,
    REGION,
    TOPIC,
    LocalSes,
    client_of,
    raw,
    running,
    set_up_sender,
    simple,
)

IDENTITY_ARN = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{DOMAIN}"
CONFIGURATION_SET_ARN = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{CONFIGURATION_SET}"
GUEST = "elena.ruiz@correo.test"


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses")) as started:
        set_up_sender(started)
        yield started


def _post(
    ses: LocalSes, path: str, body: bytes, *, signed: bool = True, method: str = "POST"
) -> tuple[int, dict[str, str], bytes]:
    credential = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261124/eu-west-1/ses/aws4_request"
    headers = {"Authorization": credential} if signed else {}
    request = urllib.request.Request(  # noqa: S310  # the URL is the test's own
        ses.service.endpoint + path, data=body, headers=headers, method=method
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310  # as above
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as err:
        return err.code, dict(err.headers), err.read()


# Front door


def test_every_operation_on_offer_is_one_of_the_model(ses: LocalSes) -> None:
    del ses
    offered = set(operations(lambda *_: ""))
    assert offered <= set(service_model().operation_names)
    assert {"SendEmail", "GetAccount", "PutSuppressedDestination"} <= offered


@pytest.mark.parametrize("path", ["/", "/v2/email/nothing", "/v2/email/contact-lists"])
def test_an_unknown_path_is_an_unknown_operation(ses: LocalSes, path: str) -> None:
    status, headers, _ = _post(ses, path, b"{}")
    assert (status, headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")


def test_an_unsigned_request_is_refused(ses: LocalSes) -> None:
    status, headers, body = _post(ses, "/v2/email/outbound-emails", b"{}", signed=False)
    assert (status, headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")
    assert json.loads(body) == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"not json", "SerializationException", "cannot be read"),
        (b"[]", "SerializationException", "not a JSON object"),
        (b"{}", "BadRequestException", 'Missing required parameter in input: "Content"'),
        (b'{"Content": {}, "Colour": 1}', "BadRequestException", 'in input: "Colour"'),
        (
            b'{"Content": {"Raw": {"Data": "%%"}}}',
            "SerializationException",
            "cannot be read",
        ),
    ],
)
def test_a_body_that_does_not_fit_the_model_is_refused(
    ses: LocalSes, body: bytes, error: str, words: str
) -> None:
    status, headers, answer = _post(ses, "/v2/email/outbound-emails", body)
    assert (status, headers["x-amzn-ErrorType"]) == (400, error)
    assert words in json.loads(answer)["message"]


def test_what_the_sdk_does_not_check_is_checked(ses: LocalSes) -> None:
    with pytest.raises(ClientError, match="must satisfy enum value set") as err:
        ses.client.put_suppressed_destination(EmailAddress=GUEST, Reason="DISLIKE")
    assert err.value.response["Error"]["Code"] == "BadRequestException"
    with pytest.raises(ClientError, match="less than or equal to 50400"):
        ses.client.create_configuration_set(
            ConfigurationSetName="slow", DeliveryOptions={"MaxDeliverySeconds": 50401}
        )
    headers = [{"Name": f"X-{n}", "Value": "v"} for n in range(16)]
    content = simple("Hello")
    content["Simple"]["Headers"] = headers
    with pytest.raises(ClientError, match="length less than or equal to 15"):
        ses.send(GUEST, Content=content)


def test_a_connection_serves_many_requests(ses: LocalSes) -> None:
    connection = HTTPConnection(urlsplit(ses.service.endpoint).netloc, timeout=5)
    for _ in range(3):
        connection.request("GET", "/v2/email/nothing")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404
        assert answer.headers["x-amzn-RequestId"]
    connection.close()


# Account and suppression list


def test_the_account_answers_its_quota(tmp_path: Path) -> None:
    with running(tmp_path) as ses:
        set_up_sender(ses)
        assert ses.client.get_account()["SendQuota"] == {
            "Max24HourSend": 1_000_000.0,
            "MaxSendRate": 100.0,
            "SentLast24Hours": 0.0,
        }
        two = {"ToAddresses": [GUEST], "BccAddresses": ["success@simulator.amazonses.com"]}
        ses.send(GUEST, Destination=two)
        account = ses.client.get_account()
        assert account["SendQuota"]["SentLast24Hours"] == 1.0  # the simulator's does not count
        assert account["EnforcementStatus"] == "HEALTHY"
        assert account["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]


def test_suppressed_destinations_are_put_found_listed_and_removed(ses: LocalSes) -> None:
    before = datetime.now(UTC)
    ses.client.put_suppressed_destination(EmailAddress="Ana@correo.test", Reason="COMPLAINT")
    found = ses.client.get_suppressed_destination(EmailAddress="Ana@Correo.test")
    entry = found["SuppressedDestination"]
    assert (entry["EmailAddress"], entry["Reason"]) == ("Ana@correo.test", "COMPLAINT")
    assert (entry["LastUpdateTime"] - before).total_seconds() < 5
    complaints = ses.client.list_suppressed_destinations(Reasons=["COMPLAINT"], StartDate=before)
    bounces = ses.client.list_suppressed_destinations(Reasons=["BOUNCE"])
    addresses = [e["EmailAddress"] for e in complaints["SuppressedDestinationSummaries"]]
    assert addresses == ["Ana@correo.test"]
    assert bounces["SuppressedDestinationSummaries"] == []
    missing = ses.client.exceptions.NotFoundException
    with pytest.raises(missing):  # what stands before the @ is compared to the letter
        ses.client.delete_suppressed_destination(EmailAddress="ana@correo.test")
    ses.client.delete_suppressed_destination(EmailAddress="Ana@CORREO.test")
    with pytest.raises(missing, match="suppression list"):
        ses.client.get_suppressed_destination(EmailAddress="Ana@correo.test")
    with pytest.raises(missing):
        ses.client.delete_suppressed_destination(EmailAddress="Ana@correo.test")


# Configuration sets


def test_a_configuration_set_keeps_what_it_was_given(ses: LocalSes) -> None:
    ses.client.create_configuration_set(
        ConfigurationSetName="with-options",
        DeliveryOptions={"MaxDeliverySeconds": 3600},
        SuppressionOptions={"SuppressedReasons": ["BOUNCE"]},
        Tags=[{"Key": "stage", "Value": "test"}],
    )
    found = ses.client.get_configuration_set(ConfigurationSetName="with-options")
    assert found["DeliveryOptions"] == {"MaxDeliverySeconds": 3600, "TlsPolicy": "OPTIONAL"}
    assert found["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE"]}
    assert found["SendingOptions"] == {"SendingEnabled": True}
    assert found["Tags"] == [{"Key": "stage", "Value": "test"}]
    ses.client.put_configuration_set_delivery_options(
        ConfigurationSetName="with-options", TlsPolicy="REQUIRE"
    )
    found = ses.client.get_configuration_set(ConfigurationSetName="with-options")
    assert found["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert "with-options" in ses.client.list_configuration_sets()["ConfigurationSets"]
    ses.client.delete_configuration_set(ConfigurationSetName="with-options")
    with pytest.raises(ses.client.exceptions.NotFoundException, match="<with-options> does not"):
        ses.client.get_configuration_set(ConfigurationSetName="with-options")


def _definition(topic: str, *types: str) -> dict[str, Any]:
    return {
        "Enabled": True,
        "MatchingEventTypes": list(types),
        "SnsDestination": {"TopicArn": topic},
    }


def test_a_new_topic_gets_the_plain_text_test_message(ses: LocalSes) -> None:
    assert (TOPIC, CONFIGURATION_SET, TEST_MESSAGE) in ses.topic.published


def test_event_destinations_are_made_changed_and_removed(ses: LocalSes) -> None:
    name = "destinations"
    ses.client.create_configuration_set(ConfigurationSetName=name)
    common = {"ConfigurationSetName": name, "EventDestinationName": "first"}
    ses.client.create_configuration_set_event_destination(
        **common, EventDestination=_definition(TOPIC, "SEND")
    )
    with pytest.raises(ses.client.exceptions.AlreadyExistsException):
        ses.client.create_configuration_set_event_destination(
            **common, EventDestination=_definition(TOPIC, "SEND")
        )
    ses.client.update_configuration_set_event_destination(
        **common, EventDestination=_definition(TOPIC, "BOUNCE", "COMPLAINT")
    )
    (found,) = ses.client.get_configuration_set_event_destinations(ConfigurationSetName=name)[
        "EventDestinations"
    ]
    assert found["MatchingEventTypes"] == ["BOUNCE", "COMPLAINT"]
    ses.client.delete_configuration_set_event_destination(**common)
    with pytest.raises(ses.client.exceptions.NotFoundException, match="first"):
        ses.client.delete_configuration_set_event_destination(**common)


def test_a_topic_that_ses_may_not_publish_to_is_no_destination(tmp_path: Path) -> None:
    with running(tmp_path) as ses:
        ses.topic.refuses = lambda topic: topic.endswith("closed")
        ses.client.create_configuration_set(ConfigurationSetName="set")
        with pytest.raises(
            ses.client.exceptions.BadRequestException, match="Could not publish to SNS topic"
        ):
            ses.client.create_configuration_set_event_destination(
                ConfigurationSetName="set",
                EventDestinationName="events",
                EventDestination=_definition(f"{TOPIC}-closed", *EVENT_TYPES),
            )
        found = ses.client.get_configuration_set_event_destinations(ConfigurationSetName="set")
        assert found["EventDestinations"] == []


# What SendEmail refuses

FROM = {"From": f"reservas@{DOMAIN}", "To": GUEST, "Subject": "Hello"}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"FromEmailAddress": "ana@hotel-mar.test"}, "MessageRejected", "is not verified"),
        ({"ConfigurationSetName": "none"}, "NotFoundException", "<none> does not exist"),
        ({"Destination": {"ToAddresses": []}}, "BadRequestException", "has no recipient"),
        (
            {"Destination": {"ToAddresses": [f"g{n}@correo.test" for n in range(51)]}},
            "MessageRejected",
            "Recipient count exceeds 50",
        ),
        (
            {"Destination": {"ToAddresses": ["nobody"]}},
            "BadRequestException",
            "Missing final '@domain'",
        ),
        (
            {"Destination": {"ToAddresses": ["señor@correo.test"]}},
            "BadRequestException",
            "SMTPUTF8",
        ),
        (
            {"Destination": {"ToAddresses": ["a@b.test\r\nBcc: c@d.test"]}},
            "BadRequestException",
            "control characters",
        ),
        (
            {"EmailTags": [{"Name": "email id", "Value": "x"}]},
            "BadRequestException",
            "Invalid message tag",
        ),
        (
            {"EmailTags": [{"Name": "e", "Value": "1"}, {"Name": "e", "Value": "2"}]},
            "BadRequestException",
            "Duplicate message tag",
        ),
        ({"Content": simple("two\r\nlines")}, "BadRequestException", "cannot be composed"),
        ({"Content": {}}, "BadRequestException", "exactly one of"),
        (
            {"TenantName": "hotel-mar"},
            "NotFoundException",
            "Tenant hotel-mar for AwsAccountId 123456789012 not found",
        ),
        (
            {"FromEmailAddressIdentityArn": "arn:aws:ses:eu-west-1:1:identity/a.test"},
            "BadRequestException",
            "FromEmailAddressIdentityArn is given",
        ),
        ({"FromEmailAddress": " .;"}, "BadRequestException", "cannot be read"),
        (
            {"FromEmailAddress": f"reservas@{'h' * 64}.test"},
            "BadRequestException",
            "illegal character",
        ),
        ({"Content": raw({"To": GUEST})}, "BadRequestException", "Missing required header 'From'"),
        (
            {"Content": raw({**FROM, "subject": "again"})},
            "BadRequestException",
            "Duplicate header 'Subject'",
        ),
        (
            {"Content": raw({**FROM, "From": "ana@hotel-mar.test"})},
            "MessageRejected",
            "region EU-WEST-1: ana@hotel-mar.test",
        ),
    ],
)
def test_a_message_that_ses_would_not_take_is_refused(
    ses: LocalSes, changes: dict[str, Any], error: str, words: str
) -> None:
    with pytest.raises(ClientError) as err:
        ses.send(GUEST, **changes)
    assert err.value.response["Error"]["Code"] == error
    assert words in err.value.response["Error"]["Message"]


def test_a_paused_configuration_set_sends_nothing(ses: LocalSes) -> None:
    ses.client.create_configuration_set(ConfigurationSetName="paused")
    ses.client.put_configuration_set_sending_options(
        ConfigurationSetName="paused", SendingEnabled=False
    )
    with pytest.raises(ses.client.exceptions.SendingPausedException):
        ses.send(GUEST, ConfigurationSetName="paused")


def test_a_mail_from_domain_may_be_made_a_condition(tmp_path: Path) -> None:
    with running(tmp_path) as ses:
        set_up_sender(ses)
        ses.client.put_email_identity_mail_from_attributes(
            EmailIdentity=DOMAIN,
            MailFromDomain=f"other.{DOMAIN}",
            BehaviorOnMxFailure="REJECT_MESSAGE",
        )
        with pytest.raises(ses.client.exceptions.MailFromDomainNotVerifiedException):
            ses.send(GUEST)


# Authorisation


@pytest.mark.parametrize(
    ("content", "action"),
    [(simple("Hello"), "ses:SendEmail"), (raw(FROM), "ses:SendRawEmail")],
    ids=["simple", "raw"],
)
def test_sending_is_authorised_on_the_identity_and_the_configuration_set(
    tmp_path: Path, content: dict[str, Any], action: str
) -> None:
    asked: list[tuple[str, str, list[str], dict[str, Any]]] = []

    def authorize(key: str, act: str, resources: list[str], context: dict[str, Any]) -> list[str]:
        asked.append((key, act, resources, context))
        return []

    with running(tmp_path, authorize=authorize) as ses:
        set_up_sender(ses)
        ses.send(GUEST, Content=content)
    key, asked_action, resources, context = asked[-1]
    assert key == "AKIAIOSFODNN7EXAMPLE"
    assert asked_action == action
    assert resources == [IDENTITY_ARN, CONFIGURATION_SET_ARN]
    assert context["ses:FromAddress"] == f"reservas@{DOMAIN}"
    assert context["ses:Recipients"] == [GUEST]


@pytest.mark.parametrize("resource", [IDENTITY_ARN, CONFIGURATION_SET_ARN])
def test_a_caller_without_permission_on_either_is_refused(tmp_path: Path, resource: str) -> None:
    role = "arn:aws:sts::123456789012:assumed-role/send/session"

    def authorize(key: str, act: str, resources: list[str], context: dict[str, Any]) -> list[str]:
        del key, context
        return [r for r in resources if act == "ses:SendEmail" and r == resource]

    with running(tmp_path, authorize=authorize, identify=lambda _: role) as ses:
        set_up_sender(ses)
        with pytest.raises(ClientError) as err:
            ses.send(GUEST)
        assert ses.topic.events() == []
    assert err.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": f"User `{role}' is not authorized to perform `ses:SendEmail' on resource"
        f" `{resource}'",
    }
    assert err.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_each_other_operation_needs_its_own_permission(tmp_path: Path) -> None:
    with (
        running(tmp_path, authorize=lambda *question: question[2]) as ses,
        pytest.raises(ClientError, match="perform: ses:GetEmailIdentity on resource: arn:aws:ses"),
    ):
        ses.client.get_email_identity(EmailIdentity=DOMAIN)


# Evidence and seams


def test_operations_are_recorded_by_name_without_their_values(tmp_path: Path) -> None:
    with running(tmp_path) as ses:
        set_up_sender(ses)
        ses.send(GUEST)
        with pytest.raises(ClientError):
            client_of(ses.service.endpoint, "AKIAOTHER").get_email_identity(EmailIdentity="no.test")
        log = (ses.run_directory / "ses-operations.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    sent, failed = lines[-2:]
    assert sent.pop("time").endswith("Z")
    assert sent == {
        "operation": "SendEmail",
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "parameters": [
            "ConfigurationSetName",
            "Content",
            "Destination",
            "EmailTags",
            "FromEmailAddress",
        ],
        "outcome": "ok",
    }
    assert (failed["access_key"], failed["outcome"]) == ("AKIAOTHER", "NotFoundException")
    assert GUEST not in log


class _Busy(Disturbance):
    def answer(self, operation: str, _recipients: str, answer: Answer) -> Answer:
        if operation != "SendEmail":
            return answer
        headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
        return replace(answer, status=429, body=b'{"message": "rate"}', headers=headers)


def test_answers_can_be_disturbed(tmp_path: Path) -> None:
    with running(tmp_path, disturbance=_Busy()) as ses:
        set_up_sender(ses)
        with pytest.raises(ses.client.exceptions.TooManyRequestsException):
            ses.send(GUEST)
