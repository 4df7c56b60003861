"""Reads a request's body: JSON in UTF-8, or a clear refusal.

Powertools compares ``Content-Type`` to the letter, reads forms and multipart where it finds them,
and lets what json raises besides JSONDecodeError through; none of that is for this API.
"""

import json
from collections.abc import Mapping
from typing import Any

_JSON = "application/json"
_OTHER = "application/octet-stream"  # Powertools refuses it


def loads(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: not JSON, or JSON nested too deeply or with numbers too long to read.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        raise json.JSONDecodeError(f"cannot be read ({type(error).__name__})", "", 0) from error


def with_plain_media_type(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its media type as JSON or as something else, whatever its case and
    parameters (RFC 9110, section 8.3.1)."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if "content-type" in headers:
        media_type = headers["content-type"].partition(";")[0].strip().lower()
        headers["content-type"] = _JSON if media_type == _JSON else _OTHER
    return {**event, "headers": headers}
