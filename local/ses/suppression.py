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
    """The list, by address as it came: sending compares without regard to case, the API does with
    it before the @.

    https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-tenant-level-manage.html
    """

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, SuppressedDestination]] = {}
        self._lock = Lock()
        self.account_reasons = frozenset(SuppressionReason)
        """What adds an address where the configuration set does not say (PutAccount…Attributes)."""

    def put(self, entry: SuppressedDestination) -> None:
        """Adds an address or renews its reason and time."""
        with self._lock:
            spellings = self._entries.setdefault(entry.address.lower(), {})
            spellings[_spelling(entry.address)] = entry

    def against(self, recipient: str) -> list[SuppressedDestination]:
        """What speaks against sending to a recipient, in whichever spelling it came."""
        with self._lock:
            return list(self._entries.get(recipient.lower(), {}).values())

    def get(self, address: str) -> SuppressedDestination:
        """The entry of an address spelled so; raises ApiError `NotFoundException`."""
        with self._lock:
            found = self._entries.get(address.lower(), {}).get(_spelling(address))
        if found is None:
            raise not_found(f"Email address {address} does not exist on your suppression list.")
        return found

    def remove(self, address: str) -> None:
        """Takes an address spelled so from the list; raises ApiError `NotFoundException`."""
        self.get(address)
        with self._lock:
            self._entries.get(address.lower(), {}).pop(_spelling(address), None)

    def all(self) -> list[SuppressedDestination]:
        """Every entry, the newest first."""
        with self._lock:
            entries = [each for found in self._entries.values() for each in found.values()]
        return sorted(entries, key=lambda entry: entry.updated_at, reverse=True)


def _spelling(address: str) -> str:
    """An address as the API tells it from others: a domain has no case."""
    local_part, _, domain = address.rpartition("@")
    return f"{local_part}@{domain.lower()}"
