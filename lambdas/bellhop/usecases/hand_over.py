"""A sender's page for whoever keeps its DNS: links to it are made, ended, and followed.

What opens a page stands with the sender itself, so a sender that is removed takes its links along.
The link's own item only leads from a token to the sender.
"""

from datetime import timedelta

from bellhop.domain.errors import NotAcceptedError, TooManyLinksError
from bellhop.domain.links import MOST_LINKS, Link, hash_of, is_token, new_token, still_open
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.manage_senders import find_sender
from bellhop.usecases.ports import Clock, Links, Senders


def make_link(
    domain: str,
    *,
    tenant: str,
    lifetime: timedelta,
    senders: Senders,
    links: Links,
    clock: Clock,
) -> tuple[str, Link]:
    """A new link to a sender's page: its token, which nobody can read again, and what is kept.

    Raises:
        UnknownSenderError: there is no such sender.
        TooManyLinksError: it has as many as it may.
        NotAcceptedError: another link was made or ended at the same moment; repeat.
    """
    sender, now = find_sender(domain, tenant=tenant, senders=senders), clock()
    there = still_open(sender.links, now)
    if len(there) >= MOST_LINKS:
        first = min(link.expires_at for link in there)
        raise TooManyLinksError(
            f"{sender.domain} has {len(there)} links, and {MOST_LINKS} are the most at once. DELETE"
            f" /v1/senders/{sender.domain}/link ends them all; the first runs out by itself at"
            f" {first:%Y-%m-%d %H:%M} UTC."
        )
    token = new_token()
    link = Link(hash=hash_of(token), expires_at=now + lifetime)
    links.lead(link, sender)
    _keep(links, sender, (*there, link))
    return token, link


def end_links(domain: str, *, tenant: str, senders: Senders, links: Links, clock: Clock) -> int:
    """Ends every link to a sender's page at once; how many were open.

    Raises:
        UnknownSenderError, NotAcceptedError: as :func:`make_link`.
    """
    sender = find_sender(domain, tenant=tenant, senders=senders)
    _keep(links, sender, ())
    return len(still_open(sender.links, clock()))


def find_shared(
    token: str, *, senders: Senders, links: Links, clock: Clock
) -> tuple[Sender, Link] | None:
    """The sender whose page a token opens, and the link; ``None`` for a token that is unknown, has
    run out or was ended, which nobody can tell apart."""
    if not is_token(token):
        return None
    hashed = hash_of(token)
    led = links.find(hashed)
    sender = senders.get(*led) if led else None
    if sender is None or sender.state is SenderState.REMOVING:
        return None
    link = next((each for each in still_open(sender.links, clock()) if each.hash == hashed), None)
    return (sender, link) if link else None


def _keep(links: Links, sender: Sender, kept: tuple[Link, ...]) -> None:
    if not links.keep(sender, kept):
        raise NotAcceptedError(
            f"A link of {sender.domain} was made or ended at the same moment. Repeat the request."
        )
