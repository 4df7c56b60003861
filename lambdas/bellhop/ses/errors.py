"""What an error of SendEmail means for the email: one table.

Sources: the error list of SendEmail in the SES v2 API reference; how botocore's transport errors
come about was found out by experiment. A 4xx without a row was not carried out and is tried again;
of anything else without a row nobody knows whether the email was sent: "uncertain".
"""

from dataclasses import dataclass, replace

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)

from bellhop.domain.stops import StopReason
from bellhop.usecases.ports import SendOutcome


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """An error's code, a part of its message (empty: any), and what it means.

    Attributes:
        stop: what else is stopped by what the error tells.
        is_throttle: whether it means no more than that too many calls came at once.
    """

    code: str
    message: str
    outcome: SendOutcome
    stop: StopReason | None = None
    is_throttle: bool = False


_LATER, _NEVER = SendOutcome.REFUSED_FOR_NOW, SendOutcome.REFUSED

# The first row that fits counts.
ERRORS: tuple[ErrorRow, ...] = (
    ErrorRow("TooManyRequestsException", "", _LATER, is_throttle=True),  # send rate
    ErrorRow("ThrottlingException", "", _LATER, is_throttle=True),
    ErrorRow("LimitExceededException", "aily", _LATER, StopReason.DAILY_QUOTA_SPENT),
    ErrorRow("LimitExceededException", "", _LATER, is_throttle=True),
    ErrorRow("AccountSuspendedException", "", _LATER, StopReason.ACCOUNT_SUSPENDED),
    ErrorRow("SendingPausedException", "enant", _LATER, StopReason.TENANT_PAUSED),
    ErrorRow(
        "SendingPausedException", "onfiguration set", _LATER, StopReason.CONFIGURATION_SET_PAUSED
    ),
    ErrorRow("SendingPausedException", "", _LATER, StopReason.ACCOUNT_PAUSED),
    ErrorRow("MailFromDomainNotVerifiedException", "", _LATER, StopReason.MAIL_FROM_NOT_VERIFIED),
    ErrorRow("AccessDeniedException", "", _LATER),  # the deployment's fault, or the tenant's
    ErrorRow("NotFoundException", "", _LATER),  # the configuration set or the tenant is missing
    ErrorRow("ExpiredTokenException", "", _LATER),
    ErrorRow("UnrecognizedClientException", "", _LATER),
    ErrorRow("InvalidSignatureException", "", _LATER),
    ErrorRow("MessageRejected", "is not verified", _LATER, StopReason.IDENTITY_NOT_VERIFIED),
    # How older APIs speak of a pause, and perhaps this one of a paused tenant: AWS does not say.
    ErrorRow("MessageRejected", "ending paused", _LATER, StopReason.ACCOUNT_PAUSED),
    ErrorRow("MessageRejected", "enant", _LATER, StopReason.TENANT_PAUSED),
    ErrorRow("MessageRejected", "", _NEVER),
    ErrorRow("BadRequestException", "", _NEVER),
)

# Raised before a byte of the request left.
_NOT_SENT = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)


def meaning_of(
    error: ClientError | BotoCoreError, sender: str = "", recipient: str = ""
) -> ErrorRow:
    """What the error says of the email: refused for now, refused for good, or uncertain.

    In its sandbox SES names which of the two addresses it does not know; only where that is the
    ``sender``'s do all of its emails wait.
    """
    if isinstance(error, _NOT_SENT):
        return ErrorRow("", "", SendOutcome.REFUSED_FOR_NOW)
    if isinstance(error, ParamValidationError):
        return ErrorRow("", "", SendOutcome.REFUSED)
    if not isinstance(error, ClientError):
        return ErrorRow("", "", SendOutcome.UNCERTAIN)
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), details.get("Message", "")
    for row in ERRORS:
        if row.code == code and row.message in message:
            if row.stop is StopReason.IDENTITY_NOT_VERIFIED and _names(message, recipient, sender):
                return replace(row, stop=StopReason.RECIPIENT_NOT_VERIFIED)
            return row
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # 4xx: the request was at fault and was not carried out (RFC 9110, section 15.5).
    was_refused = 400 <= status < 500
    return ErrorRow("", "", SendOutcome.REFUSED_FOR_NOW if was_refused else SendOutcome.UNCERTAIN)


def _names(message: str, recipient: str, sender: str) -> bool:
    """Whether SES names the recipient and not the sender."""
    named = {each.strip(" .,:").lower() for each in message.split()}
    return recipient.lower() in named and sender.lower() not in named
