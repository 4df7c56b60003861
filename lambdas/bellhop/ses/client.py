"""The call to SES: one attempt, short timeouts, our own tags."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bellhop.domain.addresses import masked
from bellhop.domain.emails import Email, EmailClass
from bellhop.domain.tenants import ses_tenant
from bellhop.ses import tags
from bellhop.ses.errors import meaning_of
from bellhop.ses.mime import build, probe
from bellhop.usecases.ports import SendOutcome, SendResult

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

logger = Logger(child=True)
CONNECT_TIMEOUT = 2  # seconds
READ_TIMEOUT = 10  # seconds
# The longest that one call can take; no call may be started with less time left than this.
SIMULATOR = "success@simulator.amazonses.com"
LONGEST_IDLE = 20  # seconds
LONGEST_CALL = CONNECT_TIMEOUT + READ_TIMEOUT + 2


def new_client() -> "SESV2Client":
    """An SES client that never repeats a call by itself.

    botocore repeats SendEmail after a read timeout, which would be a second email: SES has no
    idempotency token.
    """
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
    )
    return boto3.client("sesv2", config=config)


class SesSender:
    """Sends each class of email through its own configuration set, each hotel's as its own tenant.

    SES refuses an email whose sender or configuration set is not associated with the tenant, so
    that even by a mistake of ours no hotel sends from another's domain.
    """

    def __init__(
        self, client: "SESV2Client", configuration_sets: Mapping[EmailClass, str], *, stage: str
    ) -> None:
        """``stage``: the deployment's, which the names of its SES tenants hold."""
        self._client = client
        self._configuration_sets = configuration_sets
        self._stage = stage
        self._used_at = time.monotonic()

    def send(self, email: Email, attempt: str) -> SendResult:
        """See :meth:`bellhop.usecases.ports.Ses.send`. Each call carries one recipient."""
        try:
            message = build(email)
        except Exception as error:  # whatever it was, nothing has been sent and nothing will be
            logger.exception("an email could not be built", email_id=str(email.id))
            return SendResult(
                outcome=SendOutcome.REFUSED,
                error=f"the message could not be built: {type(error).__name__}",
            )
        self._drop_idle_connections()
        try:
            answer = self._client.send_email(
                FromEmailAddress=email.sender.address,
                Destination={"ToAddresses": [email.recipient.mailbox.address]},
                Content={"Raw": {"Data": message}},
                ConfigurationSetName=self._configuration_sets[email.email_class],
                TenantName=ses_tenant(self._stage, email.tenant),
                EmailTags=[
                    {"Name": tags.EMAIL, "Value": str(email.id)},
                    {"Name": tags.ATTEMPT, "Value": attempt},
                    {"Name": tags.TENANT, "Value": email.tenant},
                ],
            )
        except (ClientError, BotoCoreError) as error:
            meaning = meaning_of(error, email.sender.address, email.recipient.mailbox.address)
            logger.warning(
                "SES did not take an email",
                email_id=str(email.id),
                attempt=attempt,
                outcome=meaning.outcome.value,
                error=masked(str(error)),
            )
            return SendResult(
                outcome=meaning.outcome,
                error=masked(str(error)),
                stop=meaning.stop,
                is_throttle=meaning.is_throttle,
            )
        # A 200 whose body was cut comes without an id: accepted all the same.
        return SendResult(outcome=SendOutcome.ACCEPTED, message_id=str(answer.get("MessageId", "")))

    def _drop_idle_connections(self) -> None:
        """A function that was frozen may hold connections that SES closed long ago: a call over one
        would fail without anybody knowing whether SES saw it."""
        now = time.monotonic()
        if now - self._used_at > LONGEST_IDLE:
            self._client.close()  # it opens new ones when it is used
        self._used_at = now

    def probe(self, email: Email) -> None:
        """See :meth:`bellhop.usecases.ports.Ses.probe`. It costs one of the day's quota.

        https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
        """
        try:
            self._client.send_email(
                FromEmailAddress=email.sender.address,
                Destination={"ToAddresses": [SIMULATOR]},
                Content={"Raw": {"Data": probe(email.sender, SIMULATOR)}},
                ConfigurationSetName=self._configuration_sets[email.email_class],
            )
        except (ClientError, BotoCoreError) as error:
            logger.warning("SES did not take a probe", error=masked(str(error)))
