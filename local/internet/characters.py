"""The rows of data/: products, servers, mailboxes and further domains, typed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.internet.transcripts import Phase

_DATA = Path(__file__).parent / "data"
_BASE_PRODUCT = "postfix"


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
    replies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A recipient's mailbox; the fields are explained in data/mailboxes.toml."""

    address: str
    behaviour: str = "accepts"
    reply: str = ""
    phase: Phase = Phase.RCPT
    seconds: float = 0.0

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
    return [
        Server(
            host=host,
            **row | {key: tuple(row[key]) for key in ("domains", "policies") if key in row},
        )
        for host, row in _rows("servers.toml").items()
    ]


def load_mailboxes() -> list[Mailbox]:
    """The mailboxes, in the order of the file."""
    return [
        Mailbox(address=address, **row | ({"phase": Phase(row["phase"])} if "phase" in row else {}))
        for address, row in _rows("mailboxes.toml").items()
    ]


def load_domains() -> dict[str, dict[str, list[str]]]:
    """The values of the further domains' records, by name and type."""
    return _rows("domains.toml")


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
