"""How servers in general phrase a refusal, read by tables of phrases.

`wordings_sender` has what is said of us, `wordings_recipient` what is said of the address and
its server. What names our own side (authentication, reputation, rate, content) is asked for
first, so that a refusal of ours never becomes a bad address.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bellhop.domain.reasons import Reason


class Wording(NamedTuple):
    """One kind of sentence, and its meaning.

    `phrases` are regular expressions searched in `Reply.words`, one way to say it each. `unless`
    is one that must not occur anywhere beside them. `source` says who phrases it so. `re` compiles
    and keeps a row when it is first tried: an event that is no failure pays nothing.
    """

    reason: Reason
    source: str
    phrases: tuple[str, ...]
    unless: str = ""


def read_wording(words: str, rows: Iterable[Wording]) -> Reason | None:
    """The reason of the first row that `words` match, or None."""
    return next((row.reason for row in rows if _matches(row, words)), None)


def _matches(row: Wording, words: str) -> bool:
    if re.search("|".join(row.phrases), words) is None:
        return False
    return not row.unless or re.search(row.unless, words) is None
