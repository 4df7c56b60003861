"""The results as a page of documentation, the same in every run."""

import re
from collections.abc import Mapping, Sequence

from local.characters.survey import Result

_HEAD = """# The characters of the local world

Every row is data: recipients in `local/internet/data/`, the states of SES in `local/ses/data/`.
`python -m local.characters` writes this page by sending an email to each; a test compares. The
records come from Bellhop's own rules, the words from the servers and from the local SES. SES's 14
hours are five seconds here. What differs each time in a reply is shown as `…`.

A call that SES refuses for now leaves the email in its queue.
"""
_COLUMNS = ("Character", "What is peculiar", "Words that decided", "Events", "Record")

# What differs from run to run: ids, times and ports.
_CHANGING = (
    r"\b[0-9A-F]{12}\b",
    r"\b\d{10}\b",
    r"\w{3}, \d{1,2} \w{3} \d{4} [\d:]+ [+-]\d{4}",
)


def page(chapters: Mapping[str, Sequence[Result]]) -> str:
    """The page in Markdown, from the results by chapter."""
    tables = (f"\n## {title}\n\n{_table(results)}" for title, results in chapters.items())
    return _HEAD + "".join(tables)


def _table(results: Sequence[Result]) -> str:
    return "".join(
        [
            _line(_COLUMNS),
            _line(["---"] * len(_COLUMNS)),
            *(_line(_cells(each)) for each in results),
        ]
    )


def _cells(result: Result) -> Sequence[str]:
    said = f"`{_steady(result.said)}`" if result.said else ""
    return (
        f"`{result.name}`",
        result.story,
        said,
        ", ".join(result.events),
        result.record,
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.replace('|', '&#124;').split()) for cell in cells)} |\n"


def _steady(text: str) -> str:
    for pattern in _CHANGING:
        text = re.sub(pattern, "…", text)
    return text
