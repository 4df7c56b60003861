"""Opens and clicks, kept bounded: two hundred opens must not grow a record two hundred times.

A fact stands for all that happened within a while, and its value is the same whichever of them is
read first. The whiles are short at first, so that a fact's time tells whether it followed the
delivery at once (domain/readers.py), then days, and after thirty days one for ever.
"""

from bisect import bisect_right
from datetime import datetime, timedelta

from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.readers import BOT, HUMAN, SCANNER_TIME
from bellhop.ses.wire import SesEvent

DAY, DAYS = timedelta(days=1), 30
# Seconds after the sending at which a while of the first day begins: each lasts a quarter of what
# has gone by, so that of an email which its server took late little is left undecided.
STARTS = (0, *(round(SCANNER_TIME.total_seconds() * 1.25**n) for n in range(41)))
_SAID = {"Likely": BOT, "Unlikely": HUMAN}


def engagement(event: SesEvent, kind: FactKind) -> Fact:
    """The fact of an open or click; ``by`` is missing where only the delivery can tell."""
    by = _SAID.get(str(event.body.get("isBotEvent")))
    if by is None and event.at - event.sent_at < SCANNER_TIME:
        by = BOT  # no delivery is earlier
    return once_a_while(event, kind, by or "somebody", **({"by": by} if by else {}))


def once_a_while(event: SesEvent, kind: FactKind, name: str, **detail: str) -> Fact:
    """A fact that is the same for all events of its kind and ``name`` within a while."""
    start = _start(event.sent_at, event.at)
    return Fact(
        kind=kind,
        identity=f"{kind}-{name}-{start:%Y%m%dT%H%M%S}-{event.attempt}",
        at=start,
        attempt=event.attempt,
        detail=detail,
    )


def _start(sent_at: datetime, at: datetime) -> datetime:
    """When the while began that an instant lies in."""
    if at - sent_at < DAY:
        gone_by = max(0.0, (at - sent_at).total_seconds())  # a clock may be behind
        return sent_at + timedelta(seconds=STARTS[bisect_right(STARTS, gone_by) - 1])
    if at - sent_at <= DAYS * DAY:
        return max(sent_at + DAY, at.replace(hour=0, minute=0, second=0, microsecond=0))
    return sent_at + DAYS * DAY
