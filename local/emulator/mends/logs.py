"""A function's log is written with the permissions of its role, as on AWS.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html names the actions.
"""

from __future__ import annotations

import logging
from typing import Any

from ministack.services import lambda_svc

from local.emulator.mends.roles import missing_actions

LOG_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")

_log = logging.getLogger("bellhop.emulator")


def install() -> None:
    write = lambda_svc._emit_lambda_logs

    def write_within_permissions(function: dict[str, Any], *line: Any, **details: Any) -> None:
        configuration = function.get("config") or function
        missing = missing_actions(configuration["Role"], LOG_ACTIONS, _stream(configuration))
        if missing:
            _log.warning("%s may not %s", configuration["FunctionName"], ", ".join(missing))
        else:
            write(function, *line, **details)

    lambda_svc._emit_lambda_logs = write_within_permissions


def _stream(configuration: dict[str, Any]) -> str:
    """The ARN of a log stream in the function's log group."""
    arn = configuration["FunctionArn"].split(":")
    name = configuration["FunctionName"]
    group = (configuration.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    return f"arn:aws:logs:{arn[3]}:{arn[4]}:log-group:{group}:log-stream:any"
