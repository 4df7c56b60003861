"""Looks up a sender's records at its own name servers, and all else at resolvers."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode

from bellhop.domain.authentication.answers import Answer, Fault, Outcome, RecordType, Zone
from bellhop.name_servers.exchange import Endpoint, exchange
from bellhop.name_servers.reading import MOST_ALIASES, Reading, read, referral_in, zone_in

_MOST_REFERRALS = 4
_MOST_SERVERS = 6
_MOST_SILENCES = 2
"""Questions that a server may leave without an answer before it is not asked again."""


class Lookups:
    """A :class:`~bellhop.domain.authentication.answers.Dns` for one check.

    It remembers its answers, so that a check sees each record at one moment; the next check needs
    a new one.

    Args:
        domain: the sender's; names in its zone are asked at the zone's name servers.
        resolvers: asked in this order for all else, and where name servers don't answer.
        timeout: seconds that one server is waited for.
        lifetime: seconds for the whole check; what is asked later counts as not answered.
        port: of name servers; theirs is 53 on the Internet.
    """

    def __init__(
        self,
        domain: str,
        resolvers: Sequence[Endpoint],
        *,
        timeout: float = 2.0,
        lifetime: float = 25.0,
        port: int = 53,
    ) -> None:
        self._resolvers = tuple(resolvers)
        self._timeout, self._port = timeout, port
        self._ends_at = time.monotonic() + lifetime
        self._answers: dict[tuple[str, RecordType, bool], Answer] = {}
        self._addresses: dict[str, tuple[Endpoint, ...]] = {}
        self._silences: Counter[Endpoint] = Counter()
        self._zone = Zone(name=domain)
        self._zone = self._find_zone(domain)
        self._delegated: dict[str, Zone] = {}

    def zone_of(self, name: str) -> Zone:
        """The sender's zone, or the one below it that the name was delegated to."""
        inner = [each for each in self._delegated.values() if _lies_in(name, each.name)]
        return max((self._zone, *inner), key=lambda zone: len(zone.name))

    def ask(self, name: str, record_type: RecordType) -> Answer:
        """Name servers first; resolvers where these don't answer, or for names of others."""
        if not _lies_in(name, self._zone.name) or not self._zone.name_servers:
            return self.ask_resolvers(name, record_type)
        answer = self._remembered(name, record_type, authoritative=True)
        if answer.proves or answer.fault in {Fault.ALIAS_LOOP, Fault.ALIAS_CHAIN}:
            return answer
        second = self.ask_resolvers(name, record_type)
        return second if second.proves else answer

    def at_each(self, name: str, record_type: RecordType) -> Mapping[str, tuple[str, ...]]:
        """What each name server says by itself; those that don't answer are left out."""
        said: dict[str, tuple[str, ...]] = {}
        if not _lies_in(name, self._zone.name) or not _can_be_asked(name):
            return said
        for server in self.zone_of(name).name_servers[:_MOST_SERVERS]:
            endpoints = self._endpoints(server)
            found = self._first(endpoints, name, record_type, recursive=False)
            if not isinstance(found, Fault) and found.flags & dns.flags.AA:
                reading = read(found, name, record_type)
                said[server] = reading.aliases[:1] or reading.values
        return said

    def ask_resolvers(self, name: str, record_type: RecordType) -> Answer:
        """What resolvers say, from their caches or afresh."""
        return self._remembered(name, record_type, authoritative=False)

    def _remembered(self, name: str, record_type: RecordType, *, authoritative: bool) -> Answer:
        key = (name.lower().rstrip("."), record_type, authoritative)
        if key not in self._answers:
            look_up = self._from_name_servers if authoritative else self._from_resolvers
            if not _can_be_asked(key[0]):
                look_up = _no_name
            self._answers[key] = look_up(key[0], record_type)
        return self._answers[key]

    def _from_resolvers(self, name: str, record_type: RecordType) -> Answer:
        found = self._first(self._resolvers, name, record_type, recursive=True)
        if isinstance(found, Fault):
            return _unanswered(name, record_type, found)
        if self._is_denied(name, found):
            return _unanswered(name, record_type, Fault.DENIED)
        return _answer(name, record_type, read(found, name, record_type))

    def _is_denied(self, name: str, message: dns.message.Message) -> bool:
        """A name of the sender is missing by the word of a resolver that knows no zone for it.

        So answer filters, and networks that let nobody out.
        """
        nowhere = not self._zone.name_servers and _lies_in(name, self._zone.name)
        return nowhere and message.rcode() == dns.rcode.NXDOMAIN and zone_in(message) is None

    def _from_name_servers(self, name: str, record_type: RecordType) -> Answer:
        """Follows aliases from zone to zone; where they leave the sender's, resolvers go on."""
        at, aliases = name, list[str]()
        while len(aliases) <= MOST_ALIASES:
            found = self._at_name_servers(at, record_type)
            if isinstance(found, Fault):
                return _unanswered(name, record_type, found, tuple(aliases))
            reading = read(found, at, record_type)
            aliases += reading.aliases
            if reading.looped or len(set(aliases) - {name}) < len(aliases):
                return _unanswered(name, record_type, Fault.ALIAS_LOOP, tuple(aliases))
            if reading.values or not reading.aliases:
                whole = replace(reading, aliases=tuple(aliases))
                return _answer(name, record_type, whole, authoritative=True)
            if not _lies_in(reading.name, self._zone.name):
                rest = self.ask_resolvers(reading.name, record_type)
                onward = (*aliases, *rest.aliases)
                return replace(rest, name=name, aliases=onward, authoritative=rest.proves)
            at = reading.name
        return _unanswered(name, record_type, Fault.ALIAS_CHAIN, tuple(aliases))

    def _at_name_servers(self, name: str, record_type: RecordType) -> dns.message.Message | Fault:
        """Asks the zone that holds a name, going down where a server refers to a zone below."""
        for _ in range(_MOST_REFERRALS):
            servers = [
                endpoint
                for server in self.zone_of(name).name_servers
                for endpoint in self._endpoints(server)
            ]
            found = self._first(servers, name, record_type, recursive=False)
            if isinstance(found, Fault) or found.flags & dns.flags.AA:
                return found
            referral = referral_in(found)
            if referral is None or not self._is_below(referral):
                return Fault.LAME
            self._delegated[referral.name] = referral
        return Fault.LAME

    def _is_below(self, zone: Zone) -> bool:
        """Whether a referral leads down to a zone that was not known yet."""
        known = {self._zone.name, *self._delegated}
        return _lies_in(zone.name, self._zone.name) and zone.name not in known

    def _first(
        self, servers: Sequence[Endpoint], name: str, record_type: RecordType, *, recursive: bool
    ) -> dns.message.Message | Fault:
        """The first answer; else what the last server that was asked lacked."""
        fault = Fault.TIMEOUT
        for server in servers:
            left = self._ends_at - time.monotonic()
            if left <= 0 or self._silences[server] >= _MOST_SILENCES:
                continue
            timeout = min(self._timeout, left)
            found = exchange(server, name, record_type, recursive=recursive, timeout=timeout)
            if not isinstance(found, Fault) and (recursive or _knows(found)):
                return found
            fault = found if isinstance(found, Fault) else Fault.LAME
            if fault is Fault.TIMEOUT:
                self._silences[server] += 1
        return fault

    def _find_zone(self, name: str) -> Zone:
        """By the SOA record that answers for a name, or explains why nothing does (RFC 2308)."""
        labels = name.split(".")
        for start in range(len(labels)):
            at = ".".join(labels[start:])
            found = self._first(self._resolvers, at, RecordType.SOA, recursive=True)
            if not isinstance(found, Fault) and (zone := zone_in(found)):
                servers = self._from_resolvers(zone, RecordType.NS).values
                return Zone(name=zone, name_servers=servers)
        return Zone(name=name)

    def _endpoints(self, server: str) -> tuple[Endpoint, ...]:
        if server not in self._addresses:
            answer = self._from_resolvers(server, RecordType.A)
            addresses = answer.values or self._from_resolvers(server, RecordType.AAAA).values
            self._addresses[server] = tuple(Endpoint(each, self._port) for each in addresses)
        return self._addresses[server]


