import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from bellhop.domain.stops import StopReason
from bellhop.ses.client import SesSender
from bellhop.ses.errors import ERRORS, meaning_of
from bellhop.usecases.ports import SendOutcome
from tests.builders import an_email

LATER, NEVER, UNKNOWN = (
    SendOutcome.REFUSED_FOR_NOW,
    SendOutcome.REFUSED,
    SendOutcome.UNCERTAIN,
)
URL = {"endpoint_url": "https://email.example"}


def answered(status, code="", message=""):
    error = {"Code": code or str(status), "Message": message}
    response = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "SendEmail")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (answered(429, "TooManyRequestsException", "Maximum sending rate exceeded."), LATER),
        (answered(400, "LimitExceededException", "Daily message quota exceeded."), LATER),
        (answered(400, "AccountSuspendedException"), LATER),
        (answered(400, "SendingPausedException"), LATER),
        (answered(404, "NotFoundException", "Tenant x for AwsAccountId 1 not found."), LATER),
        (answered(403, "AccessDeniedException", "Tenant not associated with resources"), LATER),
        (answered(400, "MessageRejected", "Sending paused for this account."), LATER),
        (answered(400, "MessageRejected", "The tenant is paused."), LATER),
        (answered(400, "MailFromDomainNotVerifiedException"), LATER),
        (answered(400, "MessageRejected", "Email address is not verified. The …"), LATER),
        (answered(403, "AccessDeniedException"), LATER),
        (answered(403, "SignatureDoesNotMatch"), LATER),
        (answered(403), LATER),
        (answered(413), LATER),
        (answered(400, "SomethingNewException"), LATER),
        (answered(400, "MessageRejected", "Email rejected."), NEVER),
        (answered(400, "BadRequestException"), NEVER),
        (ParamValidationError(report="x"), NEVER),
        (EndpointConnectionError(**URL), LATER),
        (ConnectTimeoutError(**URL), LATER),
        (ReadTimeoutError(**URL), UNKNOWN),
        (ConnectionClosedError(**URL), UNKNOWN),
        (answered(500), UNKNOWN),
        (answered(503, "ServiceUnavailable"), UNKNOWN),
    ],
    ids=str,
)
def test_an_error_says_whether_the_email_went_out(error, outcome):
    assert meaning_of(error).outcome is outcome


@pytest.mark.parametrize(
    ("error", "stop"),
    [
        (answered(429, "TooManyRequestsException"), None),
        (answered(400, "LimitExceededException", "Daily message quota exceeded."), "daily_quota"),
        (answered(400, "AccountSuspendedException"), "account_suspended"),
        (
            answered(400, "SendingPausedException", "Email sending is disabled for your account."),
            "account_paused",
        ),
        (
            answered(400, "SendingPausedException", "… disabled for configuration set <x>."),
            "configuration_set_paused",
        ),
        (answered(400, "SendingPausedException", "… disabled for tenant <x>."), "tenant_paused"),
        (answered(400, "MailFromDomainNotVerifiedException"), "mail_from_not_verified"),
        (answered(400, "MessageRejected", "Email address is not verified."), "identity_not"),
        (answered(400, "MessageRejected", "Email rejected."), None),
        (answered(403, "AccessDeniedException"), None),
        (answered(500), None),
    ],
    ids=str,
)
def test_an_error_says_what_else_is_stopped(error, stop):
    found = meaning_of(error).stop
    assert (found is None) == (stop is None)
    assert stop is None or found.startswith(stop)


SANDBOX = "Email address is not verified. The following identities failed the check in region X: "
SENDER, RECIPIENT = "reservas@hotel-sol.test", "nora@correo.test"


@pytest.mark.parametrize(
    ("failed", "stop"),
    [
        (RECIPIENT, StopReason.RECIPIENT_NOT_VERIFIED),
        (SENDER, StopReason.IDENTITY_NOT_VERIFIED),
        (f"{SENDER}, {RECIPIENT}", StopReason.IDENTITY_NOT_VERIFIED),
        (f"more-{RECIPIENT}", StopReason.IDENTITY_NOT_VERIFIED),
    ],
)
def test_in_the_sandbox_an_unknown_recipient_stops_nobody_else(failed, stop):
    error = answered(400, "MessageRejected", SANDBOX + failed)
    assert meaning_of(error, SENDER, RECIPIENT).stop is stop


def test_only_a_rate_slows_down():
    slows = {row.code for row in ERRORS if row.is_throttle}
    assert slows == {
        "TooManyRequestsException",
        "ThrottlingException",
        "LimitExceededException",
    }


def test_no_row_hides_behind_one_before_it():
    seen: list[tuple[str, str]] = []
    for row in ERRORS:
        assert not [one for one in seen if one[0] == row.code and one[1] in row.message]
        seen.append((row.code, row.message))


class _Client:
    def __init__(self, answer=None):
        self.answer, self.calls = answer, []

    def send_email(self, **call):
        self.calls.append(call)
        return self.answer


def test_a_call_names_the_email_and_the_attempt_and_one_recipient():
    client, email = _Client({"MessageId": "0102"}), an_email()
    result = SesSender(client, {email.email_class: "set-1"}, stage="dev").send(email, "at_1")
    (call,) = client.calls
    assert (result.outcome, result.message_id) == (SendOutcome.ACCEPTED, "0102")
    assert call["ConfigurationSetName"] == "set-1"
    assert call["TenantName"] == "bellhop_dev_hotel-sol"
    assert call["Destination"] == {"ToAddresses": [email.recipient.mailbox.address]}
    assert {tag["Name"]: tag["Value"] for tag in call["EmailTags"]} == {
        "bellhop-email": str(email.id),
        "bellhop-attempt": "at_1",
        "bellhop-tenant": email.tenant,
    }


def test_an_answer_without_an_id_was_accepted_all_the_same():
    email = an_email()
    result = SesSender(_Client({}), {email.email_class: "set-1"}, stage="dev").send(email, "at_1")
    assert (result.outcome, result.message_id) == (SendOutcome.ACCEPTED, "")


def test_a_message_that_cannot_be_built_is_refused_without_a_call():
    client, email = _Client(), an_email(html="half a character: \ud83d")
    result = SesSender(client, {email.email_class: "set-1"}, stage="dev").send(email, "at_1")
    assert result.outcome is SendOutcome.REFUSED
    assert client.calls == []
