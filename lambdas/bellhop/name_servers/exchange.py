"""One question to one server: over UDP, and over TCP when the answer is too long for it."""

from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from bellhop.domain.authentication.answers import Fault, RecordType

_EDNS_OCTETS = 1232
"""What may come over UDP without being cut in two on the way (DNS flag day 2020)."""

_FAULTS = {
    dns.rcode.SERVFAIL: Fault.SERVFAIL,
    dns.rcode.REFUSED: Fault.LAME,
    dns.rcode.NOTAUTH: Fault.LAME,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's IP address and port."""

    address: str
    port: int = 53


def exchange(
    server: Endpoint, name: str, record_type: RecordType, *, recursive: bool, timeout: float
) -> dns.message.Message | Fault:
    """The server's answer, or why there is none that proves something; `timeout` in seconds."""
    query = _query(name, record_type, recursive)
    where, port = server.address, server.port
    try:
        answer = dns.query.udp(query, where, timeout, port, ignore_unexpected=True)
    except dns.exception.Timeout:
        return Fault.TIMEOUT
    except (dns.exception.DNSException, OSError, ValueError) as error:
        return _fault(error)
    if answer.flags & dns.flags.TC:
        try:
            answer = dns.query.tcp(query, where, timeout, port)
        except (dns.exception.DNSException, OSError, EOFError):
            return Fault.TRUNCATED
    if answer.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return answer
    return _FAULTS.get(answer.rcode(), Fault.MALFORMED)


def _query(name: str, record_type: RecordType, recursive: bool) -> dns.message.Message:
    kind = dns.rdatatype.from_text(record_type)
    query = dns.message.make_query(name, kind, use_edns=0, payload=_EDNS_OCTETS)
    if not recursive:
        query.flags &= ~dns.flags.RD
    return query


def _fault(error: Exception) -> Fault:
    """A refused or unreachable port is a server that doesn't answer; the rest cannot be read."""
    return Fault.TIMEOUT if isinstance(error, OSError) else Fault.MALFORMED
