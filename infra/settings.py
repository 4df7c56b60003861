"""Reads a TOML table into a frozen dataclass and names the field in every error.

The dataclass is the schema. A field's type says what it may hold: bool, an enumeration, another
dataclass (a table), a tuple of any of these (a list). Numbers and strings say in `Annotated` which
of them are allowed.
"""

import dataclasses
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


class SettingError(Exception):
    """A setting that cannot be used: which one, its value, and what is allowed."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


class Rule(Protocol):
    """Which numbers or strings a setting may be."""

    def read(self, name: str, value: Any) -> Any:
        """The value itself; raises SettingError naming `name` when it is not allowed."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `minimum` to `maximum`, both included, counted in `unit`."""

    minimum: int
    maximum: int
    unit: str

    def read(self, name: str, value: Any) -> Any:
        """The number itself; true and false are not numbers here."""
        number = isinstance(value, int) and not isinstance(value, bool)
        if not number or not self.minimum <= value <= self.maximum:
            allowed = f"a whole number of {self.unit} from {self.minimum} to {self.maximum}"
            raise SettingError(name, f"is {value!r}; allowed is {allowed}")
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few whole numbers, counted in `unit`."""

    allowed: tuple[int, ...]
    unit: str

    def read(self, name: str, value: Any) -> Any:
        """The number itself; true and false are not numbers here."""
        if isinstance(value, bool) or value not in self.allowed:
            allowed = ", ".join(map(str, self.allowed))
            raise SettingError(name, f"is {value!r}; allowed numbers of {self.unit} are {allowed}")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """A string that `pattern` matches from end to end; `meaning` says in words what that is."""

    pattern: str
    meaning: str

    def read(self, name: str, value: Any) -> Any:
        """The string itself."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise SettingError(name, f"is {value!r}; allowed is {self.meaning}")
        return value


def read_table(kind: type[Kind], table: Any, name: str = "", /, **known: Any) -> Kind:
    """An instance of the dataclass `kind` from a TOML table.

    `name` is the table's place in the file; `known` are the fields that do not come from the file.
    """
    if not isinstance(table, Mapping):
        raise SettingError(name, f"is {table!r}; it has to be a table")
    prefix = f"{name}." if name else ""
    types_of = get_type_hints(kind, include_extras=True)
    settings = [each for each in _fields(kind) if each.name not in known]
    _refuse_unknown(table, {each.name for each in settings}, prefix)
    values = dict(known)
    for each in settings:
        if each.name in table:
            values[each.name] = _read(types_of[each.name], table[each.name], prefix + each.name)
        elif each.default is MISSING and each.default_factory is MISSING:
            raise SettingError(prefix + each.name, "is missing; it has no default")
    return kind(**values)


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _refuse_unknown(table: Mapping[str, Any], settings: set[str], prefix: str) -> None:
    for given in table:
        if given not in settings:
            known = ", ".join(sorted(settings))
            raise SettingError(f"{prefix}{given}", f"is not a setting; known here are {known}")


def _read(allowed: Any, value: Any, name: str) -> Any:
    """The value of a field whose type is `allowed`."""
    origin, arguments = get_origin(allowed), get_args(allowed)
    if origin is Annotated:
        return allowed.__metadata__[0].read(name, value)
    if origin in (Union, types.UnionType):  # X | None; TOML has no null, so it is an X
        return _read(arguments[0], value, name)
    if origin is tuple:
        return _read_list(arguments[0], value, name)
    if dataclasses.is_dataclass(allowed):
        return read_table(allowed, value, name)  # type: ignore[arg-type]  # a type, not an instance
    if issubclass(allowed, StrEnum):
        return _read_choice(allowed, value, name)
    return _read_flag(value, name)


def _read_list(entry: Any, value: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise SettingError(name, f"is {value!r}; it has to be a list")
    return tuple(_read(entry, each, f"{name}[{index}]") for index, each in enumerate(value))


def _read_choice(choices: type[StrEnum], value: Any, name: str) -> StrEnum:
    try:
        return choices(value)
    except ValueError as error:
        allowed = ", ".join(f'"{choice}"' for choice in choices)
        raise SettingError(name, f"is {value!r}; allowed is one of {allowed}") from error


def _read_flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise SettingError(name, f"is {value!r}; allowed is true or false, without quotes")
    return value
