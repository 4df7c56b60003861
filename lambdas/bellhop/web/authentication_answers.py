"""What the API answers about a sender's DNS: its standing, what is to be mended, what changed."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bellhop.domain.authentication.codes import Code, Weight
from bellhop.domain.authentication.panels import panel_with
from bellhop.domain.authentication.standing import Change, Standing, Watch
from bellhop.domain.authentication.watches import unpacked
from bellhop.domain.authentication.wording import Place, told


class PastedRecord(BaseModel):
    """A record as it is typed into the form of the provider that keeps the zone."""

    type: str = Field(examples=["CNAME"])
    name: str = Field(description="In full.")
    host: str = Field(description="Relative to the zone.")
    priority: str | None = Field(description="Of an MX where it has a field of its own.")
    value: str


class DnsFinding(BaseModel):
    """Something in DNS that should be mended."""

    code: Code
    weight: Weight
    name: str = Field(description="The name in DNS that it is about.")
    sentence: str
    next_step: str
    who: str = Field(description="Who takes the next step, in words.")
    seen: list[str] = Field(description="What stands there.")
    record: PastedRecord | None = Field(description="What should stand there.")


class DnsChange(BaseModel):
    """A record that was another at the look before."""

    at: datetime
    record: str = Field(examples=["_dmarc.hotel-sol.com TXT"])
    before: list[str]
    after: list[str]


class Authentication(BaseModel):
    """What receivers make of the sender's DNS, looked at again and again."""

    standing: Standing
    since: datetime
    checked_at: datetime | None
    stops_marketing: bool = Field(description="Email about a booking goes on as SES takes it.")
    held: bool = Field(description="Whether marketing waits for a click, the records being back.")
    findings: list[DnsFinding]
    changes: list[DnsChange] = Field(description="The last twenty, newest first.")


def authentication_of(text: str, language: str) -> Authentication | None:
    """The answer about a watch as it is kept; ``None`` where nobody looked yet."""
    return _authentication(unpacked(text), language) if text else None


def _authentication(watch: Watch, language: str) -> Authentication:
    place = Place(zone=watch.zone, panel=panel_with(watch.panel))
    return Authentication(
        standing=watch.standing,
        since=watch.since,
        checked_at=watch.checked_at,
        stops_marketing=watch.stops_marketing,
        held=watch.held,
        findings=[_finding(told(each, place, language)) for each in watch.findings],
        changes=[_change(each) for each in watch.changes],
    )


def _finding(value: dict[str, Any]) -> DnsFinding:
    return DnsFinding(**{**value, "record": _record(value["record"])})


def _record(value: dict[str, Any] | None) -> PastedRecord | None:
    if value is None:
        return None
    return PastedRecord(type=value["type"], name=value["name"], **value["paste"])


def _change(change: Change) -> DnsChange:
    return DnsChange(
        at=change.at, record=change.record, before=list(change.before), after=list(change.after)
    )
