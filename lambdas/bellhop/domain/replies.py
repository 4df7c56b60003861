"""One SMTP reply as SES hands it over in `diagnosticCode`, made ready to be read by rules.

A diagnostic is free text around a reply of RFC 5321: `smtp; 550-5.1.1 No such\\n550 5.1.1 user`.
Its lines are one text, so the repeated codes go; and where a sending server wraps what it was
told (`550 4.4.7 Message expired … <421 4.4.0 …>`), the wrapped reply is the cause.

Patterns are compiled by `re` when they are first used, not at import: most events are no failure.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from bellhop.domain.glossary import in_english

LIMIT = 2_000
"""Characters of a diagnostic that are read. RFC 5321, 4.5.3.1.5, gives a reply line 512."""

# What differs from one email to the next, in words at least this long or with an @: who is
# written to, the server's ids, IP addresses and times. No rule reads it, and without it the
# thousandth guest's reply is the first one's.
_LONG = 12
_ATOM = r"[^\s<>\"',;:()\[\]=.@]"
_LOCAL_PART = rf"(?<!{_ATOM})(?:{_ATOM}|\.(?!\.))+(?=@)"
_IP = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"
_ID = r"\b(?=[a-z]*\d[a-z]*\d)[a-z0-9]{12,}(?:\.\d+)?\b"
_TIME = r"\b(?:\d{4}-\d\d-\d\dt)?\d\d:\d\d:\d\d(?:\.\d+)?z?\b"

_TRANSPORT = r"^\s*(?:smtp|x-[\w-]+|dns|unix)\s*;\s*"
_CODE = r"(?<![\d.])([45]\d\d)(?=[ \-,:#']|$)"
_ENHANCED = r"(?<![\d.])#?([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)"

# Who wraps a reply: SES and Exchange on expiry, Exchange (`->`), IronPort (`5.1.0 - …`), Postfix.
_WRAPPER = (
    r"expired|delivery time|too old|led=|^[45]\.\d\.\d - |-> *[45]\d\d"
    r"|\b(?:said:|to me:|returned:?) '?[45]\d\d"
)
_INNER = (
    r"(?:<|led=|->|\bsaid:|\bto me:|\breturned:?|\berror:|\bresponse:) *'?(?=[45]\d\d[ -])"
    r"|\b(?=[45]\d\d-')"
)
_INNER_CODED = r"\s(?=[45]\d\d[ -][45]\.\d\.\d)"

# What a server says to be polite names neither party's fault, and would mislead.
_POLITE = (
    r"(?:in order )?to (?:best )?(?:protect|reduce|prevent|fight|combat|limit|control|stop) "
    r"(?:[\w-]+ ){0,6}(?:spam|junk|abuse|phishing)[\w ]*,?"
)
_MASKS: tuple[tuple[str, str], ...] = (
    (r"\bcan(?:['\u2019]?t|not)\b", "can not"),
    (r"\bwon['\u2019]t\b", "will not"),
    (r"n['\u2019]t\b", " not"),
    (r"\b(does|did|do|was|are|is|has|had)nt\b", r"\1 not"),
    (r"\(in reply to [\w ]+ command\)", " "),  # Postfix: where in the dialogue it was said
    (r"(?:https?://|www\.)\S+", " "),
    (rf"<?(?:\"[^\"]*\"|{_LOCAL_PART})@(?:[\w\-\[\]]|\.(?!\.))*>?", "<address>"),
    (r"_", " "),
    (r"^([45]\d\d)-", r"\1 "),
    (r"\s[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?", " "),  # the codes of further lines
    (r"\[?\b(?:\d{1,3}|[x#*]+)(?:\.(?:\d{1,3}|[x#*]+)){3}\b\]?", "<ip>"),
    (r"(?:[0-9a-f]{1,4}:){3,}\S*", "<ip>"),
    (_ENHANCED, " "),
    (r"\b(?=[a-z0-9.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+\b", "<host>"),
    (_POLITE, " "),
)

_compiled = cache(re.compile)  # for what every failure needs: `re` itself looks a pattern up slowly


class Reply(NamedTuple):
    """What can be read from one diagnostic.

    `code`: reply code such as 550, or None. `enhanced`: the text's own enhanced status code as
    (class, subject, detail), or None. `text`: the whole in lower case on one line, without the
    codes of further lines. `words`: the
    same in English (`glossary`), without accents, links, addresses (`<address>`), IP addresses
    (`<ip>`) and host names (`<host>`), so that a name cannot be taken for a statement.
    """

    code: int | None
    enhanced: tuple[int, int, int] | None
    text: str
    words: str


def one_line(diagnostic: str) -> str:
    """A diagnostic in lower case on one line, without what is of one email only."""
    words = diagnostic[: 2 * LIMIT].lower().split()
    line = [
        word if len(word) < _LONG and "@" not in word else _without_compiled(word) for word in words
    ]
    return " ".join(line)[:LIMIT]


def read_reply(diagnostic: str) -> Reply:
    """The reply that `diagnostic` holds; the wrapped one where one server quotes another."""
    return read_line(one_line(diagnostic))


def read_line(line: str) -> Reply:
    """The reply in what `one_line` has made of a diagnostic."""
    text = _innermost(re.sub(_TRANSPORT, "", line))
    code = re.search(_CODE, text)
    return Reply(
        code=int(code[1]) if code else None,
        enhanced=read_status(text),
        text=_unfolded(text),
        words=_words(text),
    )


def read_status(text: str) -> tuple[int, int, int] | None:
    """The enhanced status code in `text` as numbers, or None (RFC 3463, section 2).

    Of several the first that is not `x.0.0` counts, since that one says nothing.
    """
    found = [(int(a), int(b), int(c)) for a, b, c in re.findall(_ENHANCED, text)]
    return next((code for code in found if code[1:] != (0, 0)), found[0] if found else None)


def _without_compiled(word: str) -> str:
    if "@" in word:
        return _compiled(_LOCAL_PART).sub("someone", word)
    if not word.isalpha():
        word = _compiled(_IP).sub("192.0.2.0", word)
        word = _compiled(_ID).sub("*", word)
        word = _compiled(_TIME).sub("", word)
    return word


def _innermost(text: str) -> str:
    if not re.search(_WRAPPER, text):
        return text
    # From the fourth character on: what stands before is the outer reply's own code.
    inner = [match.end() for match in re.compile(_INNER).finditer(text, 3)]
    coded = re.compile(_INNER_CODED).search(text, 3)
    return text[inner[-1] :] if inner else text[coded.end() :] if coded else text


def _unfolded(text: str) -> str:
    """`text` without what repeats the reply's own codes at the start of further lines."""
    first = re.match(r"([45]\d\d)[ -](?:([45]\.\d{1,3}\.\d{1,3}) )?", text)
    if not first or f" {first[1]}" not in text:
        return text
    enhanced = f"(?:{re.escape(first[2])} ?)?" if first[2] else ""
    return re.sub(rf"(?<=.) {first[1]}[ -]{enhanced}", " ", text)


def _words(text: str) -> str:
    for pattern, mark in _MASKS:
        text = _compiled(pattern).sub(mark, text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return in_english(" ".join(text.split()))
