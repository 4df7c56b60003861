"""Opens and clicks, kept bounded: two hundred opens must not grow a record two hundred times.

A fact stands for a type, for human or bot, and for a day within thirty days of the email, then for
all that comes later. Its value is the same whichever open of that day is read first.
"""

from datetime import datetime, timedelta

from bellhop.domain.facts import Fact, FactKind
from bellhop.ses.wire import SesEvent

DAYS = 30
# Scanners open and follow every link as soon as a message arrives; people take longer to read.
_SCANNER_TIME = timedelta(seconds=10)
HUMAN, BOT = "human", "bot"


def engagement(event: SesEvent, kind: FactKind) -> Fact:
    """The fact of an open or click."""
    who = BOT if _by_a_bot(event) else HUMAN
    return once_a_day(event, kind, who, by=who)


def once_a_day(event: SesEvent, kind: FactKind, name: str, **detail: str) -> Fact:
    """A fact that is the same for all events of its kind and ``name`` of a day."""
    since = event.email_id.accepted_at if event.email_id else event.sent_at
    day = event.at.replace(hour=0, minute=0, second=0, microsecond=0)
    is_late = event.at - since > timedelta(days=DAYS)
    return Fact(
        kind=kind,
        identity=f"{kind}-{name}-{'later' if is_late else f'{day:%Y%m%d}'}-{event.attempt}",
        at=since + timedelta(days=DAYS) if is_late else _not_before(since, day),
        attempt=event.attempt,
        detail=detail,
    )


def _not_before(since: datetime, day: datetime) -> datetime:
    """The day's first moment at which the email existed: the same for every event of the day."""
    return max(since, day)


def _by_a_bot(event: SesEvent) -> bool:
    """What SES says, where it says something; else whether it was faster than a reader."""
    said = event.body.get("isBotEvent")
    if said in {"Likely", "Unlikely"}:
        return bool(said == "Likely")
    return event.at - event.sent_at < _SCANNER_TIME
