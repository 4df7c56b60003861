"""What the servers show when a sender asks for encryption (RFC 3207)."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.internet.characters import Starttls

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail servers of the local internet")])
_VALID = timedelta(days=30)


def tls_contexts(directory: Path) -> Mapping[Starttls, ssl.SSLContext | None]:
    """What each kind of server does with STARTTLS; None does not offer it.

    One certificate serves all: that of a mail host is rarely checked, as most name another host.
    It is written to `directory` with its key, because only files can be loaded.
    """
    works = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    works.load_cert_chain(_write_certificate(directory / "mail-servers.pem"))
    return {
        Starttls.NONE: None,
        Starttls.WORKS: works,
        # A server without a certificate: every handshake fails.
        Starttls.BROKEN: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    }


def _write_certificate(file: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
