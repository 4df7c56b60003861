"""The DNS of the local internet: one authoritative server on loopback, changed at run time."""

import asyncio
from typing import Any

import dns.exception
import dns.flags
import dns.message
from dns.resolver import Resolver

from local.internet.dns_faults import DnsCharacter, DnsFaults
from local.internet.dns_records import DnsRecords, Value
from local.internet.loop_thread import LoopThread

_LOOPBACK = "127.0.0.1"
_UDP_OCTETS = 512  # without EDNS (RFC 1035, 4.2.1)
_TCP_OCTETS = 65_535
_EDNS_OCTETS = 1232  # what the resolver offers to take over UDP
_RESOLVER_SECONDS = 5.0


class DnsServer:
    """Serves the records over UDP and TCP on one free port of 127.0.0.1."""

    def __init__(self, thread: LoopThread) -> None:
        self._records = DnsRecords()
        self._faults = DnsFaults(self._records)
        self._thread = thread
        self.port: int = thread.run(self._listen())

    def publish(self, name: str, type: str, *values: Value) -> None:  # noqa: A002 - DNS's own word
        """Put a set of records in the place of the one with this name and type.

        Values are written as in a zone file, all names complete; a TXT value is one whole unquoted
        string, or the list of its strings: `publish("correo.test", "MX", "10 mx1.correo.test")`.
        Raises ValueError for a type that does not exist, a value that cannot be read as its type,
        and when there is no value.
        """
        self._records.publish(name, type, values)

    def withdraw(self, name: str, type: str) -> None:  # noqa: A002 - DNS's own word
        """Remove a set of records; nothing happens when there is none."""
        self._records.withdraw(name, type)

    def misbehave(self, domain: str, character: DnsCharacter) -> None:
        """Answer for a domain and all below it as the character does, until `behave`."""
        self._faults.begin(domain, character)

    def behave(self, domain: str) -> None:
        """Answer for a domain as its records say; nothing happens when that is so."""
        self._faults.end(domain)

    def resolver(self) -> Resolver:
        """A resolver without cache that asks this server and no other."""
        resolver = Resolver(configure=False)
        resolver.nameservers = [_LOOPBACK]
        resolver.port = self.port
        resolver.lifetime = _RESOLVER_SECONDS
        resolver.use_edns(0, 0, _EDNS_OCTETS)
        return resolver

    def close(self) -> None:
        self._thread.run(self._stop_listening())

    async def _listen(self) -> int:
        """TCP chooses the port: a free one there is free for UDP too, as only DNS uses both."""
        self._tcp = await asyncio.start_server(self._over_tcp, _LOOPBACK, 0)
        port: int = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _OverUdp(self._faults), local_addr=(_LOOPBACK, port)
        )
        return port

    async def _stop_listening(self) -> None:
        self._tcp.close()
        self._udp.close()

    async def _over_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One question for each connection, its length before it (RFC 1035, 4.2.2)."""
        length = int.from_bytes(await reader.readexactly(2))
        query = dns.message.from_wire(await reader.readexactly(length))
        answer = self._faults.answer(query, over_tcp=True)
        if answer is not None:
            wire = self._faults.spoil(query, answer.to_wire(max_size=_TCP_OCTETS))
            writer.write(len(wire).to_bytes(2) + wire)
            await writer.drain()
        writer.close()


class _OverUdp(asyncio.DatagramProtocol):
    def __init__(self, faults: DnsFaults) -> None:
        self._faults = faults

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = self._faults.answer(query, over_tcp=False)
        if answer is None:
            return
        try:
            wire = answer.to_wire(max_size=query.payload or _UDP_OCTETS)
        except dns.exception.TooBig:
            truncated = dns.message.make_response(query)
            truncated.flags |= dns.flags.TC
            wire = truncated.to_wire()
        self._transport.sendto(self._faults.spoil(query, wire), address)
