"""A hotel's zone as data/zones.toml has it: healthy, and broken in every way that people manage."""

import base64
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.internet.dns_faults import DnsCharacter
from local.internet.dns_records import Value
from local.internet.dns_server import DnsServer

_DATA = Path(__file__).parent / "data" / "zones.toml"

Records = Mapping[tuple[str, str], Sequence[Value]]
"""Values by name and type; none where there is to be no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenZone:
    """One way to break the zone; the fields are explained in data/zones.toml."""

    name: str
    story: str
    finds: str
    records: Records = field(default_factory=dict)
    character: Mapping[str, DnsCharacter] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)


ORIGIN: str = tomllib.loads(_DATA.read_text(encoding="utf-8"))["origin"]
"""The zone's name."""


def load_broken_zones() -> list[BrokenZone]:
    """Every way, in the order of the file."""
    return [
        BrokenZone(
            name=name,
            story=row["story"],
            finds=row["finds"],
            records=_records(row.get("records", {})),
            character={d: DnsCharacter(c) for d, c in row.get("character", {}).items()},
            checks=row.get("checks", {}),
        )
        for name, row in _rows()["broken"].items()
    ]


def publish_healthy_zone(dns: DnsServer) -> None:
    """Puts the zone into the DNS, with all that it leads to."""
    for (name, type_), values in _records(_rows()["healthy"]).items():
        dns.publish(name, type_, *values)


def break_zone(dns: DnsServer, broken: BrokenZone) -> None:
    """Changes the healthy zone as the row says."""
    for key, values in broken.records.items():
        _put(dns, key, values)
    for domain, character in broken.character.items():
        dns.misbehave(domain, character)


def mend_zone(dns: DnsServer, broken: BrokenZone) -> None:
    """Takes back what `break_zone` did."""
    healthy = _records(_rows()["healthy"])
    for key in broken.records:
        _put(dns, key, healthy.get(key, ()))
    for domain in broken.character:
        dns.behave(domain)


def _put(dns: DnsServer, key: tuple[str, str], values: Sequence[Value]) -> None:
    if values:
        dns.publish(*key, *values)
    else:
        dns.withdraw(*key)


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def _records(rows: Mapping[str, Sequence[Any]]) -> Records:
    return {_key(name): tuple(map(_filled, values)) for name, values in rows.items()}


def _key(text: str) -> tuple[str, str]:
    name, type_ = text.split(" ")
    if name == "@":
        return ORIGIN, type_
    return (name.rstrip(".") if name.endswith(".") else f"{name}.{ORIGIN}"), type_


def _filled(value: Value) -> Value:
    """Keys are made here: a file with one in it would look like a leak."""
    if not isinstance(value, str):
        return value
    for bits in (768, 1024, 2048):
        if f"{{key{bits}}}" in value:
            value = value.replace(f"{{key{bits}}}", _key_of(bits))
    return value.replace("{200}", "x" * 200)


@cache
def _key_of(bits: int) -> str:
    """The public half of a key of a service; of 768 bits no library makes one any more."""
    if bits < 1024:
        numbers = rsa.RSAPublicNumbers(65537, (1 << (bits - 1)) + 1)
        public = numbers.public_key()
    else:
        public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()
