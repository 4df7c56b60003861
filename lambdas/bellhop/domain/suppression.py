"""When an email's fate stops its contact from being mailed: one table, in reasons.py, and counting.

Counting looks at the contact's newest fifty emails together, so it comes to the same whatever order
events arrive in: it is always the bounce that first completed a window which suppresses. A mailbox
that got more emails, and bounced fewer of them than the rule says, works.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellhop.domain.classify import says_null_mx
from bellhop.domain.contacts import COMPLAINT, Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.reasons import Reason, SuppressionRule, suppression_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a fact demands: a suppression for ``cause``, by ``rule``."""

    cause: str
    rule: SuppressionRule


def demand_of(fact: Fact) -> Demand:
    """What this fact demands, by itself or together with others of its cause."""
    never = SuppressionRule.never()
    if fact.kind is FactKind.COMPLAINT:
        return Demand(cause=COMPLAINT, rule=SuppressionRule.at_once())
    if fact.kind is not FactKind.BOUNCE:
        return Demand(cause="", rule=never)
    reason = Reason(fact.detail["reason"])
    bounce_type = fact.detail.get("bounce_type")
    null_mx = says_null_mx(
        status=fact.detail.get("status", ""), diagnostic=fact.detail.get("diagnostic", "")
    )
    rule = suppression_rule(reason, permanent=bounce_type == "Permanent", null_mx=null_mx)
    if rule.count == 1 and bounce_type == "Transient" and not null_mx:
        rule = never  # what SES itself calls transient does not condemn an address at once
    return Demand(cause=reason.value, rule=rule)


def suppression_by(email_id: EmailId, fact: Fact, cause: str) -> Suppression:
    """The suppression that an email's fact brings about."""
    return Suppression(identity=fact.identity, reason=cause, at=fact.at, email_id=str(email_id))


def counted(
    demand: Demand,
    records: Iterable[DeliveryRecord],
    cleared_at: datetime | None,
    rule: SuppressionRule,
) -> Suppression | None:
    """The suppression that a contact's bounces amount to, or ``None`` if they are too few.

    Args:
        demand: what each of the bounces demands; its own rule says only that they are counted.
        records: of the contact; those older than the rule's window make no difference.
        cleared_at: bounces up to then count no more.
        rule: the tenant's.
    """
    bounces = sorted(
        (
            (fact.at, fact.identity, record, fact)
            for record in records
            for fact in record.facts
            if demand_of(fact) == demand and (cleared_at is None or fact.at > cleared_at)
        ),
        key=lambda bounce: bounce[:2],
    )
    needed, window = rule.count, timedelta(days=rule.days)
    for first, last in zip(bounces, bounces[needed - 1 :], strict=False):
        if last[0] - first[0] <= window:
            return suppression_by(last[2].id, last[3], demand.cause)
    return None
