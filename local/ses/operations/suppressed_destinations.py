"""Operations on the account's suppression list."""

from collections.abc import Mapping

from local.ses.identifiers import now
from local.ses.operations.call import Call, Operation, Result, on_account
from local.ses.operations.paging import page
from local.ses.suppression import SuppressedDestination, SuppressionReason


def put_suppressed_destination(call: Call) -> Result:
    """Adds an address by hand, or changes its reason."""
    entry = SuppressedDestination(
        address=call.parameters["EmailAddress"],
        reason=SuppressionReason(call.parameters["Reason"]),
        updated_at=now(),
    )
    call.account.suppression.put(entry)
    return {}


def get_suppressed_destination(call: Call) -> Result:
    """One entry, with the message and the feedback that caused it."""
    entry = call.account.suppression.get(call.parameters["EmailAddress"])
    attributes = {"MessageId": entry.message_id, "FeedbackId": entry.feedback_id}
    known = {name: value for name, value in attributes.items() if value}
    return {
        "SuppressedDestination": {**_summary(entry), **({"Attributes": known} if known else {})}
    }


def delete_suppressed_destination(call: Call) -> Result:
    """Takes an address from the list."""
    call.account.suppression.remove(call.parameters["EmailAddress"])
    return {}


def list_suppressed_destinations(call: Call) -> Result:
    """A page of the list, the newest first, by reason and time if asked."""
    wanted = call.parameters
    entries = [
        entry
        for entry in call.account.suppression.all()
        if entry.reason in wanted.get("Reasons", SuppressionReason)
        and entry.updated_at >= wanted.get("StartDate", entry.updated_at)
        and entry.updated_at <= wanted.get("EndDate", entry.updated_at)
    ]
    found, token = page(entries, wanted)
    summaries = [_summary(entry) for entry in found]
    return {
        "SuppressedDestinationSummaries": summaries,
        **({"NextToken": token} if token else {}),
    }


def _summary(entry: SuppressedDestination) -> Result:
    return {
        "EmailAddress": entry.address,
        "Reason": str(entry.reason),
        "LastUpdateTime": entry.updated_at,
    }


OPERATIONS: Mapping[str, Operation] = {
    "PutSuppressedDestination": on_account(put_suppressed_destination),
    "GetSuppressedDestination": on_account(get_suppressed_destination),
    "DeleteSuppressedDestination": on_account(delete_suppressed_destination),
    "ListSuppressedDestinations": on_account(list_suppressed_destinations),
}
