"""What to say of an email or a contact: which sentence, which next step, and who takes it.

Only keys of the catalogue are chosen here; :mod:`bellhop.domain.catalogue` has the words.
"""

from dataclasses import dataclass

from bellhop.domain.contacts import Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.inbox import Inbox, Verdict
from bellhop.domain.reasons import REASONS, Actor, Reason
from bellhop.domain.status import Signal, Status, outcome_of, signals_of

# Who has to act when the status alone says what happened.
WHO_OF_STATUS: dict[Status, Actor] = {
    Status.REJECTED: Actor.ADMINISTRATOR,
    Status.FAILED: Actor.ADMINISTRATOR,
    Status.SUPPRESSED: Actor.RECEPTION,
    Status.LAPSED: Actor.RECEPTION,
    Status.UNKNOWN: Actor.RECEPTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Keys of the catalogue.

    Attributes:
        topic: ``<topic>.sentence`` says what happened, ``<topic>.next_step`` what to do.
        who: who does it; named by ``who.<actor>``.
    """

    topic: str
    who: Actor


def advice_on_email(record: DeliveryRecord, inbox: Inbox | None) -> Advice:
    """What to say of one email: its complaint, its reason, its doubtful inbox, or its status."""
    if Signal.COMPLAINED in signals_of(record.facts):
        return Advice(topic="signal.complained", who=Actor.NOBODY)
    outcome = outcome_of(record.facts, record.dispatch)
    reason = outcome.fact.detail.get("reason") if outcome.fact else None
    if reason and outcome.status is Status.BOUNCED:
        return advice_on_reason(reason)
    if inbox and inbox.verdict is Verdict.DOUBTFUL:
        return Advice(topic=f"inbox.{inbox.doubts[0]}", who=Actor.YOUR_IT)
    who = WHO_OF_STATUS.get(outcome.status, Actor.NOBODY)
    return Advice(topic=f"status.{outcome.status}", who=who)


def advice_on_reason(reason: str) -> Advice:
    """What to say of a bounce's reason."""
    return Advice(topic=f"reason.{reason}", who=REASONS[Reason(reason)].who)


def advice_on_suppression(suppression: Suppression) -> Advice:
    """What to say of a contact that must not be mailed."""
    if suppression.reason == "complaint":
        return Advice(topic="signal.complained", who=Actor.NOBODY)
    return advice_on_reason(suppression.reason)
