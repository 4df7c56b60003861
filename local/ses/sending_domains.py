"""Sets up a sending domain in the state that its row describes."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from local.ses.account import Account
from local.ses.characters import Publication, SendingDomain, load_sending_domains
from local.ses.identifiers import now
from local.ses.identities import EmailIdentity, MailFrom
from local.ses.keys import SIGNING_HOSTED_ZONE, generate_set
from local.ses.verification import Status, Verification, feedback_host

_KEY_LENGTH = "RSA_2048_BIT"


def add_sending_domain(account: Account, domain: str) -> None:
    """Adds the identity of a row of data/senders.toml, and publishes what its owner published.

    Raises KeyError for a domain without a row, ApiError for one that is there already.
    """
    rows = load_sending_domains()
    if domain not in rows:
        raise KeyError(f"no sending domain is {domain!r}; the rows are {sorted(rows)}")
    row = rows[domain]
    identity = _identity(row)
    account.identities.add(identity)
    account.publish_keys(identity.dkim_keys)
    for publication in row.records:
        _PUBLISH[publication](account, identity)


def _identity(row: SendingDomain) -> EmailIdentity:
    since = now() - timedelta(hours=row.hours)
    status = Status.SUCCESS if row.verified else Status.PENDING
    return EmailIdentity(
        name=row.domain,
        dkim_keys=generate_set(_KEY_LENGTH),
        keys_generated_at=since,
        verification=Verification(status=status, since=since),
        mail_from=MailFrom(
            domain=f"bounce.{row.domain}",
            behavior_on_mx_failure=row.on_mx_failure,
            verification=Verification(status=status, since=since),
        ),
    )


def _dkim(account: Account, identity: EmailIdentity) -> None:
    for token in identity.tokens:
        _publish_token(account, identity, token)


def _some_dkim(account: Account, identity: EmailIdentity) -> None:
    for token in identity.tokens[1:]:
        _publish_token(account, identity, token)


def _publish_token(account: Account, identity: EmailIdentity, token: str) -> None:
    name = f"{token}._domainkey.{identity.name}"
    account.publish_record(name, "CNAME", f"{token}.{SIGNING_HOSTED_ZONE}")


def _mail_from(account: Account, identity: EmailIdentity) -> None:
    name = f"bounce.{identity.name}"
    account.publish_record(name, "MX", f"10 {feedback_host(account.region)}")
    account.publish_record(name, "TXT", "v=spf1 include:amazonses.com ~all")


def _dmarc(account: Account, identity: EmailIdentity) -> None:
    account.publish_record(f"_dmarc.{identity.name}", "TXT", "v=DMARC1; p=quarantine")


_PUBLISH: Mapping[Publication, Callable[[Account, EmailIdentity], None]] = {
    Publication.DKIM: _dkim,
    Publication.SOME_DKIM: _some_dkim,
    Publication.MAIL_FROM: _mail_from,
    Publication.DMARC: _dmarc,
}
