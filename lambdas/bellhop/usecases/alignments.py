"""How a sender's email is authenticated at the moment of sending.

SES knows, and its control plane takes about one call a second. So what it said is kept with the
sender, where every worker finds it, and is asked for again a quarter of an hour later: two calls a
minute for thirty busy domains, however many workers there are.
"""

from datetime import datetime, timedelta

from bellhop.domain.senders import Alignment
from bellhop.usecases.ports import Clock, Identities, Senders

FRESH_FOR = timedelta(minutes=15)
# SES that does not answer one question will not answer the next one either.
PAUSE = timedelta(seconds=10)


class Alignments:
    """Tells the alignment of senders; what SES said before ``FRESH_FOR`` proves nothing."""

    def __init__(self, *, senders: Senders, identities: Identities, clock: Clock) -> None:
        self._senders = senders
        self._identities = identities
        self._clock = clock
        self._ask_from: datetime | None = None

    def of(self, tenant: str, domain: str) -> Alignment | None:
        """The alignment of a tenant's email from ``domain``; ``None`` where it is not known."""
        sender = self._senders.get(tenant, domain)
        if sender is None:
            return None
        now = self._clock()
        if sender.alignment and now - sender.alignment.checked_at < FRESH_FOR:
            return sender.alignment
        if self._ask_from and now < self._ask_from:
            return None
        alignment = self._identities.alignment_of(domain, now)
        if alignment is None:
            self._ask_from = now + PAUSE
            return None
        self._senders.keep_alignment(sender, alignment)
        return alignment
