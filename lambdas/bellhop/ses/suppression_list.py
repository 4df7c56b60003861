"""SES's own list of addresses that this account does not send to."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bellhop.domain.errors import SuppressionNotLiftedError

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client


class SesSuppressionList:
    """The account's list in this region, which all hotels of the account share.

    Args:
        client: makes or finds the SES client, when the list is first needed: few calls do.
    """

    def __init__(self, client: "Callable[[], SESV2Client]") -> None:
        self._client = client

    def remove(self, address: str) -> None:
        """See :meth:`bellhop.usecases.ports.SuppressionList.remove`."""
        try:
            self._client().delete_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NotFoundException":
                raise _not_lifted() from error
        except BotoCoreError as error:
            raise _not_lifted() from error


def _not_lifted() -> SuppressionNotLiftedError:
    return SuppressionNotLiftedError(
        "Amazon SES did not take the address from its own list just now, so it stays suppressed. "
        "Repeat the request in a few seconds."
    )
