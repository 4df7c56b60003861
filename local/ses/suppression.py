"""The account's suppression list.

https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock

from local.ses.errors import not_found


class SuppressionReason(StrEnum):
    """Why an address is on the list, as the API names it."""

    BOUNCE = "BOUNCE"
    COMPLAINT = "COMPLAINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedDestination:
    """One address to which the account does not send."""

    address: str
    reason: SuppressionReason
    updated_at: datetime
    message_id: str | None = None
    """The message that caused it; None when a caller put the address here."""
    feedback_id: str | None = None


class SuppressionList:
    """The list, by address; SES compares without regard to case."""

    def __init__(self) -> None:
        self._entries: dict[str, SuppressedDestination] = {}
        self._lock = Lock()
        self.account_reasons = frozenset(SuppressionReason)
        """What adds an address where the configuration set does not say (PutAccount…Attributes)."""

    def put(self, entry: SuppressedDestination) -> None:
        """Adds an address or renews its reason and time."""
        with self._lock:
            self._entries[entry.address.lower()] = entry

    def find(self, address: str) -> SuppressedDestination | None:
        """The entry of an address, or None."""
        with self._lock:
            return self._entries.get(address.lower())

    def get(self, address: str) -> SuppressedDestination:
        """The entry of an address; raises ApiError `NotFoundException`."""
        found = self.find(address)
        if found is None:
            raise not_found(f"Email address {address} does not exist on your suppression list.")
        return found

    def remove(self, address: str) -> None:
        """Takes an address from the list; raises ApiError `NotFoundException`."""
        self.get(address)
        with self._lock:
            self._entries.pop(address.lower(), None)

    def all(self) -> list[SuppressedDestination]:
        """Every entry, the newest first."""
        with self._lock:
            return sorted(self._entries.values(), key=lambda e: e.updated_at, reverse=True)
