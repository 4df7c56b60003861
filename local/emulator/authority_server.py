"""In the emulator's process: what IAM and a topic's policy allow, for services that run outside.

POST /principal {access_key}                                      -> {"arn": ARN or null}
POST /identity  {access_key, action, resources, context}          -> {"denied": [resource, …]}
POST /publish   {topic_arn, service, source_arn, source_account, message} -> {"allowed": bool}
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import sns

from local.emulator import calls


class AuthorityServer(ThreadingHTTPServer):
    """Serves on a listening socket that the parent process made."""

    daemon_threads = True

    def __init__(self, descriptor: int) -> None:
        listening = socket.socket(fileno=descriptor)
        super().__init__(listening.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = QUESTIONS[self.path](question)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Keep the emulator's log to the emulator."""


def _principal(question: dict[str, Any]) -> dict[str, str | None]:
    principal = iam_evaluator.resolve_principal(question["access_key"], get_account_id())
    known = not isinstance(principal, iam_evaluator.AuthError)
    return {"arn": principal.arn if known else None}


def _identity(question: dict[str, Any]) -> dict[str, list[str]]:
    principal = iam_evaluator.resolve_principal(question["access_key"], get_account_id())
    denied = [
        resource
        for resource in question["resources"]
        if not _allows(principal, question["action"], resource, question["context"])
    ]
    return {"denied": denied}


def _allows(principal: Any, action: str, resource: str, context: dict[str, str]) -> bool:
    """An unknown or expired key may do nothing, the account's root everything."""
    if isinstance(principal, iam_evaluator.AuthError):
        return False
    if principal.policies is None:
        return True
    request = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={key.lower(): value for key, value in context.items()},
        principal_keys=principal.keys,
    )
    allowed = iam_evaluator.evaluate(request, principal.policies, *principal.limits)
    if allowed.decision != "Allow":
        return False
    calls.record(principal.arn, action, resource)
    return True


def _publish(question: dict[str, Any]) -> dict[str, bool]:
    names = ("topic_arn", "service", "source_arn", "source_account")
    allowed = sns.topic_policy_allows(*(question[name] for name in names))
    if allowed:
        sns.publish_internal(question["topic_arn"], question["message"])
    return {"allowed": allowed}


QUESTIONS: dict[str, Callable[[dict[str, Any]], Mapping[str, object]]] = {
    "/principal": _principal,
    "/identity": _identity,
    "/publish": _publish,
}
