"""What SES says of its identities: whether they sign, and with whose MAIL FROM domain they send."""

from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bellhop.domain.senders import Alignment

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

logger = Logger(child=True)
# Seconds that one question may take, connecting and all; an email waits for the answer.
LONGEST_QUESTION = 3


def new_client() -> "SESV2Client":
    """An SES client that would rather not know than let an email wait."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=1,
        read_timeout=LONGEST_QUESTION - 1,
    )
    return boto3.client("sesv2", config=config)


class SesIdentities:
    """The identities of this account and region."""

    def __init__(self, client: "SESV2Client") -> None:
        self._client = client

    def alignment_of(self, domain: str, now: datetime) -> Alignment | None:
        """See :meth:`bellhop.usecases.ports.Identities.alignment_of`.

        SES goes on sending while the records of a verified domain are missing
        (``TEMPORARY_FAILURE``), but a receiver then finds no key and no MAIL FROM domain either.
        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DkimAttributes.html
        """
        try:
            identity = self._client.get_email_identity(EmailIdentity=domain)
        except (ClientError, BotoCoreError) as error:
            logger.warning("SES did not say how a sender is authenticated", error=str(error))
            return None
        dkim, mail_from = identity.get("DkimAttributes", {}), identity.get("MailFromAttributes", {})
        return Alignment(
            dkim=dkim.get("SigningEnabled", False) and dkim.get("Status") == "SUCCESS",
            spf=mail_from.get("MailFromDomainStatus") == "SUCCESS",
            checked_at=now,
        )
