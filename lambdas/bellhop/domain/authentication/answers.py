"""What the DNS says, and how to ask it: all that the rules of this package know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RecordType(StrEnum):
    """The types that the rules ask for, as the DNS names them."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    NS = "NS"
    SOA = "SOA"
    SPF = "SPF"  # type 99, obsolete (RFC 7208, section 3.1)
    TXT = "TXT"


class Outcome(StrEnum):
    """What became of a question."""

    FOUND = "found"
    NO_RECORDS = "no_records"
    """The name exists, without records of this type."""
    NO_NAME = "no_name"
    """NXDOMAIN: neither the name nor one below it exists (RFC 8020)."""
    UNANSWERED = "unanswered"
    """A fault of the DNS: this proves nothing about the records."""


class Fault(StrEnum):
    """Why a question stayed without an answer that proves something."""

    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    LAME = "lame"
    """The zone's name servers do not know the zone."""
    TRUNCATED = "truncated"
    """Too long for UDP, and not to be had over TCP (RFC 7766)."""
    MALFORMED = "malformed"
    DENIED = "denied"
    """No such domain, says a resolver; but it can name no zone that says so."""
    ALIAS_LOOP = "alias_loop"
    ALIAS_CHAIN = "alias_chain"
    """More aliases in a row than resolvers follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        name: what was asked for, lower-case, without the final dot.
        values: as in a zone file, names without the final dot; a TXT joined from its strings.
        strings: of TXT only: the strings of each record, as they stand in the DNS.
        aliases: the names that CNAME records led to, the last one holding the records.
        fault: set with UNANSWERED only.
        authoritative: whether the zone's own name servers said so.
    """

    name: str
    type: RecordType
    outcome: Outcome
    values: tuple[str, ...] = ()
    strings: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[str, ...] = ()
    fault: Fault | None = None
    authoritative: bool = False

    @property
    def proves(self) -> bool:
        """Whether something follows from it."""
        return self.outcome is not Outcome.UNANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The zone that a name lies in; without name servers where none are known."""

    name: str
    name_servers: tuple[str, ...] = ()


class Dns(Protocol):
    """Asks. Never raises for what the DNS says or fails to say."""

    def ask(self, name: str, record_type: RecordType) -> Answer:
        """The zone's own name servers for the sender's names, resolvers for those of others."""
        ...

    def ask_resolvers(self, name: str, record_type: RecordType) -> Answer:
        """What a receiver of email sees now."""
        ...

    def at_each(self, name: str, record_type: RecordType) -> Mapping[str, tuple[str, ...]]:
        """What stands at each of the name servers that answer for the zone, by their names."""
        ...

    def zone_of(self, name: str) -> Zone:
        """The zone that holds a name of the sender."""
        ...
