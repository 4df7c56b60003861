"""Writes down who did what: each action on each resource that IAM allowed, once a principal.

The file tells a grant that is used from one that is not. What AWS does in a function's name (its
log, its event source) is in it too.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

from local.emulator.emulator import CALLS_FILE

_seen: set[tuple[str, str, str]] = set()
_lock = threading.Lock()


def install() -> None:
    """Record every request that passes the emulator's own check."""
    enforce = iam_evaluator.enforce

    def recording(
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        **more: Any,
    ) -> Any:
        denied = enforce(access_key, action, service, region, resource_arn=resource_arn, **more)
        if denied is None:
            record(_principal(access_key), action, resource_arn)
        return denied

    iam_evaluator.enforce = recording


def _principal(access_key: str) -> str:
    principal = iam_evaluator.resolve_principal(access_key, get_account_id())
    return str(getattr(principal, "arn", ""))


def record(principal: str, action: str, resource: str) -> None:
    """Write a call down unless it is known."""
    call = (principal, action, resource)
    with _lock:
        if call in _seen:
            return
        _seen.add(call)
        line = dict(zip(("principal", "action", "resource"), call, strict=True))
        # The emulator's directory for scratch files lies in its own directory.
        with (Path(os.environ["TMPDIR"]).parent / CALLS_FILE).open("a") as file:
            file.write(json.dumps(line) + "\n")
