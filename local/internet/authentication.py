"""SPF, DKIM and DMARC of a received message, against the local DNS."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import getaddresses

import dkim
from authres import (
    AuthenticationResultsHeader,
    DKIMAuthenticationResult,
    SPFAuthenticationResult,
)
from authres.dmarc import DMARCAuthenticationResult
from dns.resolver import Resolver

from local.internet import dmarc
from local.internet.lookup import txt_records
from local.internet.mailboxes import Verdicts
from local.internet.sender_policy import check_sender_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who hands over: the client's IP address, its HELO name, and MAIL FROM ("" for null)."""

    client: str
    helo: str
    mail_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A DKIM signature: its d= domain and its result."""

    domain: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What is proven about a message.

    header: the Authentication-Results field (RFC 8601), without line end.
    from_domain: of the From header; "" when it has none or several.
    dmarc_policy: what its owner asks for: none, quarantine or reject; "" without record.
    """

    verdicts: Verdicts
    header: str
    from_domain: str
    dmarc_policy: str
    signatures: tuple[Signature, ...]


def authenticate(
    message: bytes, envelope: Envelope, *, server: str, resolver: Resolver
) -> Authentication:
    """Verify a message as `server` does when it receives it."""
    from_domain = _from_domain(message)
    spf_result = check_sender_policy(
        client=envelope.client,
        helo=envelope.helo,
        mail_from=envelope.mail_from,
        resolver=resolver,
    )
    signatures = tuple(_signatures(message, resolver))
    spf_domain = envelope.mail_from.rpartition("@")[2] or envelope.helo
    dmarc_result = dmarc.evaluate(
        from_domain,
        spf_domain=spf_domain if spf_result == "pass" else "",
        dkim_domains=[each.domain for each in signatures if each.result == "pass"],
        txt_records=lambda name: txt_records(resolver, name),
    )
    verdicts = Verdicts(
        spf=spf_result,
        dkim=_dkim_verdict(signatures, from_domain),
        dmarc=dmarc_result.result,
    )
    return Authentication(
        verdicts=verdicts,
        header=_header(server, envelope, verdicts, signatures, from_domain, dmarc_result.policy),
        from_domain=from_domain,
        dmarc_policy=dmarc_result.policy,
        signatures=signatures,
    )


def _from_domain(message: bytes) -> str:
    fields = BytesHeaderParser().parsebytes(message).get_all("From", [])
    addresses = [address for _, address in getaddresses([str(each) for each in fields])]
    return addresses[0].rpartition("@")[2].lower() if len(addresses) == 1 else ""


def _signatures(message: bytes, resolver: Resolver) -> Iterator[Signature]:
    count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.rfc822_parse(message)[0])
    for index in range(count):
        verifier = dkim.DKIM(message)
        try:
            passed = verifier.verify(index, dnsfunc=_key_lookup(resolver))
        except dkim.DKIMException:
            passed = False
        domain = verifier.signature_fields.get(b"d", b"").decode("ascii", "replace")
        yield Signature(domain=domain, result="pass" if passed else "fail")


def _key_lookup(resolver: Resolver) -> Callable[..., bytes | None]:
    def lookup(name: bytes, timeout: float = 5.0) -> bytes | None:  # noqa: ARG001 - dkimpy passes it; the resolver has its own
        return next(iter(txt_records(resolver, name.decode("ascii"))), None)

    return lookup


def _dkim_verdict(signatures: Sequence[Signature], from_domain: str) -> str:
    """The best result of the signatures aligned with the From domain, or of all if none is.

    A provider signs with its own domain too (d=amazonses.com): without this preference its
    signature would hide that the sender's own is broken.
    """
    aligned = [each for each in signatures if dmarc.is_aligned(from_domain, each.domain)]
    results = {each.result for each in aligned or signatures}
    return "pass" if "pass" in results else "fail" if results else "none"


def _header(
    server: str,
    envelope: Envelope,
    verdicts: Verdicts,
    signatures: Sequence[Signature],
    from_domain: str,
    dmarc_policy: str,
) -> str:
    results = [
        SPFAuthenticationResult(
            result=verdicts.spf,
            smtp_mailfrom=envelope.mail_from.rpartition("@")[2],
            smtp_helo=envelope.helo,
        ),
        *(
            DKIMAuthenticationResult(result=each.result, header_d=each.domain)
            for each in signatures
        ),
        DMARCAuthenticationResult(
            result=verdicts.dmarc, header_from=from_domain, policy=dmarc_policy
        ),
    ]
    return str(AuthenticationResultsHeader(authserv_id=server, results=results))
