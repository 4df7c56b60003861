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
    first, and the other sees that.

    Raises:
        EmailNotFoundError: not an email of this tenant's.
        EmailNotCancellableError: it waits no longer.
    """
    waiting = find_email(text, tenant=tenant, records=records, requests=requests)
    fact = Fact(kind=FactKind.CANCELLED, identity=FactKind.CANCELLED.value, at=clock())
    in_the_way = records.close(waiting, fact)
    ended = in_the_way or find_email(text, tenant=tenant, records=records, requests=requests)
    status = outcome_of(ended.facts, ended.dispatch).status
    if status is not Status.CANCELLED:
        raise EmailNotCancellableError(
            f"The email is {status} already; only one that is queued or scheduled can be "
            f"cancelled. GET /v1/emails/{ended.id} tells what became of it."
        )
    return ended
