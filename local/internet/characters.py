"""The rows of data/: products, servers, mailboxes and further domains, typed."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from local.internet.transcripts import Phase

_DATA = Path(__file__).parent / "data"
_BASE_PRODUCT = "postfix"
_STORY = "story"


class Starttls(StrEnum):
    """What a server does about encryption (RFC 3207)."""

    NONE = "none"
    WORKS = "works"
    BROKEN = "broken"  # offered, and then no handshake succeeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """How a product greets and words its replies; their placeholders are listed in the data."""

    greeting: str
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server; the fields are explained in data/servers.toml.

    replies: by name, in the place of the product's.
    """

    host: str
    domains: tuple[str, ...]
    product: str
    policies: tuple[str, ...] = ()
    preference: int = 10
    up: bool = True
    turns_away: str = ""
    reply_seconds: float = 0.0
    starttls: Starttls = Starttls.NONE
    requires_tls: bool = False
    replies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A recipient's mailbox; the fields are explained in data/mailboxes.toml."""

    address: str
    behaviour: str = "accepts"
    reply: str = ""
    phase: Phase = Phase.RCPT
    seconds: float = 0.0
    story: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def load_products() -> dict[str, Product]:
    """The products by name, each completed with the base product's replies."""
    rows = _rows("products.toml")
    base: dict[str, str] = rows[_BASE_PRODUCT]["replies"]
    return {
        name: Product(greeting=row["greeting"], replies=base | row["replies"])
        for name, row in rows.items()
    }


def load_servers() -> list[Server]:
    """The servers, in the order of the file."""
    kinds = {"domains": tuple, "policies": tuple, "starttls": Starttls}
    return [Server(host=host, **_typed(row, kinds)) for host, row in _rows("servers.toml").items()]


def load_mailboxes() -> list[Mailbox]:
    """The mailboxes, in the order of the file."""
    return [
        Mailbox(address=address, **_typed(row, {"phase": Phase}))
        for address, row in _rows("mailboxes.toml").items()
    ]


def load_domains() -> dict[str, dict[str, list[str]]]:
    """The values of the further domains' records, by name and type."""
    return {
        name: {type_: values for type_, values in row.items() if type_ != _STORY}
        for name, row in _rows("domains.toml").items()
    }


def domain_stories() -> dict[str, str]:
    """What is peculiar about each of the further domains, in words."""
    return {name: row[_STORY] for name, row in _rows("domains.toml").items()}


def _typed(row: Mapping[str, Any], kinds: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """A row whose values have the types of its dataclass, which TOML cannot express."""
    return {name: kinds[name](value) if name in kinds else value for name, value in row.items()}


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
