"""The rate that SES grants the account: read, kept for minutes, followed when it changes.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
"""

import time
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

logger = Logger(child=True)
# SES's control plane takes about one call a second, over all workers.
ASK_EVERY = 300.0  # seconds
ASK_AGAIN_AFTER = 30.0  # seconds, where it did not answer
# What every account has, also in the sandbox.
LEAST_RATE = 1.0


class SendRate:
    """Emails a second, of the whole account in this region."""

    def __init__(self, client: "SESV2Client") -> None:
        self._client = client
        self._rate = LEAST_RATE
        self._ask_at = time.monotonic()

    def __call__(self) -> float:
        """The rate as last read; SES's least where it never answered."""
        if time.monotonic() >= self._ask_at:
            self._ask()
        return self._rate

    def _ask(self) -> None:
        try:
            quota = self._client.get_account().get("SendQuota", {})
        except (ClientError, BotoCoreError) as error:
            logger.warning("SES does not tell its rate", error=str(error), rate=self._rate)
            self._ask_at = time.monotonic() + ASK_AGAIN_AFTER
            return
        self._rate = max(LEAST_RATE, float(quota.get("MaxSendRate", LEAST_RATE)))
        self._ask_at = time.monotonic() + ASK_EVERY
