"""The rows of data/: states of accounts, sending domains, configuration sets, tenants; typed."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_RESOURCES = ("identity", "configuration-set")


class Enforcement(StrEnum):
    """What SES thinks of an account.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
    """

    HEALTHY = "HEALTHY"
    PROBATION = "PROBATION"
    SHUTDOWN = "SHUTDOWN"


class SendingStatus(StrEnum):
    """Whether a tenant may send, as its owner or SES says.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReputationEntity.html
    """

    ENABLED = "ENABLED"
    REINSTATED = "REINSTATED"
    DISABLED = "DISABLED"


class Publication(StrEnum):
    """What the owner of a sending domain has put into the DNS."""

    DKIM = "dkim"
    SOME_DKIM = "some_dkim"
    MAIL_FROM = "mail_from"
    DMARC = "dmarc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of an account; the fields are explained in data/accounts.toml."""

    story: str
    max_24_hour_send: float
    max_send_rate: float
    production_access: bool = True
    sending_enabled: bool = True
    enforcement_status: Enforcement = Enforcement.HEALTHY


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingDomain:
    """A domain as its owner left it; the fields are explained in data/senders.toml."""

    domain: str
    story: str
    records: frozenset[Publication]
    verified: bool = False
    hours: float = 0.0
    on_mx_failure: str = "USE_DEFAULT_VALUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSetCharacter:
    """The options of a configuration set by the API's own names.

    guest: the address of somebody whose email shows what the options do.
    """

    story: str
    guest: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantCharacter:
    """How SES stands towards a tenant; the fields are explained in data/tenants.toml."""

    story: str
    associated: frozenset[str]
    customer_managed_status: SendingStatus = SendingStatus.ENABLED
    ses_managed_status: SendingStatus = SendingStatus.ENABLED


def load_standings() -> dict[str, Standing]:
    """The states of accounts by name."""
    return {
        name: Standing(
            **{
                **row,
                "max_24_hour_send": float(row["max_24_hour_send"]),
                "max_send_rate": float(row["max_send_rate"]),
                "enforcement_status": Enforcement(row.get("enforcement_status", "HEALTHY")),
            }
        )
        for name, row in _rows("accounts.toml").items()
    }


def load_sending_domains() -> dict[str, SendingDomain]:
    """The sending domains by name."""
    return {
        domain: SendingDomain(
            domain=domain, **{**row, "records": frozenset(map(Publication, row["records"]))}
        )
        for domain, row in _rows("senders.toml").items()
    }


def load_configuration_sets() -> dict[str, ConfigurationSetCharacter]:
    """The configuration sets by name."""
    return {
        name: ConfigurationSetCharacter(story=row.pop("story"), guest=row.pop("guest"), options=row)
        for name, row in _rows("configuration_sets.toml").items()
    }


def load_tenants() -> dict[str, TenantCharacter]:
    """The tenants by name."""
    return {name: _tenant(**row) for name, row in _rows("tenants.toml").items()}


def _tenant(story: str, associated: Iterable[str] = _RESOURCES, **statuses: str) -> TenantCharacter:
    typed = {name: SendingStatus(status) for name, status in statuses.items()}
    return TenantCharacter(story=story, associated=frozenset(associated), **typed)


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
