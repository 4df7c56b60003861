"""DKIM signatures on an outgoing message (RFC 6376)."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import dkim
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

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


@cache
def _private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)


def _rsa_signature(digest: Any, private_key: Any) -> bytes:
    signature: bytes = private_key.sign(
        digest.digest(), padding.PKCS1v15(), Prehashed(hashes.SHA256())
    )
    return signature


# dkimpy computes RSA in Python, for 8 ms in which every other thread of the world waits.
dkim.parse_pem_private_key, dkim.RSASSA_PKCS1_v1_5_sign = _private_key, _rsa_signature


def _header_lines(content: bytes) -> list[bytes]:
    return content.partition(b"\r\n\r\n")[0].split(b"\r\n")
