"""A table of results, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Results of one bench; ``note`` says how to read them."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def markdown(self) -> str:
        """The table with its title and note."""
        lines = [
            f"## {self.title}",
            "",
            _line(self.header),
            _line(["---"] * len(self.header)),
            *map(_line, self.rows),
            "",
            self.note,
        ]
        return "\n".join(lines)


def sections(page: str) -> dict[str, str]:
    """A page's sections by their headings; what stands before the first heading is under ""."""
    parts = re.split(r"\n+(?=## )", page)
    return {part.partition("\n")[0] if part.startswith("## ") else "": part for part in parts}


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
