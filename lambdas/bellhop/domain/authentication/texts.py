"""What panels and word processors do to the text of a TXT record, and how to take it back."""

import re

from bellhop.domain.authentication.codes import Code

_QUOTES = "\"'`\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e\u201f"
_ODD_SPACE = re.compile("[\u00a0\u2007\u202f\t\r\n]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def cleaned(text: str) -> str:
    """The text without quotes, invisible characters and needless spaces."""
    visible = _INVISIBLE.sub("", _ODD_SPACE.sub(" ", text))
    unquoted = visible.replace("\\", "").translate({ord(each): None for each in _QUOTES})
    return re.sub(" {2,}", " ", unquoted).strip()


def blemish(text: str) -> Code | None:
    """What is the matter with a text that only its cleaned form can be read as a record."""
    if text == cleaned(text):
        return None
    quoted = any(each in text for each in _QUOTES + "\\")
    return Code.TXT_QUOTES if quoted else Code.TXT_SPACES


def respaced(strings: tuple[str, ...]) -> str:
    """The strings with one space between them.

    A reader joins the strings of a TXT record without anything in between (RFC 7208, section 3.3);
    who cut a record at its spaces meant this.
    """
    return cleaned(" ".join(strings))
