"""What has to be done in SES for a sender, found by comparing what is wanted with what is there.

Nothing is remembered of earlier tries: SES itself says what is missing, so a run that broke off
anywhere is resumed by looking again, and one that was finished finds nothing to do.

An identity that Bellhop made carries the hotel's SES tenant in a tag; only such a one is changed
or deleted. Any other belongs to somebody else: it is used as it is, and only once it is associated
with the hotel's tenant, which an operator or the deployment does. For its DKIM records prove that
somebody controls the domain, not that this hotel does.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bellhop.domain.senders import SenderState

MAIL_FROM_LABEL = "bounce"
"""Returned email comes to ``bounce.<domain>``, a name that is used for nothing else."""


class Step(StrEnum):
    """One call of SES's control plane; each can be repeated without harm."""

    CREATE_IDENTITY = "create_identity"
    STOP_FORWARDING = "stop_forwarding"
    SET_MAIL_FROM = "set_mail_from"
    CREATE_TENANT = "create_tenant"
    ASSOCIATE = "associate"
    DISSOCIATE = "dissociate"
    DELETE_IDENTITY = "delete_identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a sender needs in SES.

    Attributes:
        ses_tenant: see :func:`bellhop.domain.tenants.ses_tenant`.
        identity: ARN of the domain's identity.
        configuration_sets: ARNs of the lanes'.
    """

    domain: str
    ses_tenant: str
    identity: str
    configuration_sets: tuple[str, ...]

    @property
    def mail_from(self) -> str:
        """The MAIL FROM domain."""
        return f"{MAIL_FROM_LABEL}.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An identity as SES describes it.

    Attributes:
        made_for: the SES tenant for which Bellhop made it; empty for somebody else's.
        dkim: the status of its DKIM records, in SES's words.
        sends: whether SES takes email from it.
        tokens: selectors of its DKIM records; empty where keys of its own are used.
        mail_from: empty where SES's own is used.
        mail_from_failed: whether SES looks for its records no more: it does so for 72 hours, and
            again when it is told the domain anew.
        forwards_feedback: whether bounces are also sent by email.
    """

    made_for: str
    dkim: str
    sends: bool
    tokens: tuple[str, ...] = ()
    mail_from: str = ""
    mail_from_failed: bool = False
    forwards_feedback: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is there: no identity, no tenant (``associated`` is ``None``), or both."""

    identity: Identity | None
    associated: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step, on the resource with that ARN."""

    step: Step
    resource: str


def _is_ours(seen: Seen, wanted: Wanted) -> bool:
    return seen.identity is None or seen.identity.made_for == wanted.ses_tenant


def is_foreign(seen: Seen, wanted: Wanted) -> bool:
    """Whether the domain is somebody else's in SES, and was not handed over to the hotel."""
    return not _is_ours(seen, wanted) and wanted.identity not in (seen.associated or ())


Needed = Callable[[Seen, Wanted], bool]
# In this order, as far as they are needed.
_ON_IDENTITY: tuple[tuple[Step, Needed], ...] = (
    (Step.CREATE_IDENTITY, lambda seen, _: seen.identity is None),
    (
        Step.STOP_FORWARDING,
        lambda seen, wanted: (
            _is_ours(seen, wanted) and (seen.identity is None or seen.identity.forwards_feedback)
        ),
    ),
    (
        Step.SET_MAIL_FROM,
        lambda seen, wanted: (
            _is_ours(seen, wanted)
            and (
                seen.identity is None
                or seen.identity.mail_from != wanted.mail_from
                or seen.identity.mail_from_failed
            )
        ),
    ),
    (Step.CREATE_TENANT, lambda seen, _: seen.associated is None),
)


def missing(seen: Seen, wanted: Wanted) -> tuple[Action, ...]:
    """What has to be done until the hotel can send from the domain; nothing for a foreign one."""
    if is_foreign(seen, wanted):
        return ()
    on_identity = (
        Action(step=step, resource=wanted.identity)
        for step, needed in _ON_IDENTITY
        if needed(seen, wanted)
    )
    return (*on_identity, *_associations(seen, wanted))


def _associations(seen: Seen, wanted: Wanted) -> Iterator[Action]:
    for resource in (wanted.identity, *wanted.configuration_sets):
        if resource not in (seen.associated or ()):
            yield Action(step=Step.ASSOCIATE, resource=resource)


def handing_over(seen: Seen, wanted: Wanted) -> tuple[Action, ...]:
    """What an operator has to do so that the hotel can use somebody else's identity as it is."""
    needs_tenant = seen.associated is None
    first = [Action(step=Step.CREATE_TENANT, resource=wanted.identity)] if needs_tenant else []
    return (*first, *_associations(seen, wanted))


def superfluous(seen: Seen, wanted: Wanted) -> tuple[Action, ...]:
    """What has to be undone: all that Bellhop made for this domain, and nothing else.

    The tenant stays. It is the hotel's and not the domain's, and carries its reputation: who was
    paused would otherwise be new again by removing a domain and adding it.
    """
    if seen.identity is None or not _is_ours(seen, wanted):
        return ()
    used = wanted.identity in (seen.associated or ())
    steps = [*([Step.DISSOCIATE] if used else []), Step.DELETE_IDENTITY]
    return tuple(Action(step=step, resource=wanted.identity) for step in steps)


def state_of(seen: Seen, wanted: Wanted) -> SenderState:
    """What the sender is after everything missing was done."""
    if is_foreign(seen, wanted):
        return SenderState.HELD
    identity = seen.identity
    if identity is None:
        return SenderState.PENDING
    if identity.dkim == "FAILED" and _is_ours(seen, wanted):
        return SenderState.FAILED
    # The domain's own records, not those of a parent domain that SES may have verified.
    verified = identity.sends and identity.dkim == "SUCCESS"
    return SenderState.VERIFIED if verified else SenderState.PENDING


def new_run(now: datetime) -> str:
    """The name of a wish to look at a sender; of two the later one is the greater text."""
    return f"{now.astimezone(UTC).isoformat(timespec='microseconds')}-{secrets.token_hex(4)}"


# Until this age a pending sender is looked at so often.
_LOOKS = (
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(minutes=70), timedelta(minutes=10)),
)
_SELDOM = timedelta(hours=1)


def next_look(since: datetime, now: datetime) -> timedelta:
    """How long a pending sender is left alone: a minute at first, later an hour."""
    return next((pause for age, pause in _LOOKS if now - since < age), _SELDOM)
