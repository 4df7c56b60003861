"""What to say of an email or a contact: which sentence, which next step, and who takes it.

Only keys of the catalogue are chosen here; :mod:`bellhop.domain.catalogue` has the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bellhop.domain.address_class import AddressClass, kind_of
from bellhop.domain.contacts import COMPLAINT
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.gateways import gateway_of
from bellhop.domain.inbox import Doubt, Inbox, Verdict
from bellhop.domain.readers import BOT
from bellhop.domain.reasons import REASONS, Actor, Reason
from bellhop.domain.status import Dispatch, Outcome, Signal, Status, outcome_of, signals_of
from bellhop.domain.tenant_settings import COUNTED_REASONS

# Who has to act when the status alone says what happened.
WHO_OF_STATUS: dict[Status, Actor] = {
    Status.REJECTED: Actor.ADMINISTRATOR,
    Status.FAILED: Actor.ADMINISTRATOR,
    Status.SUPPRESSED: Actor.RECEPTION,
    Status.LAPSED: Actor.RECEPTION,
    Status.UNKNOWN: Actor.RECEPTION,
}


WHO_OF_DOUBT: dict[Doubt, Actor] = {
    Doubt.NOT_ALIGNED: Actor.WEB_COMPANY,
    Doubt.SAME_ORGANISATION: Actor.YOUR_IT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Keys of the catalogue.

    Attributes:
        topics: ``<topic>.sentence`` of each says what happened, the cause last; what to do is the
            last one's ``<topic>.next_step``.
        who: who does it; named by ``who.<actor>``.
        values: what the sentences name: ``portal``, ``domain``, ``provider``.
    """

    topics: tuple[str, ...]
    who: Actor
    values: Mapping[str, str] = field(default_factory=dict)


def advice_on_email(
    record: DeliveryRecord,
    inbox: Inbox | None,
    silent_since: datetime | None = None,
    *,
    is_own_organisation: bool = False,
) -> Advice:
    """What to say of one email: its cause, its complaint, its doubtful inbox, or its status.

    ``is_own_organisation`` says whether it went to the sender's own company.
    """
    outcome = outcome_of(record.facts, record.dispatch)
    cause = outcome.fact.detail.get("reason") if outcome.fact else None
    kind = kind_of(record.recipient.mailbox.address)
    failed = outcome.status in {Status.BOUNCED, Status.SUPPRESSED}
    if not record.recipient.mailbox.address:  # see DeliveryRecord.without_person
        return Advice(topics=("contact.erased",), who=Actor.NOBODY)
    if cause and cause != COMPLAINT and kind.portal and failed:
        return advice_on_alias(kind.portal, cause, record.sender.domain)
    if kind.address_class is AddressClass.PLACEHOLDER and failed:
        return Advice(topics=("address.placeholder",), who=Actor.RECEPTION)
    if cause and outcome.status is Status.SUPPRESSED:
        return _advice_on_not_tried(cause)
    if Signal.COMPLAINED in signals_of(record.facts):
        return advice_on_cause(COMPLAINT)
    if is_own_organisation and is_refused_by_policy(outcome):
        return Advice(topics=("inbox.same_organisation.refused",), who=Actor.YOUR_IT)
    if cause and outcome.status is Status.BOUNCED:
        return advice_on_cause(cause)
    if inbox and inbox.verdict is Verdict.DOUBTFUL:
        doubt = inbox.doubts[0]
        return Advice(topics=(f"inbox.{doubt}",), who=WHO_OF_DOUBT[doubt])
    if outcome.status is Status.SENDING and record.claim and record.claim.uncertain_since:
        return Advice(topics=("status.uncertain",), who=Actor.NOBODY)
    if silent_since:
        topic = "status.silent" if outcome.status is Status.SENT else "status.overdue"
        return Advice(topics=(topic,), who=Actor.RECEPTION)
    if outcome.status is Status.DELIVERED:
        return _advice_on_delivery(record, inbox)
    who = WHO_OF_STATUS.get(outcome.status, Actor.NOBODY)
    return Advice(topics=(f"status.{outcome.status}",), who=who)


def _advice_on_delivery(record: DeliveryRecord, inbox: Inbox | None) -> Advice:
    """What is known beyond the delivery; of a plain one, who has the email now."""
    if inbox and inbox.verdict is Verdict.SEEN:
        return Advice(topics=("inbox.seen",), who=Actor.NOBODY)
    if Signal.AUTO_REPLIED in signals_of(record.facts):
        return Advice(topics=("signal.auto_replied",), who=Actor.NOBODY)
    gateway = gateway_of(record.facts, record.recipient.mailbox.domain)
    if gateway:
        values = {"provider": gateway.name}
        return Advice(topics=("status.delivered.to",), who=Actor.NOBODY, values=values)
    return Advice(topics=(f"status.{Status.DELIVERED}",), who=Actor.NOBODY)


