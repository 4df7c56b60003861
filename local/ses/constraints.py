"""What botocore's validator leaves to the server: enumerations, lengths, ranges and patterns."""

import re
from collections.abc import Iterator, Sized
from typing import Any

from botocore.model import ListShape, Shape, StructureShape


def violations(value: Any, shape: Shape, path: str = "") -> list[str]:
    """Each constraint of the shape that the value breaks, worded as AWS words it."""
    return list(_walk(value, shape, path))


def _walk(value: Any, shape: Shape, path: str) -> Iterator[str]:
    for demand in _demands(value, shape):
        yield f"Value at '{path}' failed to satisfy constraint: Member must {demand}"
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            yield from _walk(member, shape.members[name], f"{path}.{name}".lstrip("."))
    elif isinstance(shape, ListShape):
        for index, member in enumerate(value, start=1):
            yield from _walk(member, shape.member, f"{path}.{index}.member")


def _demands(value: Any, shape: Shape) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"satisfy enum value set: [{', '.join(allowed)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.search(pattern, value):
        yield f"satisfy regular expression pattern: {pattern}"
    yield from _limits(value, shape)


def _limits(value: Any, shape: Shape) -> Iterator[str]:
    measured: float
    if isinstance(value, Sized):
        measured, kind = len(value), "have length"
    elif isinstance(value, int | float):
        measured, kind = value, "have value"
    else:
        return
    smallest, largest = shape.metadata.get("min"), shape.metadata.get("max")
    if smallest is not None and measured < smallest:
        yield f"{kind} greater than or equal to {smallest}"
    if largest is not None and measured > largest:
        yield f"{kind} less than or equal to {largest}"
