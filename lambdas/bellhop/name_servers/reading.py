"""What a DNS message says about one name, as the rules want it."""

from dataclasses import dataclass

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
from dns.rdtypes.ANY.MX import MX

from bellhop.domain.authentication.answers import RecordType, Zone

MOST_ALIASES = 8
"""CNAME records in a row; resolvers give up between 8 and 16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The records of one type at the end of the aliases that the message holds.

    Attributes:
        name: where the aliases ended.
        looped: whether they led back to where they had been.
    """

    name: str
    exists: bool
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    strings: tuple[tuple[str, ...], ...] = ()
    looped: bool = False


def read(message: dns.message.Message, name: str, record_type: RecordType) -> Reading:
    """Follows the aliases in a message to the records that were asked for."""
    kind = dns.rdatatype.from_text(record_type)
    sets = {(rrset.name, rrset.rdtype): rrset for rrset in message.answer}
    at, aliases = dns.name.from_text(name), list[str]()
    while (at, kind) not in sets and (at, dns.rdatatype.CNAME) in sets:
        at = sets[at, dns.rdatatype.CNAME][0].target
        if _text(at) in {name, *aliases}:
            return Reading(name=_text(at), exists=True, aliases=tuple(aliases), looped=True)
        aliases.append(_text(at))
    records = sets.get((at, kind), ())
    return Reading(
        name=_text(at),
        exists=message.rcode() != dns.rcode.NXDOMAIN,
        aliases=tuple(aliases),
        values=tuple(sorted(_value(record) for record in records)),
        strings=tuple(sorted((_strings(record) for record in records), key="".join)),
    )


def zone_in(message: dns.message.Message) -> str | None:
    """The zone whose SOA record a message holds, as its answer or as the reason for having none."""
    for rrset in (*message.answer, *message.authority):
        if rrset.rdtype == dns.rdatatype.SOA:
            return _text(rrset.name)
    return None


def referral_in(message: dns.message.Message) -> Zone | None:
    """The zone that a message refers to instead of answering."""
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.NS:
            servers = tuple(sorted(_text(record.target) for record in rrset))
            return Zone(name=_text(rrset.name), name_servers=servers)
    return None


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _value(record: dns.rdata.Rdata) -> str:
    if hasattr(record, "strings"):
        return "".join(_strings(record))
    if isinstance(record, MX):
        return f"{record.preference} {_text(record.exchange)}"
    target = getattr(record, "target", None)
    return _text(target) if target is not None else record.to_text()


def _strings(record: dns.rdata.Rdata) -> tuple[str, ...]:
    """UTF-8 where it is: smart quotes are. What is not stays visible as a mark."""
    return tuple(part.decode(errors="replace") for part in getattr(record, "strings", ()))