def is_refused_by_policy(outcome: Outcome) -> bool:
    """Whether a rule of the recipient's company turned the email away."""
    cause = outcome.fact.detail.get("reason") if outcome.fact else None
    return outcome.status is Status.BOUNCED and cause == Reason.POLICY_REJECTED


# What is said of facts that are signals, or no news of the delivery.
TOPIC_OF_FACT: dict[FactKind, str] = {
    FactKind.SENT: "fact.sent",
    FactKind.SEND: "fact.sent",
    FactKind.SUBSCRIPTION: "fact.subscription",
    FactKind.UNRECOGNISED: "fact.unrecognised",
    FactKind.AUTO_REPLY: "signal.auto_replied",
    FactKind.OPEN: "signal.opened",
    FactKind.CLICK: "signal.clicked",
    FactKind.UNSUBSCRIPTION: "signal.unsubscribed",
}
TOPIC_OF_REPORT = {"not-spam": "signal.not_spam", "auth-failure": "signal.auth_failure"}
# Whose step it is where the status does not say it.
WHO_OF_TOPIC = {"signal.auth_failure": Actor.WEB_COMPANY}


def advice_on_fact(fact: Fact) -> Advice:
    """What to say of one fact by itself."""
    cause = fact.detail.get("reason")
    status = outcome_of([fact], Dispatch.DONE).status
    if fact.kind is FactKind.COMPLAINT:
        return advice_on_cause(COMPLAINT)
    if cause and status is Status.SUPPRESSED:
        return _advice_on_not_tried(cause)
    if cause and status is Status.BOUNCED:
        return advice_on_cause(cause)
    topic = TOPIC_OF_FACT.get(fact.kind, f"status.{status}")
    if fact.kind is FactKind.REPORT:
        topic = TOPIC_OF_REPORT.get(fact.detail.get("feedback_type", ""), topic)
    if fact.kind is FactKind.CLICK and fact.detail.get("by") == BOT:
        topic = "signal.scanned"
    who = WHO_OF_TOPIC.get(topic) or WHO_OF_STATUS.get(status, Actor.NOBODY)
    return Advice(topics=(topic,), who=who)


# Of these one bounce may be enough (see suppression_rule), so it may not have happened often.
_ONCE_MAY_BE_ENOUGH = {Reason.DOMAIN_UNKNOWN, Reason.UNKNOWN}


def advice_on_suppression(cause: str, *before: str) -> Advice:
    """What to say of a contact that must not be mailed, behind what that led to.

    What is counted was told of each email; here, that it came to a stop.
    """
    if cause in set(COUNTED_REASONS) - _ONCE_MAY_BE_ENOUGH:
        topics = (*before, f"reason.{cause}", "contact.stopped")
        return Advice(topics=topics, who=Actor.RECEPTION)
    return advice_on_cause(cause, *before)


def _advice_on_not_tried(cause: str) -> Advice:
    """What to say of an email that was not sent because its contact must not be mailed."""
    if cause == Reason.SUPPRESSED:  # its sentence says the same
        return advice_on_cause(cause)
    return advice_on_suppression(cause, f"status.{Status.SUPPRESSED}")


# What says that the address itself is gone; a portal takes its aliases back after the stay.
_GONE = {Reason.USER_UNKNOWN, Reason.MAILBOX_DISABLED, Reason.ADDRESS_MOVED}


def advice_on_alias(portal: str, cause: str, sender_domain: str) -> Advice:
    """What to say of a portal's address that did not take an email: nothing about the guest's."""
    topic = f"address.portal_alias.{'gone' if cause in _GONE else 'bounced'}"
    values = {"portal": portal, "domain": sender_domain}
    return Advice(topics=(topic,), who=Actor.RECEPTION, values=values)


ADVICE_AFTER_LIFTING = Advice(topics=("contact.lifted",), who=Actor.RECEPTION)
"""What to say of a contact that is to be tried once more and was not yet."""


def advice_on_cause(cause: str, *before: str) -> Advice:
    """What to say of a bounce's reason or a complaint, behind what it led to."""
    if cause == COMPLAINT:
        return Advice(topics=(*before, "signal.complained"), who=Actor.RECEPTION)
    return Advice(topics=(*before, f"reason.{cause}"), who=REASONS[Reason(cause)].who)
