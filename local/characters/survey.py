"""Sends an email to every character, and tells what became of each."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from publicsuffixlist import PublicSuffixList

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact
from bellhop.domain.inbox import Verdict, inbox_of
from bellhop.domain.status import outcome_of, signals_of
from bellhop.usecases.ports import SendOutcome
from local.characters.attempts import Attempt, attempt, event_types, record_of
from local.characters.guests import internet_guests, simulated_guests
from local.characters.stage import PATIENCE, Stage
from local.internet.behaviours import BEHAVIOURS
from local.internet.transcripts import LaterKind
from local.ses.characters import (
    load_configuration_sets,
    load_sending_domains,
    load_standings,
    load_tenants,
)

_LATER_EVENT = {LaterKind.BOUNCED: "Bounce", LaterKind.COMPLAINED: "Complaint"}
_NOT_TAKEN = {
    SendOutcome.REFUSED_FOR_NOW: "queued: tried again later",
    SendOutcome.REFUSED: "failed",
    SendOutcome.UNCERTAIN: "sending, uncertain",
}
_suffixes = PublicSuffixList()
_ANYBODY = "elena.ruiz@correo.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One character and its record.

    story: what is peculiar about it. said: the words that decided: the server's, or SES's.
    events: types of SES's events, in order. record: the email's status, with its reason.
    """

    name: str
    story: str
    said: str
    record: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """The email by which a character shows itself."""

    name: str
    story: str
    attempt: Attempt


def survey(stage: Stage) -> Mapping[str, Sequence[Result]]:
    """What becomes of an email to, from or through each character, by chapter."""
    for domain in load_sending_domains():
        stage.ses.add_sending_domain(domain)
    for name, row in load_configuration_sets().items():
        stage.create_configuration_set(name, row.options)
    for name, tenant in load_tenants().items():
        stage.create_tenant(name, tenant)
    sent = {
        "Recipients": _to_guests(stage),
        "Sending domains": _from_senders(stage),
        "Configuration sets": _through_configuration_sets(stage),
        "Tenants of SES": _from_tenants(stage),
        "States of the account": _from_accounts(stage),
    }
    _settle(stage, list(itertools.chain.from_iterable(sent.values())))
    return {title: [_result(stage, each) for each in letters] for title, letters in sent.items()}


def _to_guests(stage: Stage) -> list[_Letter]:
    return [
        _Letter(name=guest.address, story=guest.story, attempt=attempt(stage, guest.address))
        for guest in (*internet_guests(), *simulated_guests())
    ]


def _through_configuration_sets(stage: Stage) -> list[_Letter]:
    return [
        _Letter(
            name=name,
            story=f"{row.story}; to {row.guest}",
            attempt=attempt(stage, _alias(row.guest, name), configuration_set=name),
        )
        for name, row in load_configuration_sets().items()
    ]


def _from_senders(stage: Stage) -> list[_Letter]:
    letters = []
    for domain, row in load_sending_domains().items():
        sent = attempt(stage, _alias(_ANYBODY, domain), sender=f"reservas@{domain}")
        identity = stage.client.get_email_identity(EmailIdentity=domain)
        dkim = identity["DkimAttributes"]["Status"]
        mail_from = identity["MailFromAttributes"]["MailFromDomainStatus"]
        story = f"{row.story}. DKIM {dkim}, MAIL FROM {mail_from}"
        letters.append(_Letter(name=domain, story=story, attempt=sent))
    return letters


def _from_tenants(stage: Stage) -> list[_Letter]:
    return [
        _Letter(
            name=name,
            story=row.story,
            attempt=attempt(stage, _alias(_ANYBODY, f"tenant-{name}"), tenant=name),
        )
        for name, row in load_tenants().items()
    ]


def _from_accounts(stage: Stage) -> list[_Letter]:
    """The account ends in the state in which it began."""
    letters, before = [], stage.ses.standing.now
    for name, row in load_standings().items():
        stage.ses.standing.become(name)
        sent = attempt(stage, _alias(_ANYBODY, name))
        letters.append(_Letter(name=name, story=row.story, attempt=sent))
    stage.ses.standing.now = before
    return letters


def _settle(stage: Stage, letters: Sequence[_Letter]) -> None:
    """Waits until nothing more can happen; raises TimeoutError for the first that does not end."""
    stage.ses.wait_until_idle(timedelta(seconds=PATIENCE))
    for letter in letters:
        sent = letter.attempt
        if not stage.events.wait_for(sent.message_id, *_later(stage, sent)):
            raise TimeoutError(f"the email of {letter.name} was not settled in {PATIENCE} seconds")


def _later(stage: Stage, sent: Attempt) -> Iterator[str]:
    """The events that the server itself sends back afterwards."""
    mailbox = stage.internet.servers.mailbox(sent.record.recipient.mailbox.address)
    kind = BEHAVIOURS[mailbox.behaviour].later if mailbox and sent.message_id else None
    if kind:
        yield _LATER_EVENT[kind]


def _result(stage: Stage, letter: _Letter) -> Result:
    sent = letter.attempt
    if sent.outcome is not SendOutcome.ACCEPTED:
        return Result(
            name=letter.name, story=letter.story, said=sent.error, record=_NOT_TAKEN[sent.outcome]
        )
    record = record_of(stage, sent)
    words = [_words(fact) for fact in sorted(record.facts, key=lambda fact: fact.at)]
    return Result(
        name=letter.name,
        story=letter.story,
        said=next((each for each in reversed(words) if each), ""),
        events=tuple(event_types(stage, sent)),
        record=", ".join(_parts(record)),
    )


def _parts(record: DeliveryRecord) -> Iterator[str]:
    """Status, reason, signals and doubts, as far as there are any."""
    outcome = outcome_of(record.facts, record.dispatch)
    yield outcome.status
    if outcome.fact and "reason" in outcome.fact.detail:
        yield outcome.fact.detail["reason"]
    yield from signals_of(record.facts)
    inbox = inbox_of(record, _suffixes.privatesuffix)
    if inbox and inbox.verdict is not Verdict.UNVERIFIED:
        yield f"inbox {inbox.verdict}"


def _words(fact: Fact) -> str:
    detail = fact.detail
    return detail.get("diagnostic") or detail.get("smtp_response") or ""


def _alias(address: str, detail: str) -> str:
    """The same mailbox under another name, which no suppression knows."""
    local_part, _, domain = address.partition("@")
    return f"{local_part}+{detail.partition('.')[0]}@{domain}"
