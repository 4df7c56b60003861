"""SQS's batch operations are authorised by the action of the single one.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html has no action
for a batch.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

_BATCH = "Batch"


def install() -> None:
    extracted = iam_actions.extract_iam_action

    def single_action(service: str, *request: Any, **details: Any) -> Any:
        action = extracted(service, *request, **details)
        if service == "sqs" and isinstance(action, str):
            return action.removesuffix(_BATCH)
        return action

    iam_actions.extract_iam_action = single_action
