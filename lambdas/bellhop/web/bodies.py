"""Parts of answers that need no words: what is known, as the API spells it."""

from collections.abc import Sequence

from bellhop.domain.contacts import Lifting, Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact
from bellhop.domain.reasons import REASONS, Reason
from bellhop.domain.status import Outcome
from bellhop.domain.tenant_settings import COUNTED_REASONS, TenantSettings
from bellhop.web.answers import (
    AlignmentBody,
    LiftingAnswer,
    ReasonBody,
    SettingsAnswer,
    SuppressionBody,
    SuppressionRuleAnswer,
)

LONGEST_TIMELINE = 100


def settings_answer(settings: TenantSettings) -> SettingsAnswer:
    """A tenant's settings, with the default rules of what it did not set."""
    rules = {reason: settings.suppression_rule(reason) for reason in COUNTED_REASONS}
    return SettingsAnswer(
        company_domains=list(settings.company_domains),
        suppression={
            reason: SuppressionRuleAnswer(
                count=rule.count,
                days=rule.days,
                is_default=reason not in settings.suppression_rules,
            )
            for reason, rule in rules.items()
        },
        marketing_resumes=settings.marketing_resumes,
    )


def reason_body(outcome: Outcome) -> ReasonBody | None:
    """Of a bounce or of a suppression by a bounce; a complaint is a signal, not a reason."""
    fact = outcome.fact
    code = fact.detail.get("reason") if fact else None
    if fact is None or code is None or code not in set(Reason):
        return None
    properties = REASONS[Reason(code)]
    return ReasonBody(
        code=code,
        fault=properties.fault,
        permanent=properties.permanent,
        who=properties.who,
        server_reply=printable(fact.detail.get("diagnostic", "")) or None,
        status_code=fact.detail.get("status"),
    )


def alignment_body(record: DeliveryRecord) -> AlignmentBody | None:
    """What tied an email to its sender, where that is known."""
    alignment = record.claim.alignment if record.claim else None
    if alignment is None:
        return None
    return AlignmentBody(dkim=alignment.dkim, spf=alignment.spf, checked_at=alignment.checked_at)


def message_id_of(record: DeliveryRecord) -> str | None:
    """SES's id of the last message that it took."""
    found = [fact.detail["message_id"] for fact in record.facts if "message_id" in fact.detail]
    return found[-1] if found else None


def suppression_body(suppression: Suppression) -> SuppressionBody:
    """Why nothing is sent to a contact."""
    return SuppressionBody(
        reason=suppression.reason, since=suppression.at, email_id=suppression.email_id
    )


def lifting_answer(lifting: Lifting) -> LiftingAnswer:
    """Who lifted a suppression, and why."""
    return LiftingAnswer(at=lifting.at, by=lifting.by, why=lifting.why, reason=lifting.reason)


def bounded(facts: Sequence[Fact]) -> list[Fact]:
    """The timeline without its middle, where a server asked to wait all day."""
    return [
        *facts[: LONGEST_TIMELINE // 2],
        *facts[LONGEST_TIMELINE // 2 :][-LONGEST_TIMELINE // 2 :],
    ]


def printable(text: str) -> str:
    """A server's words without control characters, which are its to send and nobody's to show."""
    return "".join(each if each.isprintable() else " " for each in text)
