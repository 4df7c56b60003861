"""Whether a sender's DNS records are there: what is looked up, and what follows from it.

The moves are a table. DNS that cannot be asked (time-out, SERVFAIL) proves nothing and moves
nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import dns.exception
import dns.resolver

from local.ses.keys import SIGNING_HOSTED_ZONE
from local.ses.settings import Settings


class Status(StrEnum):
    """The states of DKIM, and of a MAIL FROM domain, as the API names them."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    TEMPORARY_FAILURE = "TEMPORARY_FAILURE"
    FAILED = "FAILED"


class Sight(StrEnum):
    """What one look at the DNS showed."""

    FOUND = "found"
    MISSING = "missing"
    UNCLEAR = "unclear"


_MOVES: Mapping[tuple[Status, Sight], Status] = {
    (Status.PENDING, Sight.FOUND): Status.SUCCESS,
    (Status.SUCCESS, Sight.MISSING): Status.TEMPORARY_FAILURE,
    (Status.TEMPORARY_FAILURE, Sight.FOUND): Status.SUCCESS,
}
"""Every pair that is not here stays as it is; FAILED ends, until the identity is set up anew."""

_GIVES_UP = frozenset({Status.PENDING, Status.TEMPORARY_FAILURE})
"""States that become FAILED when the records stay missing for the whole window."""

SENDS = frozenset({Status.SUCCESS, Status.TEMPORARY_FAILURE})
"""States in which SES goes on sending.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DkimAttributes.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The state of one set of records."""

    status: Status = Status.PENDING
    since: datetime
    """When the status was reached."""
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None

    def is_due(self, now: datetime, settings: Settings) -> bool:
        """Whether to look again: always while pending, never after FAILED."""
        if self.status is Status.FAILED:
            return False
        if self.status is not Status.SUCCESS or self.checked_at is None:
            return True
        return now - self.checked_at >= settings.verification_refresh

    def after(self, sight: Sight, now: datetime, settings: Settings) -> "Verification":
        """The state after one look."""
        status = _MOVES.get((self.status, sight), self.status)
        overdue = now - self.since > settings.verification_window
        if status in _GIVES_UP and sight is Sight.MISSING and overdue:
            status = Status.FAILED
        return replace(
            self,
            status=status,
            since=self.since if status is self.status else now,
            checked_at=now,
            succeeded_at=now if sight is Sight.FOUND else self.succeeded_at,
        )


def look_for_dkim(resolver: dns.resolver.Resolver, domain: str, tokens: tuple[str, ...]) -> Sight:
    """Easy DKIM's CNAMEs: `<token>._domainkey.<domain>` to `<token>.dkim.amazonses.com`."""
    return _all(
        _holds(resolver, f"{token}._domainkey.{domain}", "CNAME", f"{token}.{SIGNING_HOSTED_ZONE}.")
        for token in tokens
    )


def look_for_mail_from(resolver: dns.resolver.Resolver, domain: str, region: str) -> Sight:
    """A MAIL FROM domain's one MX record, which must be SES's.

    SES verifies by the MX alone. Its guide asks for the SPF record as well, which receivers need.
    https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
    """
    try:
        answer = resolver.resolve(domain, "MX", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Sight.MISSING
    except dns.exception.DNSException:
        return Sight.UNCLEAR
    hosts = [str(record.exchange).lower() for record in answer]
    return Sight.FOUND if hosts == [f"{feedback_host(region)}."] else Sight.MISSING


def feedback_host(region: str) -> str:
    """The host that takes bounces for every MAIL FROM domain of a region."""
    return f"feedback-smtp.{region}.amazonses.com"


def _holds(resolver: dns.resolver.Resolver, name: str, kind: str, value: str) -> Sight:
    try:
        answer = resolver.resolve(name, kind, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Sight.MISSING
    except dns.exception.DNSException:
        return Sight.UNCLEAR
    return Sight.FOUND if value in {str(r).lower() for r in answer} else Sight.MISSING


def _all(sights: Iterable[Sight]) -> Sight:
    seen = set(sights)
    for worst in (Sight.MISSING, Sight.UNCLEAR):
        if worst in seen:
            return worst
    return Sight.FOUND
