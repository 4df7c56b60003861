"""Who calls, and whether IAM lets them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.ses.errors import ApiError
from local.ses.operations.call import Plan

Authorize = Callable[[str, str, list[str], dict[str, Any]], list[str]]
"""`authorize(access_key, action, resources, context)` names the resources that are denied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose key signed a request."""

    access_key: str
    arn: str


_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/")
_SENDING = frozenset({"ses:SendEmail", "ses:SendRawEmail"})


def access_key(headers: Mapping[str, str]) -> str:
    """The access key of a signed request; raises ApiError for one that is not signed.

    The signature itself is not checked: the local world has no secrets.
    """
    found = _CREDENTIAL.match(headers.get("authorization", ""))
    if not found:
        raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
    return found.group(1)


def check(authorize: Authorize, caller: Caller, action: str, plan: Plan) -> None:
    """Raises ApiError `AccessDeniedException` unless every resource is allowed."""
    context = {"ses:ApiVersion": "2", **plan.context}
    denied = authorize(caller.access_key, action, list(plan.resources), context)
    if denied:
        raise ApiError("AccessDeniedException", _refusal(caller.arn, action, denied[0]))


def _refusal(caller: str, action: str, resource: str) -> str:
    """AWS's words; SES has some of its own for sending."""
    if action in _SENDING:
        return f"User `{caller}' is not authorized to perform `{action}' on resource `{resource}'"
    return (
        f"User: {caller} is not authorized to perform: {action} on resource: {resource}"
        f" because no identity-based policy allows the {action} action"
    )
