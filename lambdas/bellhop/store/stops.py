"""What stops sending: ``STOP#<reason>[#<domain or contact key>]`` beside what it stops.

The account's stops are under ``H#account``, a lane's under ``H#<configuration set>``, a tenant's,
its senders' and its contacts' under ``T#<tenant>``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bellhop.domain.stops import Stop, StopReason, StopScope
from bellhop.store.table import StopItem

# A stop of which nothing is heard for so long has no emails that wait for its end.
_FORGOTTEN_AFTER = timedelta(days=7)
_ACCOUNT = "H#account"


class StopStore:
    """Keeps the stops that stand."""

    def keep(self, tenant: str, reason: StopReason, name: str, words: str, now: datetime) -> None:
        """See :meth:`bellhop.usecases.ports.StopItems.keep`."""
        StopItem(*_key(tenant, reason, name)).update(
            actions=[
                StopItem.since.set(StopItem.since | now),
                StopItem.seen_at.set(now),
                StopItem.words.set(words),
                StopItem.expires_at.set(int((now + _FORGOTTEN_AFTER).timestamp())),
            ]
        )

    def lift(self, tenant: str, stop: Stop) -> None:
        """See :meth:`bellhop.usecases.ports.StopItems.lift`."""
        StopItem(*_key(tenant, stop.reason, stop.name)).delete()

    def standing(self, tenant: str, configuration_sets: Sequence[str]) -> list[Stop]:
        """See :meth:`bellhop.usecases.ports.StopItems.standing`."""
        keys = (_ACCOUNT, *(f"H#{name}" for name in configuration_sets), f"T#{tenant}")
        return [stop for key in keys for stop in _of(key)]


def _of(pk: str) -> Iterator[Stop]:
    for item in StopItem.query(pk, range_key_condition=StopItem.sk.startswith("STOP#")):
        _, reason, *name = item.sk.split("#")
        yield Stop(
            reason=StopReason(reason),
            name=name[0] if name else _name(pk),
            since=item.since,
            seen_at=item.seen_at,
            words=item.words,
        )


def _name(pk: str) -> str:
    return "" if pk == _ACCOUNT else pk.partition("#")[2]


def _key(tenant: str, reason: StopReason, name: str) -> tuple[str, str]:
    match reason.scope:
        case StopScope.ACCOUNT:
            return _ACCOUNT, f"STOP#{reason}"
        case StopScope.LANE:
            return f"H#{name}", f"STOP#{reason}"
        case StopScope.TENANT:
            return f"T#{tenant}", f"STOP#{reason}"
        case StopScope.SENDER | StopScope.RECIPIENT:
            return f"T#{tenant}", f"STOP#{reason}#{name}"
