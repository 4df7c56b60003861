"""The records that the local DNS holds, and the answers made of them."""

import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.exception import DNSException
from dns.rdtypes.ANY.TXT import TXT

_TTL_SECONDS = 60
_TXT_STRING_LIMIT = 255  # octets in one character-string of a TXT record (RFC 1035, 3.3)
_ALIAS_LIMIT = 8  # CNAME records followed for one question

_Key = tuple[dns.name.Name, dns.rdatatype.RdataType]


class DnsRecords:
    """Sets of records by name and type; safe to change while questions are answered."""

    def __init__(self) -> None:
        self._sets: dict[_Key, dns.rrset.RRset] = {}
        self._lock = threading.Lock()

    def publish(self, name: str, type_: str, values: tuple[str, ...]) -> None:
        key = _key(name, type_)
        records = dns.rrset.from_rdata_list(
            key[0], _TTL_SECONDS, [_record(key[1], value) for value in values]
        )
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
                found = self._sets.get((name, question.rdtype))
                alias = self._sets.get((name, dns.rdatatype.CNAME))
                if records := found or alias:
                    response.answer.append(records)
                if found or not alias:
                    break
                name = alias[0].target
            if not self._exists(name):
                response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    def _exists(self, name: dns.name.Name) -> bool:
        """Whether a name has records itself or below it (RFC 8020)."""
        return any(each.is_subdomain(name) for each, _ in self._sets)


def _key(name: str, type_: str) -> _Key:
    try:
        return dns.name.from_text(name.lower()), dns.rdatatype.from_text(type_)
    except (DNSException, ValueError) as error:
        raise ValueError(f"DNS record {name!r} {type_!r} cannot be named so: {error}") from error


def _record(type_: dns.rdatatype.RdataType, value: str) -> dns.rdata.Rdata:
    if type_ == dns.rdatatype.TXT:
        return TXT(dns.rdataclass.IN, type_, _txt_strings(value.encode()))
    try:
        return dns.rdata.from_text(
            dns.rdataclass.IN, type_, value, origin=dns.name.root, relativize=False
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
