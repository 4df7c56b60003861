"""An SQS event source polls with the permissions of the function's role, as Lambda's pollers do.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html names the three actions.
"""

from __future__ import annotations

import logging
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import lambda_svc

POLLER_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

_log = logging.getLogger("bellhop.emulator")


def install() -> None:
    allowed_batches = lambda_svc._sqs_esm_concurrency

    def batches_within_permissions(
        mapping: dict[str, Any],
        function: dict[str, Any],
        configuration: dict[str, Any],
        queue: dict[str, Any] | None = None,
    ) -> int:
        missing = missing_actions(configuration["Role"], mapping["EventSourceArn"])
        if missing:
            _report(mapping, missing)
            return 0
        return int(allowed_batches(mapping, function, configuration, queue))

    lambda_svc._sqs_esm_concurrency = batches_within_permissions


def missing_actions(role_arn: str, queue_arn: str) -> list[str]:
    """The poller's actions that the role does not allow on the queue."""
    account = role_arn.split(":")[4]
    policies = iam_evaluator._gather_role_policies(role_arn.rsplit("/", 1)[-1], account)
    return [
        action
        for action in POLLER_ACTIONS
        if not _allowed(action, role_arn, account, queue_arn, policies)
    ]


def _allowed(action: str, role_arn: str, account: str, queue_arn: str, policies: list[Any]) -> bool:
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=queue_arn,
        region=queue_arn.split(":")[3],
    )
    return bool(iam_evaluator.evaluate(context, policies).decision == "Allow")


def _report(mapping: dict[str, Any], missing: list[str]) -> None:
    """Say it where an operator looks (LastProcessingResult), and once in the log."""
    problem = f"PROBLEM: the execution role lacks {', '.join(missing)}"
    if mapping.get("LastProcessingResult") != problem:
        mapping["LastProcessingResult"] = problem
        _log.warning("%s on %s", problem, mapping["EventSourceArn"])
