"""What an error of SendEmail means for the email: one table.

Sources: the error list of SendEmail in the SES v2 API reference; how botocore's transport errors
come about was found out by experiment. A 4xx without a row was not carried out and is tried again;
of anything else without a row nobody knows whether the email was sent: "uncertain".
"""

from dataclasses import dataclass

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

from bellhop.usecases.ports import SendOutcome


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """An error's code, a part of its message (empty: any), and what it means."""

    code: str
    message: str
    outcome: SendOutcome


_LATER, _NEVER = SendOutcome.REFUSED_FOR_NOW, SendOutcome.REFUSED

# The first row that fits counts.
ERRORS: tuple[ErrorRow, ...] = (
    ErrorRow("TooManyRequestsException", "", _LATER),  # send rate
    ErrorRow("ThrottlingException", "", _LATER),
    ErrorRow("LimitExceededException", "", _LATER),  # daily quota among them
    ErrorRow("AccountSuspendedException", "", _LATER),
    ErrorRow("SendingPausedException", "", _LATER),  # account, configuration set or tenant
    ErrorRow("MailFromDomainNotVerifiedException", "", _LATER),
    ErrorRow("AccessDeniedException", "", _LATER),  # the deployment's fault, or the tenant's
    ErrorRow("NotFoundException", "", _LATER),  # the configuration set or the tenant is missing
    ErrorRow("ExpiredTokenException", "", _LATER),
    ErrorRow("UnrecognizedClientException", "", _LATER),
    ErrorRow("InvalidSignatureException", "", _LATER),
    ErrorRow("MessageRejected", "is not verified", _LATER),  # sandbox, or the sender's identity
    ErrorRow("MessageRejected", "ending paused", _LATER),  # how older APIs speak of a pause
    ErrorRow("MessageRejected", "enant", _LATER),  # AWS does not say how it refuses a paused one
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


def outcome_of(error: ClientError | BotoCoreError) -> SendOutcome:
    """What the error says of the email: refused for now, refused for good, or uncertain."""
    if isinstance(error, _NOT_SENT):
        return SendOutcome.REFUSED_FOR_NOW
    if isinstance(error, ParamValidationError):
        return SendOutcome.REFUSED
    if not isinstance(error, ClientError):
        return SendOutcome.UNCERTAIN
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), details.get("Message", "")
    for row in ERRORS:
        if row.code == code and row.message in message:
            return row.outcome
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # 4xx: the request was at fault and was not carried out (RFC 9110, section 15.5).
    return SendOutcome.REFUSED_FOR_NOW if 400 <= status < 500 else SendOutcome.UNCERTAIN
