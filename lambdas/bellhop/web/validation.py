"""What was wrong with a request's shape, as a problem that names each field."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from bellhop.web.answers import FieldError, Problem
from bellhop.web.faults import sentence
from bellhop.web.problems import Asked, described

_UNKNOWN_FIELD = "is not a field that Bellhop knows; check its spelling or leave it out"
_COPIES = (
    "is not supported, since each email has one recipient whose delivery is followed: add the "
    "address to 'to', or send another email"
)
_IDEMPOTENCY_KEY = (
    "Send an Idempotency-Key header of 1 to 255 printable ASCII characters: your own name for this "
    "email, the same each time you repeat the request."
)
_NOT_JSON = "The body is not JSON. Send one JSON object with Content-Type: application/json."


def invalid_request(faults: Sequence[Mapping[str, Any]], asked: Asked) -> Problem:
    """The problem of a request that failed validation.

    Args:
        faults: as pydantic lists them: ``loc``, ``type``, ``msg``.
    """
    places = [tuple(fault["loc"]) for fault in faults]
    if any(fault["type"] == "json_invalid" for fault in faults):
        status, code, detail = HTTPStatus.BAD_REQUEST, "invalid_json", _NOT_JSON
    elif any(place[:1] == ("header",) for place in places):
        status, code = HTTPStatus.BAD_REQUEST, "idempotency_key_invalid"
        detail = _IDEMPOTENCY_KEY
    else:
        status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"
        detail = "; ".join(f"{_name(p)} {_detail(f)}" for p, f in zip(places, faults, strict=True))
    return described(
        status,
        code,
        detail[:2000],
        asked,
        [
            FieldError(pointer=_pointer(place), code=_code(fault), detail=_detail(fault))
            for place, fault in zip(places, faults, strict=True)
        ],
    )


def not_utf8(error: UnicodeDecodeError) -> dict[str, Any]:
    """The fault, as pydantic would list it, of a body that is no text (RFC 8259, section 8.1)."""
    return {"type": "json_invalid", "loc": ("body",), "msg": f"not UTF-8: {error.reason}"}


def _code(fault: Mapping[str, Any]) -> str:
    if fault["type"] != "extra_forbidden":
        return str(fault["type"])
    return "copies_not_supported" if _is_copy(fault) else "unknown_field"


def _detail(fault: Mapping[str, Any]) -> str:
    if fault["type"] != "extra_forbidden":
        return sentence(fault)
    return _COPIES if _is_copy(fault) else _UNKNOWN_FIELD


def _is_copy(fault: Mapping[str, Any]) -> bool:
    return tuple(fault["loc"]) in {("body", "cc"), ("body", "bcc")}


def _inside(place: Iterable[Any]) -> list[str]:
    """The place within the body or the query: pydantic puts which of them first."""
    return [str(part) for part in list(place)[1:] if part != "[key]"]


def _pointer(place: Sequence[Any]) -> str:
    """Into the body, or by name to a query parameter; a header and a broken body have none."""
    if place[:1] == ("header",) or (len(place) > 1 and isinstance(place[1], int)):
        return ""
    parts = (part.replace("~", "~0").replace("/", "~1") for part in _inside(place))
    return "".join(f"/{part}" for part in parts)


def _name(place: Iterable[Any]) -> str:
    return ".".join(_inside(place)) or "the body"
