"""Requests on the loopback interface count as TLS."""

from __future__ import annotations

from contextvars import ContextVar

from ministack import app
from ministack.core import iam_evaluator


def install() -> None:
    """Let ``aws:SecureTransport`` be true for requests and for deliveries between services.

    Bucket, queue and topic policies of CDK deny everything else, as they must on AWS.
    """
    origin = ContextVar("request_origin", default=("127.0.0.1", True))

    def pin_request_origin(source_ip: str, _secure_transport: bool) -> None:
        origin.set((source_ip, True))

    iam_evaluator._request_origin = origin
    # The application imported the function by name; both names must lead to the new one.
    iam_evaluator.pin_request_origin = app.pin_request_origin = pin_request_origin
