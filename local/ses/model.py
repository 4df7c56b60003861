"""SES's API as botocore's service model describes it: routes, requests and answers.

The model is the specification. A request is taken apart and checked by the same shapes from which
an AWS SDK builds it; an answer that does not fit its shape is a fault of ours, not of the caller.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from local.ses.constraints import violations
from local.ses.errors import STATUS_OUTSIDE_THE_MODEL, ApiError, bad_request


@cache
def service_model() -> ServiceModel:
    """The `sesv2` model of the installed botocore; loading takes some 50 ms."""
    return botocore.session.get_session().get_service_model("sesv2")


def status_of(error: str) -> int:
    """The HTTP status that belongs to the name of an error."""
    if error in STATUS_OUTSIDE_THE_MODEL:
        return STATUS_OUTSIDE_THE_MODEL[error]
    shape = service_model().shape_for(error)
    return int(shape.metadata["error"]["httpStatusCode"])


class Routes:
    """Finds the operation that a method and a path mean, among those that are offered."""

    def __init__(self, operations: Iterable[str]) -> None:
        models = (service_model().operation_model(name) for name in operations)
        self._routes = [(m.http["method"], _pattern(m.http["requestUri"]), m) for m in models]

    def find(self, method: str, path: str) -> tuple[OperationModel, dict[str, str]]:
        """The operation and the parameters in its path.

        Raises ApiError `UnknownOperationException` (404), which is how AWS answers a path that no
        operation has.
        """
        for candidate, pattern, operation in self._routes:
            if candidate == method and (match := pattern.fullmatch(path)):
                return operation, {k: unquote(v) for k, v in match.groupdict().items()}
        raise ApiError("UnknownOperationException", f"No SES v2 operation has {method} {path}.")


def _pattern(request_uri: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", request_uri) + "/?")


def read_request(
    operation: OperationModel, path: Mapping[str, str], query: str, body: bytes
) -> dict[str, Any]:
    """The parameters of a request, converted and checked.

    Raises ApiError `SerializationException` for a body that is not a JSON object, and
    `BadRequestException` for what the shapes do not allow.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    parameters = {**_read_body(shape, body), **_read_query(shape, query), **path}
    _check(parameters, shape)
    return parameters


def _read_body(shape: StructureShape, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ValueError("the body is not a JSON object")
        present = {name: value for name, value in document.items() if value is not None}
        converted: dict[str, Any] = _from_wire(shape, present)
        return converted
    except (ValueError, binascii.Error) as err:
        raise ApiError("SerializationException", f"The body cannot be read: {err}") from err


def _read_query(shape: StructureShape, query: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    values = parse_qs(query)
    for name, member in shape.members.items():
        given = values.get(member.serialization.get("name", name))
        if member.serialization.get("location") == "querystring" and given:
            found[name] = given if member.type_name == "list" else _from_query(member, given[0])
    return found


def _from_query(shape: Shape, text: str) -> Any:
    try:
        if shape.type_name == "integer":
            return int(text)
        if shape.type_name == "timestamp":
            return datetime.fromisoformat(text)
    except ValueError as err:
        raise bad_request(f"{text!r} is not a {shape.type_name}.") from err
    return text


def _check(parameters: dict[str, Any], shape: Shape) -> None:
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise bad_request(report.generate_report())
    if found := violations(parameters, shape):
        count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected"
        raise bad_request(f"{count}: {'; '.join(found)}")


def write_answer(operation: OperationModel, result: dict[str, Any]) -> bytes:
    """The body of an answer; raises ValueError when the result does not fit its shape."""
    shape = operation.output_shape
    if shape is None:
        return b"{}"
    report = ParamValidator().validate(result, shape)
    if report.has_errors():
        raise ValueError(f"{operation.name}'s answer is wrong: {report.generate_report()}")
    return json.dumps(_to_wire(result)).encode()


def write_error(error: ApiError) -> tuple[int, bytes]:
    """Status and body of an error."""
    status = HTTPStatus(status_of(error.name))
    return status, json.dumps({"message": error.message}).encode()


def _from_wire(shape: Shape, value: Any) -> Any:
    """A JSON value as the types that botocore's shapes mean; what does not fit stays as it is."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = shape.members
        return {k: _from_wire(members[k], v) if k in members else v for k, v in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_from_wire(shape.member, item) for item in value]
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if shape.type_name == "timestamp" and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return value


def _to_wire(value: Any) -> Any:
    """The JSON of REST-JSON: times are seconds since 1970, binary is base64."""
    if isinstance(value, dict):
        return {k: _to_wire(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_to_wire(item) for item in value]
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
