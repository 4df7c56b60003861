"""The records that the local DNS holds, and the answers made of them.

Every domain of two labels (`hotel-sol.test`) is a zone of its own as soon as something is published
in it, and so is the domain above it: each has an SOA record and name servers, those of `PANEL`
unless others are published.
"""

import threading
from collections.abc import Sequence

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.exception import DNSException
from dns.rdtypes.ANY.SPF import SPF
from dns.rdtypes.ANY.TXT import TXT

_TTL_SECONDS = 60
_TXT_STRING_LIMIT = 255  # octets in one character-string of a TXT record (RFC 1035, 3.3)
_ALIAS_LIMIT = 12  # CNAME records followed for one question
PANEL = ("ns1.panel.test", "ns2.panel.test")
_ZONE_LABELS = (3, 2)  # of hotel-sol.test and of test: the root is one
_AUTHORITY = f"{PANEL[0]}. hostmaster.panel.test. 1 7200 900 1209600 60"

Value = str | Sequence[str]
"""One record; a TXT may be given as its strings."""

_TEXTS = {dns.rdatatype.TXT: TXT, dns.rdatatype.SPF: SPF}

_Key = tuple[dns.name.Name, dns.rdatatype.RdataType]


class DnsRecords:
    """Sets of records by name and type; safe to change while questions are answered."""

    def __init__(self) -> None:
        self._sets: dict[_Key, dns.rrset.RRset] = {}
        self._lock = threading.Lock()

    def publish(self, name: str, type_: str, values: tuple[Value, ...]) -> None:
        key = _key(name, type_)
        records = _records(key, values)
        with self._lock:
            self._sets[key] = records

    def withdraw(self, name: str, type_: str) -> None:
        with self._lock:
            self._sets.pop(_key(name, type_), None)

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        """The records, by way of aliases if need be; else no data or NXDOMAIN."""
        [question] = query.question
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        with self._lock:
            name = question.name
            for _ in range(_ALIAS_LIMIT):
                found = self._find((name, question.rdtype))
                alias = self._sets.get((name, dns.rdatatype.CNAME))
                if records := found or alias:
                    response.answer.append(records)
                if found or not alias:
                    break
                name = alias[0].target
            if not self._exists(name) and not self._exists(self._wildcard(name)):
                response.set_rcode(dns.rcode.NXDOMAIN)
            if not found and (authority := self._authority(name)):
                response.authority.append(authority)
        return response

    def _find(self, key: _Key) -> dns.rrset.RRset | None:
        """What is published; else what makes a domain a zone, or what a wildcard gives."""
        name, type_ = key
        if not self._exists(name) and (wild := self._sets.get((self._wildcard(name), type_))):
            return dns.rrset.from_rdata_list(name, wild.ttl, list(wild))
        if key in self._sets or len(name) not in _ZONE_LABELS or not self._exists(name):
            return self._sets.get(key)
        values = {dns.rdatatype.NS: PANEL, dns.rdatatype.SOA: (_AUTHORITY,)}.get(type_)
        return _records(key, values) if values else None

    def _wildcard(self, name: dns.name.Name) -> dns.name.Name:
        """The only one that may speak for a name that does not exist (RFC 4592, section 3.3.1)."""
        while not self._exists(name) and len(name) > 1:
            name = name.parent()
        return dns.name.Name((b"*", *name.labels))

    def _authority(self, name: dns.name.Name) -> dns.rrset.RRset | None:
        """The SOA record of the zone that a name lies in (RFC 2308, section 3)."""
        for labels in _ZONE_LABELS:
            zone = name.split(min(labels, len(name)))[1]
            if found := self._find((zone, dns.rdatatype.SOA)):
                return found
        return None

    def _exists(self, name: dns.name.Name) -> bool:
        """Whether a name has records itself or below it (RFC 8020)."""
        return any(each.is_subdomain(name) for each, _ in self._sets)


def _key(name: str, type_: str) -> _Key:
    try:
        return dns.name.from_text(name.lower()), dns.rdatatype.from_text(type_)
    except (DNSException, ValueError) as error:
        raise ValueError(f"DNS record {name!r} {type_!r} cannot be named so: {error}") from error


def _records(key: _Key, values: Sequence[Value]) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(
        key[0], _TTL_SECONDS, [_record(key[1], value) for value in values]
    )


def _record(type_: dns.rdatatype.RdataType, value: Value) -> dns.rdata.Rdata:
    if type_ in _TEXTS:
        strings = (
            _txt_strings(value.encode())
            if isinstance(value, str)
            else [each.encode() for each in value]
        )
        return _TEXTS[type_](dns.rdataclass.IN, type_, strings)
    try:
        return dns.rdata.from_text(
            dns.rdataclass.IN, type_, str(value), origin=dns.name.root, relativize=False
        )
    except (DNSException, ValueError) as error:
        raise ValueError(
            f"DNS value {value!r} cannot be read as {type_.name}: {error or 'malformed'}"
        ) from error


def _txt_strings(value: bytes) -> list[bytes]:
    return [
        value[start : start + _TXT_STRING_LIMIT]
        for start in range(0, max(len(value), 1), _TXT_STRING_LIMIT)
    ]
