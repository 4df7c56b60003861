"""Pydantic's faults in the words of this API: the limit, what was given, and what to do.

https://docs.pydantic.dev/latest/errors/validation_errors/ lists the types and what each tells.
"""

from collections.abc import Mapping
from typing import Any

_LONGEST_ECHO = 80  # characters of what was given
_AS_TIME = "write it with its time zone, such as 2027-03-01T15:00:00+01:00"
_AS_OBJECT = "must be an object, {{…}}, not {given}"

SENTENCES: Mapping[str, str] = {
    "missing": "is missing; give it",
    "string_too_short": "has {length} characters, and needs {min_length} at least",
    "string_too_long": "has {length} characters; {max_length} are the most: shorten it",
    "string_pattern_mismatch": "is {given}, which does not match {pattern}: write it so",
    "string_type": "must be text in quotes, not {given}",
    "too_short": "has {length} entries, and needs {min_length} at least",
    "too_long": "has {length} entries; {max_length} are the most: send the others for themselves",
    "list_type": "must be a list, […], not {given}",
    "dict_type": _AS_OBJECT,
    "model_type": _AS_OBJECT,
    "model_attributes_type": _AS_OBJECT,
    "enum": "is {given}; give {expected}",
    "datetime_type": "is {given}, which is no time; " + _AS_TIME,
    "datetime_parsing": "is {given}, which is no time; " + _AS_TIME,
    "datetime_from_date_parsing": "is {given}, which is no time; " + _AS_TIME,
    "timezone_aware": "is {given}, which has no time zone; " + _AS_TIME,
    "int_type": "must be a whole number, not {given}",
    "int_parsing": "must be a whole number, not {given}",
    "greater_than_equal": "is {given}; {ge} is the least",
    "less_than_equal": "is {given}; {le} is the most",
}
"""By the fault's type; what is not here is said as pydantic says it."""


def sentence(fault: Mapping[str, Any]) -> str:
    """What is wrong with a field, to be read after its name."""
    given = fault.get("input")
    words = SENTENCES.get(fault["type"])
    if words is None:
        return str(fault["msg"])
    given = given.strip() if isinstance(given, str) else given
    length = len(given) if isinstance(given, str | list | dict) else "no"
    return words.format(**fault.get("ctx", {}), given=_echo(given), length=length)


def _echo(given: Any) -> str:
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    text = repr(given)
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"
