"""How the local DNS misbehaves: characters of the servers that answer for a domain.

One server plays both roles here. Who asks for recursion talks to a resolver, with its cache; who
doesn't, to the name servers of the zone.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from local.internet.dns_records import DnsRecords


class DnsCharacter(StrEnum):
    """What the servers of a domain do instead of answering."""

    SERVFAIL = "servfail"
    """Fail at every question."""
    SILENT = "silent"
    """Never answer."""
    LAME = "lame"
    """The name servers don't know the zone; so resolvers fail."""
    TRUNCATES = "truncates"
    """Say over UDP that the answer is too long for it, and hang up over TCP."""
    GARBLES = "garbles"
    """Send answers that end in the middle."""
    DIVIDED = "divided"
    """Two name servers, one of which knows nothing yet; they answer in turn."""
    FILTERS = "filters"
    """Deny that anything exists, and name no authority."""
    STALE = "stale"
    """Resolvers remember that there was nothing; the name servers have it."""


# What a resolver learns of a zone from the zone above it: faults of the zone don't touch that.
_DELEGATION = frozenset({dns.rdatatype.NS, dns.rdatatype.SOA})

_Response = dns.message.Message | None


class DnsFaults:
    """Answers from records, or as a character does; safe to change while questions are answered."""

    def __init__(self, records: DnsRecords) -> None:
        self._records = records
        self._characters: dict[dns.name.Name, DnsCharacter] = {}
        self._asked = Counter[str]()
        self._lock = threading.Lock()

    def begin(self, domain: str, character: DnsCharacter) -> None:
        with self._lock:
            self._characters[dns.name.from_text(domain)] = character
            self._asked.clear()

    def end(self, domain: str) -> None:
        with self._lock:
            self._characters.pop(dns.name.from_text(domain), None)

    def answer(self, query: dns.message.Message, *, over_tcp: bool) -> _Response:
        """The answer; ``None`` for silence, or to hang up."""
        character = self._character(query)
        if character is DnsCharacter.FILTERS:
            return _refusal(query, dns.rcode.NXDOMAIN)
        if character is None or query.question[0].rdtype in _DELEGATION:
            return self._records.answer(query)
        if character is DnsCharacter.DIVIDED:
            return self._in_turn(query)
        return _ANSWERS[character](self._records, query, over_tcp)

    def _in_turn(self, query: dns.message.Message) -> dns.message.Message:
        response = self._records.answer(query)
        if query.flags & dns.flags.RD:
            return response
        question = query.question[0].to_text()
        with self._lock:
            self._asked[question] += 1
            knows = self._asked[question] % 2
        if not knows:
            response.answer.clear()
        return response

    def spoil(self, query: dns.message.Message, wire: bytes) -> bytes:
        """The answer on the wire, cut short where the character garbles."""
        garbles = self._character(query) is DnsCharacter.GARBLES
        delegation = query.question[0].rdtype in _DELEGATION
        return wire[: len(wire) // 2] if garbles and not delegation else wire

    def _character(self, query: dns.message.Message) -> DnsCharacter | None:
        name = query.question[0].name
        with self._lock:
            found = [
                character
                for domain, character in self._characters.items()
                if name.is_subdomain(domain)
            ]
        return found[0] if found else None


def _refusal(query: dns.message.Message, code: dns.rcode.Rcode) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.set_rcode(code)
    return response


def _fails(_records: DnsRecords, query: dns.message.Message, _over_tcp: bool) -> _Response:
    return _refusal(query, dns.rcode.SERVFAIL)


def _is_silent(_records: DnsRecords, _query: dns.message.Message, _over_tcp: bool) -> _Response:
    return None


def _is_lame(_records: DnsRecords, query: dns.message.Message, _over_tcp: bool) -> _Response:
    recursive = query.flags & dns.flags.RD
    return _refusal(query, dns.rcode.SERVFAIL if recursive else dns.rcode.REFUSED)


def _truncates(_records: DnsRecords, query: dns.message.Message, over_tcp: bool) -> _Response:
    if over_tcp:
        return None
    response = dns.message.make_response(query)
    response.flags |= dns.flags.TC
    return response


def _garbles(records: DnsRecords, query: dns.message.Message, _over_tcp: bool) -> _Response:
    return records.answer(query)


def _is_stale(records: DnsRecords, query: dns.message.Message, _over_tcp: bool) -> _Response:
    if query.flags & dns.flags.RD:
        return _refusal(query, dns.rcode.NXDOMAIN)
    return records.answer(query)


_ANSWERS: Mapping[DnsCharacter, Callable[[DnsRecords, dns.message.Message, bool], _Response]] = {
    DnsCharacter.SERVFAIL: _fails,
    DnsCharacter.SILENT: _is_silent,
    DnsCharacter.LAME: _is_lame,
    DnsCharacter.TRUNCATES: _truncates,
    DnsCharacter.GARBLES: _garbles,
    DnsCharacter.STALE: _is_stale,
}
