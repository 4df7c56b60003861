"""DKIM keys: made here, published in DNS under amazonses.com, as Easy DKIM does."""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.ses.identifiers import dkim_token

SIGNING_HOSTED_ZONE = "dkim.amazonses.com"
"""Where the CNAMEs of Easy DKIM point.

https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
"""

TOKENS_PER_IDENTITY = 3
"""SES asks for three CNAMEs, so that it can change keys without asking again."""

_BITS = {"RSA_1024_BIT": 1024, "RSA_2048_BIT": 2048}


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """One RSA key, its selector and how long it is."""

    selector: str
    length: str
    """`RSA_1024_BIT` or `RSA_2048_BIT`, as the API names it."""
    private_pem: bytes
    record: str
    """The TXT record that publishes it (RFC 6376, 3.6.1)."""


def generate(length: str = "RSA_2048_BIT") -> DkimKey:
    """A new key with a random selector; takes some 100 ms."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS[length])
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return DkimKey(
        selector=dkim_token(),
        length=length,
        private_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
        record=f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}",
    )


def generate_set(length: str = "RSA_2048_BIT") -> tuple[DkimKey, ...]:
    """The keys of one identity; the first one signs."""
    return tuple(generate(length) for _ in range(TOKENS_PER_IDENTITY))
