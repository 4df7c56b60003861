"""HTML of the pages: what is put in is escaped, always."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

MOST_CHARACTERS = 500
"""Of a text that DNS holds; a DKIM key has about 400."""

MOST_PASTED = 2_000
"""Of a text that somebody is told to enter."""


def shown(text: str) -> str:
    """A text of DNS as it can be looked at.

    Characters that are not seen, or that turn the direction of others, stand as their code. A long
    one ends in an ellipsis.
    """
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
    return "".join(each if each.isprintable() else f"[U+{ord(each):04X}]" for each in cut)


def pasteable(text: str) -> bool:
    """Whether a text may be copied as it is: the proposal for a record holds what stood in it."""
    return text.isprintable() and len(text) <= MOST_PASTED


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["shown"] = shown
_environment.tests["pasteable"] = pasteable


def render(template: str, view: Mapping[str, Any]) -> str:
    """A template with a view put in."""
    return _environment.get_template(template).render(view)
