"""Turns what is known into answers, in the reader's language."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bellhop.domain.address_class import AddressClass, AddressKind, kind_of
from bellhop.domain.advice import (
    ADVICE_AFTER_LIFTING,
    advice_on_email,
    advice_on_fact,
    advice_on_suppression,
    is_refused_by_policy,
)
from bellhop.domain.advice import Advice as AdviceKeys
from bellhop.domain.catalogue import phrase
from bellhop.domain.contacts import Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact
from bellhop.domain.gateways import GENERAL_HINT, gateway_of
from bellhop.domain.identifiers import contact_id
from bellhop.domain.inbox import Inbox, Verdict, inbox_of, is_same_organisation
from bellhop.domain.reasons import Actor
from bellhop.domain.silence import silent_since
from bellhop.domain.status import (
    Dispatch,
    Outcome,
    Signal,
    Status,
    outcome_of,
    signals_of,
    timeline_of,
    was_accepted_first,
)
from bellhop.domain.stops import Stop, StopScope
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.look_up import ContactView
from bellhop.web.answers import (
    AccountAnswer,
    Advice,
    ContactAnswer,
    EmailAnswer,
    FactBody,
    FoundEmail,
    FoundEmails,
    GatewayBody,
    InboxBody,
    StopBody,
    SummaryBody,
)
from bellhop.web.bodies import (
    alignment_body,
    bounded,
    lifting_answer,
    message_id_of,
    printable,
    reason_body,
    suppression_body,
)

OrganisationalDomain = Callable[[str], str | None]
_TELLS_MORE_THAN_A_BOUNCE = {AddressClass.PORTAL_ALIAS, AddressClass.PLACEHOLDER}


class Presenter:
    """Presents in one language.

    Args:
        language: of the sentences; English where it has none.
        organisational_domain: see :func:`bellhop.domain.inbox.inbox_of`.
        now: the present instant, by which silence is judged.
        settings: the tenant's.
    """

    def __init__(
        self,
        language: str,
        organisational_domain: OrganisationalDomain,
        now: datetime,
        settings: TenantSettings,
    ) -> None:
        self._language = language
        self._settings = settings
        self._now = now
        self._organisation = organisational_domain, settings.company_domains

    def account(self, stops: Sequence[Stop]) -> AccountAnswer:
        """Whether emails go out, the oldest stop first."""
        oldest_first = sorted(stops, key=lambda stop: (stop.since, stop.reason))
        return AccountAnswer(stops=[self._stop(stop) for stop in oldest_first])

    def email(self, record: DeliveryRecord, stop: Stop | None = None) -> EmailAnswer:
        """Everything known about an email; ``stop`` holds it back."""
        record = record.as_of(self._now)
        settled = record.dispatch is Dispatch.DONE
        return EmailAnswer(
            **self._summary(record).model_dump(),
            contact_id=contact_id(record.id.contact),
            contact_ref=record.recipient.contact_ref or None,
            reference=record.reference or None,
            email_class=record.email_class,
            sender=record.sender.address,
            to=record.recipient.mailbox.address,
            stopped=self._stop(stop) if stop and not settled else None,
            guarantee=record.guarantee,
            not_after=record.not_after,
            resend_of=str(record.resend_of) if record.resend_of else None,
            metadata=dict(record.metadata),
            uncertain_since=record.claim.uncertain_since if record.claim and not settled else None,
            message_id=message_id_of(record),
            alignment=alignment_body(record),
            attempts=record.attempts,
            accepted_first=was_accepted_first(record.facts),
            signals=signals_of(record.facts),
            timeline=[self._fact(fact) for fact in bounded(timeline_of(record.facts))],
        )

    def found(self, emails: Sequence[DeliveryRecord], after: str | None) -> FoundEmails:
        """A page of emails; ``after`` is where the next one begins, or ``None``."""
        data = [
            FoundEmail(
                **self._summary(record).model_dump(),
                contact_id=contact_id(record.id.contact),
                to=record.recipient.mailbox.address,
                contact_ref=record.recipient.contact_ref or None,
                reference=record.reference or None,
                url=f"/v1/emails/{record.id}",
            )
            for record in emails
        ]
        return FoundEmails(data=data, has_more=after is not None, next=after)

    def _stop(self, stop: Stop) -> StopBody:
        topics, scope = (f"stop.{stop.reason}",), stop.reason.scope
        return StopBody(
            scope=scope,
            name=contact_id(stop.name) if scope is StopScope.RECIPIENT else stop.name,
            reason=stop.reason,
            since=stop.since,
            seen_at=stop.seen_at,
            words=stop.words,
            advice=self._advice(AdviceKeys(topics=topics, who=Actor.ADMINISTRATOR)),
        )

    def contact(self, view: ContactView) -> ContactAnswer:
        """A guest's mailbox at a glance."""
        summaries = [self._summary(record) for record in view.emails]
        newest = self._summary(view.newest) if view.newest else None
        suppression = view.contact.suppression if view.contact else None
        kind = kind_of(view.address)
        unsubscribed_at = _unsubscribed(view.recent)
        works = _works(suppression, kind.address_class, unsubscribed_at)
        return ContactAnswer(
            id=contact_id(view.key),
            address=view.address,
            address_class=kind.address_class,
            address_note=self._address_note(view, kind),
            works=phrase(self._language, f"works.{works}"),
            contact_ref=(view.newest.recipient.contact_ref or None) if view.newest else None,
            headline=self._headline(view, newest, kind),
            status=newest.status if newest else None,
            since=suppression.at if suppression else newest.since if newest else None,
            reason=newest.reason if newest else None,
            inbox=newest.inbox if newest else None,
            gateway=newest.gateway if newest else None,
            suppression=suppression_body(suppression) if suppression else None,
            liftings=[lifting_answer(each) for each in reversed(view.liftings)],
            last_delivered_at=_last_delivered(view.recent),
            unsubscribed_at=unsubscribed_at,
            emails=summaries,
            has_more=view.has_more,
            next=view.emails[-1].id.ulid if view.has_more else None,
        )

    def _address_note(self, view: ContactView, kind: AddressKind) -> str:
        is_colleague = view.newest and is_same_organisation(view.newest, *self._organisation)
        is_own = kind.address_class is AddressClass.OWN
        topic = "colleague" if is_colleague and is_own else kind.address_class
        if not view.address:
            topic = "erased"
        return phrase(self._language, f"address.{topic}.sentence", portal=kind.portal)

    def _headline(self, view: ContactView, newest: SummaryBody | None, kind: AddressKind) -> Advice:
        suppression = view.contact.suppression if view.contact else None
        failed = newest is not None and newest.status in {Status.BOUNCED, Status.SUPPRESSED}
        if suppression and not (failed and kind.address_class in _TELLS_MORE_THAN_A_BOUNCE):
            return self._advice(advice_on_suppression(suppression.reason))
        lifting = view.liftings[-1] if view.liftings else None
        if lifting and failed and newest and newest.since and newest.since <= lifting.at:
            return self._advice(ADVICE_AFTER_LIFTING)  # what failed says no more of the next
        if newest:
            return newest.advice
        return self._advice(AdviceKeys(topics=("address.own",), who=Actor.NOBODY))

    def _summary(self, record: DeliveryRecord) -> SummaryBody:
        record = record.as_of(self._now)
        outcome = outcome_of(record.facts, record.dispatch)
        inbox = inbox_of(record, *self._organisation)
        is_own = is_same_organisation(record, *self._organisation)
        silence = silent_since(record, self._now)
        advice = advice_on_email(record, inbox, silence, is_own_organisation=is_own)
        return SummaryBody(
            id=str(record.id),
            status=outcome.status,
            since=outcome.since or (record.id.accepted_at if _waits(record) else None),
            silent_since=silence,
            subject=record.subject,
            accepted_at=record.id.accepted_at,
            reason=reason_body(outcome),
            inbox=self._inbox(inbox) if inbox else None,
            gateway=self._gateway(record, may_stop_it=is_own and _is_stopped(outcome, inbox)),
            advice=self._advice(advice),
        )

    def _gateway(self, record: DeliveryRecord, *, may_stop_it: bool) -> GatewayBody | None:
        gateway = gateway_of(record.facts, record.recipient.mailbox.domain)
        if gateway is None and not may_stop_it:
            return None
        topic = gateway.topic if gateway else GENERAL_HINT
        hint = phrase(self._language, f"{topic}.hint", domain=record.sender.domain)
        return GatewayBody(
            name=gateway.name if gateway else None, hint=hint if may_stop_it else None
        )

    def _fact(self, fact: Fact) -> FactBody:
        return FactBody(
            kind=fact.kind,
            at=fact.at,
            sentence=self._advice(advice_on_fact(fact)).sentence,
            attempt=fact.attempt,
            detail={name: printable(text) for name, text in fact.detail.items()},
        )

    def _inbox(self, inbox: Inbox) -> InboxBody:
        topic = f"inbox.{inbox.doubts[0] if inbox.doubts else inbox.verdict}"
        return InboxBody(
            verdict=inbox.verdict,
            doubts=list(inbox.doubts),
            sentence=phrase(self._language, f"{topic}.sentence"),
            next_step=phrase(self._language, f"{topic}.next_step"),
        )

    def _advice(self, keys: AdviceKeys) -> Advice:
        return Advice(
            sentence=" ".join(
                phrase(self._language, f"{topic}.sentence", **keys.values) for topic in keys.topics
            ),
            next_step=phrase(self._language, f"{keys.topics[-1]}.next_step", **keys.values),
            who=phrase(self._language, f"who.{keys.who}"),
        )


def _is_stopped(outcome: Outcome, inbox: Inbox | None) -> bool:
    """Whether the recipient's gateway stopped an email, or may have."""
    return is_refused_by_policy(outcome) or (
        inbox is not None and inbox.verdict is Verdict.DOUBTFUL
    )


def _waits(record: DeliveryRecord) -> bool:
    return record.dispatch is Dispatch.WAITING


def _works(
    suppression: Suppression | None, address_class: AddressClass, unsubscribed_at: datetime | None
) -> str:
    if suppression is None:
        return "booking_emails" if unsubscribed_at else "everything"
    return "other_address" if address_class is AddressClass.PORTAL_ALIAS else "nothing"


def _last_delivered(emails: Sequence[DeliveryRecord]) -> datetime | None:
    """When the newest email that ended well was delivered."""
    outcomes = (outcome_of(email.facts, email.dispatch) for email in emails)
    return next((each.since for each in outcomes if each.status is Status.DELIVERED), None)


def _unsubscribed(emails: Sequence[DeliveryRecord]) -> datetime | None:
    signals = [signals_of(email.facts) for email in emails]
    times = [each[Signal.UNSUBSCRIBED] for each in signals if Signal.UNSUBSCRIBED in each]
    return max(times, default=None)
