"""DKIM signatures on an outgoing message (RFC 6376)."""

from collections.abc import Iterable

import dkim

from local.ses.keys import DkimKey

_SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"feedback-id",
)


def sign(content: bytes, signers: Iterable[tuple[str, DkimKey]]) -> bytes:
    """The content with one signature for each (domain, key), relaxed/relaxed.

    SES signs for the sender's domain and for amazonses.com. A signature never covers another one.
    """
    signatures = [_signature(content, domain, key) for domain, key in signers]
    return b"".join(signatures) + content


def _signature(content: bytes, domain: str, key: DkimKey) -> bytes:
    present = {line.partition(b":")[0].lower() for line in _header_lines(content)}
    return dkim.sign(
        content,
        selector=key.selector.encode(),
        domain=domain.encode(),
        privkey=key.private_pem,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in _SIGNED if name in present],
    )


def _header_lines(content: bytes) -> list[bytes]:
    return content.partition(b"\r\n\r\n")[0].split(b"\r\n")
