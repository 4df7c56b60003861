"""Email addresses as text: how they name a contact, and how they may stand in a log."""

import re

_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\"]+@")


def normalise(address: str) -> str:
    """The address that names a contact: case-folded, nothing else.

    The domain is expected in its IDNA form. Dots and plus signs stay: whether they matter is the
    mailbox provider's business (RFC 5321, section 2.3.11).
    """
    return address.casefold()


def masked(text: str) -> str:
    """A text for a log: what stands before each @ is hidden."""
    return _LOCAL_PART.sub("***@", text)
