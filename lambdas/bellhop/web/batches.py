"""A batch of requests: each item is checked, accepted or rejected for itself, in its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bellhop.domain.errors import BellhopError
from bellhop.usecases.accept import Acceptance, Acceptor, Submission, batch_item
from bellhop.web.answers import BatchAnswer, BatchItem, BatchItemResult, Problem, accepted_emails
from bellhop.web.api_call import hash_of
from bellhop.web.problems import Asked, of_error
from bellhop.web.requests import BatchItemBody
from bellhop.web.validation import invalid_request


def accept_batch(
    items: Sequence[Any], *, tenant: str, idempotency_key: str, acceptor: Acceptor, asked: Asked
) -> BatchAnswer:
    """Accepts the items that can be, and says of each what became of it.

    Args:
        items: as they came, not yet validated.
    """
    checked = [
        _check(item, index, tenant, idempotency_key, asked) for index, item in enumerate(items)
    ]
    accepted = iter(acceptor.accept_all([each for each in checked if isinstance(each, Submission)]))
    return BatchAnswer(
        items=[
            _item(next(accepted), asked) if isinstance(each, Submission) else _rejected(each)
            for each in checked
        ]
    )


def _check(
    item: Any, index: int, tenant: str, idempotency_key: str, asked: Asked
) -> Submission | Problem:
    try:
        body = BatchItemBody.model_validate(item)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        return invalid_request(faults, asked)
    return Submission(
        tenant=tenant,
        request=body.request(),
        key=batch_item(tenant, idempotency_key, index, body.idempotency_key),
        payload_hash=hash_of(_payload(item)),
    )


def _payload(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the item asks for, whatever it is called."""
    return {name: value for name, value in item.items() if name != "idempotency_key"}


def _item(result: Acceptance | BellhopError, asked: Asked) -> BatchItem:
    if isinstance(result, BellhopError):
        return _rejected(of_error(result, asked))
    return BatchItem(
        result=BatchItemResult.ACCEPTED,
        replayed=result.replayed,
        emails=accepted_emails(result),
        problem=None,
    )


def _rejected(problem: Problem) -> BatchItem:
    return BatchItem(result=BatchItemResult.REJECTED, replayed=False, emails=[], problem=problem)
