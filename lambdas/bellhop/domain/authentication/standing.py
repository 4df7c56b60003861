"""The standing of a sender over time: states, moves, and when to look again.

The moves are a table. A sender falls only by what its own name servers say, said again; a fault of
the DNS moves nothing. What it may send follows from its standing alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bellhop.domain.authentication.check import Evidence, Report
from bellhop.domain.authentication.codes import Weight
from bellhop.domain.authentication.findings import Finding
from bellhop.domain.authentication.presence import Presence
from bellhop.domain.tenant_settings import Resumption


class Standing(StrEnum):
    """How far a sender is believed."""

    PENDING = "pending"
    """Its records are awaited: normal for up to 72 hours."""
    VERIFIED = "verified"
    DEGRADED = "degraded"
    """It was verified, and records are missing or different now."""
    FAILED = "failed"
    """SES has given up; the sender must be set up anew."""


class Effect(StrEnum):
    """What a look makes necessary; each once."""

    ALARM = "alarm"
    """Tell people: the sender fell."""
    RECOVERED = "recovered"
    """Tell people: it is back."""
    CHANGED = "changed"
    """Records differ from those of the last look."""


PROOFS = 3
"""Looks in a row that must speak against a verified sender before it falls."""
SPACING = timedelta(minutes=10)
"""Between two that count: looks at the same moment prove the same, however many are asked for."""
CHANGES_KEPT = FINDINGS_KEPT = 20

_MOVES: Mapping[tuple[Standing, Evidence], Standing] = MappingProxyType(
    {
        (Standing.PENDING, Evidence.FOR): Standing.VERIFIED,
        (Standing.PENDING, Evidence.AGAINST): Standing.PENDING,
        (Standing.PENDING, Evidence.NONE): Standing.PENDING,
        (Standing.VERIFIED, Evidence.FOR): Standing.VERIFIED,
        (Standing.VERIFIED, Evidence.AGAINST): Standing.DEGRADED,
        (Standing.VERIFIED, Evidence.NONE): Standing.VERIFIED,
        (Standing.DEGRADED, Evidence.FOR): Standing.VERIFIED,
        (Standing.DEGRADED, Evidence.AGAINST): Standing.DEGRADED,
        (Standing.DEGRADED, Evidence.NONE): Standing.DEGRADED,
        (Standing.FAILED, Evidence.FOR): Standing.FAILED,
        (Standing.FAILED, Evidence.AGAINST): Standing.FAILED,
        (Standing.FAILED, Evidence.NONE): Standing.FAILED,
    }
)
"""A fall from VERIFIED waits for PROOFS looks; FAILED ends, until the sender is set up anew."""

_INTERVALS: Mapping[Standing, tuple[tuple[timedelta, timedelta], ...]] = MappingProxyType(
    {
        Standing.PENDING: (
            (timedelta(minutes=10), timedelta(minutes=1)),
            (timedelta(minutes=70), timedelta(minutes=10)),
            (timedelta(hours=72), timedelta(hours=1)),
            (timedelta.max, timedelta(hours=6)),
        ),
        Standing.VERIFIED: ((timedelta.max, timedelta(hours=6)),),
        Standing.DEGRADED: (
            (timedelta(hours=1), timedelta(minutes=10)),
            (timedelta(hours=24), timedelta(hours=1)),
            (timedelta.max, timedelta(hours=6)),
        ),
        Standing.FAILED: ((timedelta.max, timedelta(hours=24)),),
    }
)
"""Up to which age of a standing, how long until the next look."""
_KEPT = frozenset({Weight.BREAKS, Weight.MISSING, Weight.WARNS})
_FALLEN = frozenset({Standing.DEGRADED, Standing.FAILED})

Observed = Mapping[str, tuple[str, ...]]
"""What stands in the DNS, by "name type"; only what was answered is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that was another at the look before."""

    at: datetime
    record: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one check showed.

    Attributes:
        findings: what is broken, missing, or should be mended.
        zone: that the sender's records are entered in.
        panel: code of the provider that keeps it.
        given_up: whether SES says that it waits no longer.
    """

    at: datetime
    evidence: Evidence
    observed: Observed = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    zone: str = ""
    panel: str = ""
    given_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A sender's standing, and what it rests on.

    Attributes:
        since: when the standing was reached.
        against: looks in a row that spoke against it, see PROOFS.
        doubted_at: when the last of them was; ``None`` without any.
        findings: of the last look that proved something.
        zone: that the sender's records are entered in.
        panel: code of the provider that keeps it.
        held: whether marketing waits for a click, though the records are back.
        changes: the last ones, newest first.
    """

    standing: Standing = Standing.PENDING
    since: datetime
    checked_at: datetime | None = None
    against: int = 0
    doubted_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    zone: str = ""
    panel: str = ""
    held: bool = False
    observed: Observed = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @property
    def stops_marketing(self) -> bool:
        """A campaign without authentication would be refused by many, and spoil the domain.

        Email about a guest's booking goes on as long as SES takes it. A sender that was never seen
        in order is no case for this: it is SES that has to verify it first.
        """
        return self.held or self.standing in _FALLEN


def look_of(report: Report, at: datetime, *, given_up: bool = False) -> Look:
    """A check's report as the moves need it."""
    counting = [each for part in report.parts if part.counts for each in part.findings]
    found = [sought for part in report.parts for sought in part.sought]
    return Look(
        at=at,
        evidence=report.evidence,
        observed={
            f"{each.record.name} {each.record.type}": each.seen
            for each in found
            if each.presence is not Presence.UNCLEAR
        },
        findings=tuple(each for each in counting if each.weight in _KEPT)[:FINDINGS_KEPT],
        zone=report.zone.name,
        panel=report.panel.code,
        given_up=given_up,
    )


