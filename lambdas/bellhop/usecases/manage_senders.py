"""What a tenant asks for its senders: add, look again, remove.

The wish is queued first and written down second: whatever is written has its queue message, which
is the timer that brings it to its end. A message whose wish was never written finds nothing to do.
"""

from dataclasses import replace
from datetime import timedelta

from bellhop.domain.errors import DomainTakenError, UnknownSenderError
from bellhop.domain.onboarding import new_run
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.ports import Clock, Job, Jobs, Senders

# The item is written before the message is seen, as a rule.
_DELAY = timedelta(seconds=1)
_CLAIMED = frozenset({SenderState.PENDING, SenderState.VERIFIED})


def add_sender(domain: str, *, tenant: str, senders: Senders, jobs: Jobs, clock: Clock) -> Sender:
    """Claims a domain for the tenant and begins to set it up; a sender that is there is looked at.

    Raises:
        DomainTakenError: it is another tenant's; nothing was changed.
        NotAcceptedError: repeat.
    """
    known = senders.get(tenant, domain)
    if known and known.state in _CLAIMED:
        return _ask(known, senders, jobs, clock)
    now = clock()
    begun = Sender(
        tenant=tenant,
        domain=domain,
        state=SenderState.PENDING,
        checked_at=now,
        since=now,
        run=new_run(now),
    )
    jobs.put(Job(tenant=tenant, domain=domain, run=begun.run), delay=_DELAY)
    if not senders.put(begun):
        raise DomainTakenError(
            f"{domain} is in use here already. If it is yours, ask whoever runs Bellhop.",
            param="/domain",
        )
    return begun


def check_sender(domain: str, *, tenant: str, senders: Senders, jobs: Jobs, clock: Clock) -> Sender:
    """Looks at a sender now, and begins anew with one that failed or was held.

    Raises:
        UnknownSenderError, DomainTakenError, NotAcceptedError: nothing was changed.
    """
    known = find_sender(domain, tenant=tenant, senders=senders)
    if known.state is SenderState.REMOVING:
        return known
    return add_sender(domain, tenant=tenant, senders=senders, jobs=jobs, clock=clock)


def remove_sender(
    domain: str, *, tenant: str, senders: Senders, jobs: Jobs, clock: Clock
) -> Sender:
    """Ends a sender: no email leaves any more, and what Bellhop made in SES is undone.

    Raises:
        UnknownSenderError: there is none.
        NotAcceptedError: repeat.
    """
    known = find_sender(domain, tenant=tenant, senders=senders)
    return _ask(known, senders, jobs, clock, state=SenderState.REMOVING)


def find_sender(domain: str, *, tenant: str, senders: Senders) -> Sender:
    """The tenant's sender; raises UnknownSenderError."""
    found = senders.get(tenant, domain)
    if found is None:
        raise UnknownSenderError(
            f"{domain[:80]} is not one of your senders. GET /v1/senders lists them, POST"
            " /v1/senders adds one."
        )
    return found


def _ask(
    known: Sender,
    senders: Senders,
    jobs: Jobs,
    clock: Clock,
    *,
    state: SenderState | None = None,
) -> Sender:
    run = new_run(clock())
    jobs.put(Job(tenant=known.tenant, domain=known.domain, run=run), delay=_DELAY)
    if not senders.ask(known, run, state):
        raise UnknownSenderError(
            f"{known.domain} was just removed. POST /v1/senders adds it again."
        )
    return replace(known, state=state or known.state, run=run)
