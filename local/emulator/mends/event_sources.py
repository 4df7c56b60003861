"""An SQS event source polls with the permissions of the function's role, as Lambda's pollers do.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html names the three actions.
"""

from __future__ import annotations

import logging
from typing import Any

from ministack.services import lambda_svc

from local.emulator.mends.roles import missing_actions

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
        missing = missing_actions(configuration["Role"], POLLER_ACTIONS, mapping["EventSourceArn"])
        _report(mapping, missing)
        if missing:
            return 0
        return int(allowed_batches(mapping, function, configuration, queue))

    lambda_svc._sqs_esm_concurrency = batches_within_permissions


def _report(mapping: dict[str, Any], missing: list[str]) -> None:
    """Say it where an operator looks (LastProcessingResult) while it lasts, and once in the log."""
    problem = f"PROBLEM: the execution role lacks {', '.join(missing)}" if missing else ""
    said = str(mapping.get("LastProcessingResult"))
    if problem and said != problem:
        mapping["LastProcessingResult"] = problem
        _log.warning("%s on %s", problem, mapping["EventSourceArn"])
    elif not problem and said.startswith("PROBLEM"):
        mapping["LastProcessingResult"] = "No records processed"