def _knows(message: dns.message.Message) -> bool:
    """Whether a name server answers for its zone, or refers to one below."""
    return bool(message.flags & dns.flags.AA) or referral_in(message) is not None


def _lies_in(name: str, zone: str) -> bool:
    return bool(zone) and (name == zone or name.endswith(f".{zone}"))


def _can_be_asked(name: str) -> bool:
    """Records of strangers lead to names that no name can be: of empty labels, or too long ones."""
    try:
        return bool(dns.name.from_text(name).labels[1:])
    except (dns.exception.DNSException, UnicodeError):
        return False


def _no_name(name: str, record_type: RecordType) -> Answer:
    return Answer(name=name, type=record_type, outcome=Outcome.NO_NAME)


def _unanswered(
    name: str, record_type: RecordType, fault: Fault, aliases: tuple[str, ...] = ()
) -> Answer:
    return Answer(
        name=name, type=record_type, outcome=Outcome.UNANSWERED, fault=fault, aliases=aliases
    )


def _answer(
    name: str,
    record_type: RecordType,
    reading: Reading,
    *,
    authoritative: bool = False,
) -> Answer:
    if reading.looped:
        return _unanswered(name, record_type, Fault.ALIAS_LOOP, reading.aliases)
    if len(reading.aliases) > MOST_ALIASES:
        return _unanswered(name, record_type, Fault.ALIAS_CHAIN, reading.aliases)
    empty = Outcome.NO_RECORDS if reading.exists else Outcome.NO_NAME
    return Answer(
        name=name,
        type=record_type,
        outcome=Outcome.FOUND if reading.values else empty,
        values=reading.values,
        strings=reading.strings,
        aliases=reading.aliases,
        authoritative=authoritative,
    )
