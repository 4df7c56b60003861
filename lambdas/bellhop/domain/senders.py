"""A sender: a tenant's sending domain and how far its authentication is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bellhop.domain.links import Link


class SenderState(StrEnum):
    """Whether email may leave in the name of a domain."""

    PENDING = "pending"  # waiting for DNS: normal for up to 72 h
    VERIFIED = "verified"
    FAILED = "failed"  # SES waited 72 h for the records; what was made is gone, the domain free
    HELD = "held"  # SES has the domain from somebody else: the operator has to hand it over
    REMOVING = "removing"  # asked for by DELETE, and soon gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """What ties an email to the domain of its From address (RFC 7489, section 3.1).

    SES signs with the domain of the identity that covers the From address, and a MAIL FROM domain
    must be a subdomain of it, so in the relaxed mode each of the two is aligned wherever it is in
    use. SES's own MAIL FROM domain passes SPF and is never aligned.

    Attributes:
        dkim: SES signs with the sender's domain, and has found the DNS records of the keys.
        spf: SES uses the sender's own MAIL FROM domain, and has found its MX record.
        checked_at: when SES said so.
    """

    dkim: bool
    spf: bool
    checked_at: datetime

    @property
    def is_aligned(self) -> bool:
        """Whether DMARC can pass: one of the two is enough (RFC 7489, section 3)."""
        return self.dkim or self.spf


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One domain of one tenant.

    Attributes:
        tenant: whose it is; a domain has one owner in a deployment.
        domain: lower-case IDNA form.
        state: as SES said at ``checked_at``.
        alignment: as SES said last, or ``None`` where it was not asked yet.
        since: when the state was reached; ``None`` for one that was kept before this was.
        tokens: selectors of the three DKIM records; empty until SES has made them.
        mail_from: the MAIL FROM domain, or empty where SES's own is used.
        watch: what its DNS showed over time, see domain/authentication/watches.py; empty where
            nobody looked yet.
        stops_marketing: whether that stops marketing email from it.
        links: private links to its page, those that ran out lately among them.
        run: the newest wish to look at it, later ones being greater; see usecases/onboard.py.
    """

    tenant: str
    domain: str
    state: SenderState
    checked_at: datetime
    alignment: Alignment | None = None
    since: datetime | None = None
    tokens: tuple[str, ...] = ()
    mail_from: str = ""
    run: str = ""
    watch: str = ""
    stops_marketing: bool = False
    links: tuple[Link, ...] = ()
