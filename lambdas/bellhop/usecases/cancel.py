"""Takes an email back while it waits to be sent."""

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.errors import EmailNotCancellableError
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.status import Status, outcome_of
from bellhop.usecases.look_up import find_email
from bellhop.usecases.ports import Clock, Records, Requests


def cancel(
    text: str, *, tenant: str, records: Records, requests: Requests, clock: Clock
) -> DeliveryRecord:
    """Cancels an email and returns its record; one that is cancelled already stays so.

    The write that ends the email has the same condition as a worker's claim: one of the two comes
    first, and the other sees that. What was put aside for an operator is taken back as well: it
    waits for them, and they could still return it to its queue.

    Raises:
        EmailNotFoundError: not an email of this tenant's.
        EmailNotCancellableError: it waits no longer.
    """
    waiting = find_email(text, tenant=tenant, records=records, requests=requests)
    decisive = outcome_of(waiting.facts, waiting.dispatch).fact
    if decisive and decisive.kind is FactKind.PARKED:
        records.reopen(waiting.id)
    fact = Fact(kind=FactKind.CANCELLED, identity=FactKind.CANCELLED.value, at=clock())
    in_the_way = records.close(waiting, fact)
    ended = in_the_way or find_email(text, tenant=tenant, records=records, requests=requests)
    status = outcome_of(ended.facts, ended.dispatch).status
    if status is not Status.CANCELLED:
        raise EmailNotCancellableError(
            f"The email is {status} already; only one that waits can be "
            f"cancelled. GET /v1/emails/{ended.id} tells what became of it."
        )
    return ended
