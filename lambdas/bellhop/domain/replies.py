"""One SMTP reply as SES hands it over in `diagnosticCode`, made ready to be read by rules.

A diagnostic is free text around a reply of RFC 5321: `smtp; 550-5.1.1 No such\\n550 5.1.1 user`.
Its lines are one text, so the repeated codes go; and where a sending server wraps what it was
told (`550 4.4.7 Message expired … <421 4.4.0 …>`), the wrapped reply is the cause.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# SES, Exchange (`LED=`), IronPort (`5.1.0 - … 550-'…'`) and qmail-like wrappers around a reply.
_WRAPPED = re.compile(
    r"(?:<|\bled=|->\s*|\bsaid:?\s*|\blast (?:smtp )?error:?\s*|\bresponse:?\s*|\s)"
    r"(?P<reply>[45]\d\d[ -]'?(?:[45]\.\d\.\d{1,3}\b)?.*)",
    re.S,
)
_WRAPPER = re.compile(
    r"expired|delivery time|too old|\bled=|^(?:smtp;\s*)?[45]\.\d\.\d - |"
    r"generating server|while (?:talking|communicating)",
)
_TRANSPORT = re.compile(r"^\s*(?:smtp|x-\w[\w-]*|dns|unix)\s*;\s*", re.I)
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-,:#']|$)")
_ENHANCED = re.compile(r"(?<![\d.])#?([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPEATED_CODE = re.compile(r"\s[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?(?=\s|\S)")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_ADDRESS = re.compile(r"<?(?:\"[^\"]*\"|[^\s<>\"',;:()\[\]=]+)@[\w.\-\[\]]*>?")
_IP = re.compile(
    r"\[?\b(?:\d{1,3}|[x#*]+)(?:\.(?:\d{1,3}|[x#*]+)){3}\b\]?|(?:[0-9a-f]{1,4}:){3,}\S*"
)
_HOST = re.compile(r"\b(?=[a-z0-9.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")
_CONTRACTED = re.compile(r"n['’]t\b")  # noqa: RUF001 - servers write both apostrophes
# What a server says to be polite names neither party's fault, and would mislead.
_POLITE = re.compile(
    r"(?:in order )?to (?:best )?protect (?:our|its|their) (?:users|customers|recipients) from "
    r"(?:spam|junk|abuse)[\w ]*,?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What can be read from one diagnostic.

    `code`: reply code such as 550, or None. `enhanced`: the text's own enhanced status code as
    (class, subject, detail), or None. `text`: the whole in lower case on one line. `words`: the
    same without accents, links, addresses (`<address>`), IP addresses (`<ip>`) and host names
    (`<host>`), so that a name cannot be taken for a statement.
    """

    code: int | None
    enhanced: tuple[int, int, int] | None
    text: str
    words: str


def read_reply(diagnostic: str) -> Reply:
    """The reply that `diagnostic` holds; the wrapped one where one server quotes another."""
    text = " ".join(_TRANSPORT.sub("", diagnostic).lower().split())
    text = _innermost(text)
    code = _CODE.search(text)
    return Reply(
        code=int(code[1]) if code else None,
        enhanced=_enhanced(text),
        text=text,
        words=_words(text),
    )


def read_status(status: str) -> tuple[int, int, int] | None:
    """An enhanced status code such as `5.1.1` as numbers, or None (RFC 3463, section 2)."""
    return _enhanced(status)


def _innermost(text: str) -> str:
    if not _WRAPPER.search(text):
        return text
    # The first characters are the outer reply itself.
    wrapped = _WRAPPED.search(text, 3)
    return wrapped["reply"] if wrapped else text


def _enhanced(text: str) -> tuple[int, int, int] | None:
    """The most telling code: a later, specific one beats `5.0.0` and its like."""
    found = [(int(a), int(b), int(c)) for a, b, c in _ENHANCED.findall(text)]
    return next((code for code in found if code[1:] != (0, 0)), found[0] if found else None)


def _words(text: str) -> str:
    text = _CONTRACTED.sub(" not", text).replace("cannot", "can not")
    for pattern, mark in (
        (_URL, " "),
        (_ADDRESS, "<address>"),
        (_REPEATED_CODE, " "),
        (_IP, "<ip>"),
        (_ENHANCED, " "),
        (_HOST, "<host>"),
        (_POLITE, " "),
    ):
        text = pattern.sub(mark, text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(text.split())