def after(
    watch: Watch,
    look: Look,
    resumption: Resumption = Resumption.BY_ITSELF,
    spacing: timedelta = SPACING,
) -> tuple[Watch, frozenset[Effect]]:
    """The standing after one look, and what has to be done because of it."""
    against, doubted_at = _counted(watch, look, spacing)
    standing = _moved(watch, look, against)
    changes = _changes(watch, look)
    fell = standing in _FALLEN and watch.standing is not standing
    rose = watch.standing is Standing.DEGRADED and standing is Standing.VERIFIED
    proved = look.evidence is not Evidence.NONE
    seen = replace(
        watch,
        standing=standing,
        since=look.at if standing is not watch.standing else watch.since,
        checked_at=look.at,
        against=against,
        doubted_at=doubted_at,
        findings=look.findings if proved else watch.findings,
        zone=look.zone or watch.zone,
        panel=look.panel or watch.panel,
        held=watch.held or (rose and resumption is Resumption.BY_CLICK),
        observed={**watch.observed, **look.observed},
        changes=(*changes, *watch.changes)[:CHANGES_KEPT],
    )
    happened = {Effect.ALARM: fell, Effect.RECOVERED: rose, Effect.CHANGED: bool(changes)}
    return seen, frozenset(effect for effect, so in happened.items() if so)


def released(watch: Watch) -> Watch:
    """After the click that lets marketing go on."""
    return replace(watch, held=False)


def next_look(watch: Watch, now: datetime, spacing: timedelta = SPACING) -> timedelta:
    """How long to wait before the next look."""
    if watch.standing is Standing.VERIFIED and watch.against:
        return spacing
    age = now - watch.since
    return next(interval for limit, interval in _INTERVALS[watch.standing] if age < limit)


def _counted(watch: Watch, look: Look, spacing: timedelta) -> tuple[int, datetime | None]:
    """The looks against it, and when the last one counted. Silence neither adds nor ends."""
    if look.evidence is Evidence.FOR:
        return 0, None
    soon = watch.doubted_at is not None and look.at - watch.doubted_at < spacing
    if look.evidence is Evidence.NONE or soon:
        return watch.against, watch.doubted_at
    return watch.against + 1, look.at


def _moved(watch: Watch, look: Look, against: int) -> Standing:
    if look.given_up:
        return Standing.FAILED
    standing = _MOVES[watch.standing, look.evidence]
    doubted = watch.standing is Standing.VERIFIED and standing is Standing.DEGRADED
    return watch.standing if doubted and against < PROOFS else standing


def _changes(watch: Watch, look: Look) -> tuple[Change, ...]:
    """Records that were seen before, and are others now."""
    return tuple(
        Change(at=look.at, record=record, before=watch.observed[record], after=now)
        for record, now in look.observed.items()
        if record in watch.observed and set(watch.observed[record]) != set(now)
    )
