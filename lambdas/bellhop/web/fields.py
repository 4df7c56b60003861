"""The kinds of text that a request may hold. Each refusal names the limit and the cure."""

import re
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

# Halves of a surrogate pair and non-characters: no text, and neither UTF-8 nor SQS takes them.
_NO_TEXT = "\ud800-\udfff\ufffe\uffff"
# C0 and C1 controls, DEL, and the Unicode line and paragraph separators.
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_NO_TEXT}]")
# The same without tab and line breaks, which a body may have.
_CONTROL_IN_BODY = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NO_TEXT}]")


# How a page is asked for: emails in it, and where it begins, a ULID.
EMAILS_A_PAGE, MOST_A_PAGE = 10, 100
PAGE = "^[0-9a-z]{26}$"


def _one_line(text: str) -> str:
    """A header must not hold line breaks: with one, a value could add headers of its own."""
    if found := _CONTROL.search(text):
        raise PydanticCustomError(
            "control_character",
            "contains the character {character} at position {position}; remove it: this text goes "
            "into a header, which is one line of text",
            {"character": f"U+{ord(found.group()):04X}", "position": found.start()},
        )
    return text


def _body(text: str) -> str:
    if found := _CONTROL_IN_BODY.search(text):
        raise PydanticCustomError(
            "control_character",
            "contains {character} at position {position}, which is no text; remove it",
            {"character": f"U+{ord(found.group()):04X}", "position": found.start()},
        )
    return text


def _address(text: str) -> str:
    """An address that SES can send to, its domain in IDNA form."""
    local_part = text.rpartition("@")[0]
    if not local_part.isascii():
        raise PydanticCustomError(
            "non_ascii_local_part",
            "has characters outside ASCII before the @; Amazon SES cannot send to such addresses "
            "(no SMTPUTF8): ask for another address",
        )
    try:
        checked = validate_email(
            text, check_deliverability=False, test_environment=True, allow_quoted_local=True
        )
    except EmailNotValidError as error:
        raise PydanticCustomError(
            "invalid_address", "is not an email address: {why}", {"why": str(error)}
        ) from error
    return checked.ascii_email or text


def _domain(text: str) -> str:
    """A domain with at least one dot, in IDNA form and lower case."""
    if "@" in text or "." not in text.strip("."):
        raise PydanticCustomError(
            "invalid_domain",
            "is not a domain: give what stands after the @, such as hotel-sol.com",
        )
    try:
        checked = validate_email(
            f"postmaster@{text}", check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise PydanticCustomError(
            "invalid_domain", "is not a domain: {why}", {"why": str(error)}
        ) from error
    return checked.ascii_domain.lower()


def _header(**constraints: Any) -> Any:
    """Text of one line. Its lengths are checked first: they are the shorter message."""
    return Annotated[str, StringConstraints(**constraints), AfterValidator(_one_line)]


AddressText = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_one_line), AfterValidator(_address)
]
DomainName = Annotated[
    str, StringConstraints(max_length=253), AfterValidator(_one_line), AfterValidator(_domain)
]
BodyText = Annotated[str, AfterValidator(_body)]
DisplayName = _header(max_length=200)
Subject = _header(strip_whitespace=True, min_length=1, max_length=500)
Name = _header(strip_whitespace=True, min_length=1, max_length=100)
Remark = _header(strip_whitespace=True, min_length=1, max_length=500)
ReferenceText = _header(max_length=200)
MetadataValue = _header(max_length=500)
# Printable ASCII without what ends or splits a header's <URL> (RFC 8058, section 3.1: https only).
UnsubscribeUrl = Annotated[str, StringConstraints(max_length=900, pattern=r"^https://[!#-;=?-~]+$")]
MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
EmailIdText = Annotated[str, StringConstraints(pattern=r"^em_[0-9a-z]{26}_[0-9a-z]{26}$")]
ItemKey = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]
LanguageTag = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
]
