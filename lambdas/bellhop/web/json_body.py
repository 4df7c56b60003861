"""Reads a request's body: one JSON object in UTF-8, or a clear refusal.

Powertools compares ``Content-Type`` to the letter, reads forms and multipart where it finds them,
takes the first of an array for the whole body, and lets what json raises besides JSONDecodeError
through; none of that is for this API.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

_JSON = "application/json"
_OTHER = "application/octet-stream"  # Powertools refuses it
# What else a JSON text may be, as RFC 8259, section 3, calls it.
_NAME = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def loads(text: str) -> dict[str, Any]:
    """The object of a JSON text.

    Raises:
        json.JSONDecodeError: not JSON, or JSON nested too deeply or with numbers too long to read.
        RequestValidationError: JSON, but no object; or one in which a name stands twice, of which
            every reader makes something else (RFC 8259, section 4).
    """
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        raise json.JSONDecodeError(f"cannot be read ({type(error).__name__})", "", 0) from error
    if not isinstance(value, dict):
        message = f"must be one JSON object, {{…}}, not {_NAME[type(value)]}"
        raise RequestValidationError([{"type": "not_an_object", "loc": ("body",), "msg": message}])
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"has {twice[:80]!r} twice in one object; give each field once"
        raise RequestValidationError([{"type": "repeated_field", "loc": ("body",), "msg": message}])
    return value


def with_plain_media_type(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its media type as JSON or as something else, whatever its case and
    parameters (RFC 9110, section 8.3.1)."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if "content-type" in headers:
        media_type = headers["content-type"].partition(";")[0].strip().lower()
        headers["content-type"] = _JSON if media_type == _JSON else _OTHER
    return {**event, "headers": headers}
