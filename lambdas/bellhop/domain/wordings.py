"""How servers in general phrase a refusal, read by tables of phrases.

`wordings_sender` has what is said of us, `wordings_message` what is said of the message,
`wordings_recipient` what is said of the address and its server. What names our own side
(authentication, reputation, rate, content) is asked for first, so that a refusal of ours never
becomes a bad address.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from bellhop.domain.reasons import Reason


class Wording(NamedTuple):
    """One kind of sentence, and its meaning.

    `phrases` are regular expressions searched in `Reply.words`, one way to say it each. `unless`
    is one that must not occur anywhere beside them. `source` says who phrases it so. A row is
    compiled and kept when it is first tried: an event that is no failure pays nothing.
    """

    reason: Reason
    source: str
    phrases: tuple[str, ...]
    unless: str = ""


def read_wording(words: str, rows: Iterable[Wording]) -> Reason | None:
    """The reason of the first row that `words` match, or None."""
    return next((row.reason for row in rows if _matches(row, words)), None)


def both(one: str, other: str) -> str:
    """A phrase that says `one` and `other`, regular expressions both, in whatever order.

    For what servers say in too many ways to list: a mailbox, and somewhere that it is unknown.
    """
    return rf"^(?=.*(?:{one}))(?=.*(?:{other}))"


def _matches(row: Wording, words: str) -> bool:
    said, excused = _patterns(row)
    return bool(said.search(words)) and not (excused and excused.search(words))


@cache
def _patterns(row: Wording) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    return re.compile("|".join(row.phrases)), re.compile(row.unless) if row.unless else None
