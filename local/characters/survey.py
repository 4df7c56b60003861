"""Sends an email to every character, and tells what became of each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bellhop.usecases.ports import SendOutcome
from local.characters.attempts import Attempt, attempt, event_types, present
from local.characters.guests import Guest, internet_guests, simulated_guests
from local.characters.stage import PATIENCE, REGION, Stage
from local.internet.behaviours import BEHAVIOURS
from local.internet.transcripts import LaterKind
from local.ses.characters import (
    load_configuration_sets,
    load_sending_domains,
    load_standings,
)

_LATER_EVENT = {LaterKind.BOUNCED: "Bounce", LaterKind.COMPLAINED: "Complaint"}
_OF_AN_ANSWER = {
    SendOutcome.REFUSED_FOR_NOW: "queued: tried again later",
    SendOutcome.REFUSED: "failed",
    SendOutcome.UNCERTAIN: "sending, uncertain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One character and its record.

    story: what is peculiar about it. said: the words that decided: the server's, or SES's.
    events: types of SES's events, in order. record: the email's status, with its reason.
    sentence: what the guest's card says, in English.
    """

    name: str
    story: str
    said: str
    events: tuple[str, ...]
    record: str
    sentence: str


def survey_guests(stage: Stage) -> list[Result]:
    """What becomes of an email to each recipient."""
    guests = [*internet_guests(), *simulated_guests()]
    attempts = [attempt(stage, guest.address) for guest in guests]
    _settle(stage, attempts)
    return [
        _result(stage, guest.address, guest, sent)
        for guest, sent in zip(guests, attempts, strict=True)
    ]


def survey_configuration_sets(stage: Stage) -> list[Result]:
    """What becomes of an email that names each configuration set."""
    rows = load_configuration_sets()
    attempts = [
        attempt(stage, _alias(row.guest, name), configuration_set=name)
        for name, row in rows.items()
    ]
    _settle(stage, attempts)
    return [
        _result(stage, name, Guest(address=row.guest, story=f"{row.story}; to {row.guest}"), sent)
        for (name, row), sent in zip(rows.items(), attempts, strict=True)
    ]


def survey_senders(stage: Stage) -> list[Result]:
    """What SES makes of each sending domain, and of an email from it."""
    results = []
    for domain, row in load_sending_domains().items():
        guest = Guest(address=_alias("elena.ruiz@correo.test", domain), story=row.story)
        sent = attempt(stage, guest.address, sender=f"reservas@{domain}")
        _settle(stage, [sent])
        identity = stage.client.get_email_identity(EmailIdentity=domain)
        states = (
            identity["DkimAttributes"]["Status"],
            identity["MailFromAttributes"]["MailFromDomainStatus"],
        )
        story = f"{row.story}. DKIM {states[0]}, MAIL FROM {states[1]}"
        results.append(_result(stage, domain, Guest(address=guest.address, story=story), sent))
    return results


def survey_accounts(stage: Stage) -> list[Result]:
    """What becomes of an email in each state of the account; it ends as it began."""
    results = []
    for name, row in load_standings().items():
        stage.ses.standing.become(name)
        guest = Guest(address=_alias("elena.ruiz@correo.test", name), story=row.story)
        sent = attempt(stage, guest.address)
        _settle(stage, [sent])
        results.append(_result(stage, name, guest, sent))
    stage.ses.standing.become("production")
    return results


SURVEYS: Sequence[tuple[str, Callable[[Stage], list[Result]]]] = (
    ("Recipients", survey_guests),
    ("Sending domains", survey_senders),
    ("Configuration sets", survey_configuration_sets),
    ("States of the account", survey_accounts),
)


def prepare(stage: Stage) -> None:
    """The sending domains and configuration sets that the surveys need."""
    for domain in load_sending_domains():
        stage.ses.add_sending_domain(domain)
    for name, row in load_configuration_sets().items():
        stage.create_configuration_set(name, row.options)


def _settle(stage: Stage, attempts: Sequence[Attempt]) -> None:
    """Waits until nothing more can happen; raises TimeoutError when it does not end."""
    patience = timedelta(seconds=PATIENCE)
    ended = stage.ses.wait_until_idle(patience)
    ended &= all(stage.events.wait_for(sent.message_id, *_later(stage, sent)) for sent in attempts)
    if not ended:
        raise TimeoutError(f"emails to {REGION}'s characters were not settled after {patience}")


def _later(stage: Stage, sent: Attempt) -> Iterator[str]:
    """The events that the server itself sends back afterwards."""
    mailbox = stage.internet.servers.mailbox(sent.record.recipient.mailbox.address)
    kind = BEHAVIOURS[mailbox.behaviour].later if mailbox and sent.message_id else None
    if kind:
        yield _LATER_EVENT[kind]


def _result(stage: Stage, name: str, guest: Guest, sent: Attempt) -> Result:
    if sent.outcome is not SendOutcome.ACCEPTED:
        return Result(
            name=name,
            story=guest.story,
            said=sent.error,
            events=(),
            record=_OF_AN_ANSWER[sent.outcome],
            sentence="",
        )
    answer = present(stage, sent)
    parts = [answer.status, answer.reason.code if answer.reason else "", *answer.signals]
    if answer.inbox and answer.inbox.verdict != "unverified":
        parts.append(f"inbox {answer.inbox.verdict}")
    decisive = [fact.detail for fact in answer.timeline if _words(fact.detail)]
    return Result(
        name=name,
        story=guest.story,
        said=_words(decisive[-1]) if decisive else "",
        events=tuple(event_types(stage, sent)),
        record=", ".join(part for part in parts if part),
        sentence=answer.advice.sentence,
    )


def _words(detail: dict[str, str]) -> str:
    return detail.get("diagnostic") or detail.get("smtp_response") or ""


def _alias(address: str, detail: str) -> str:
    """The same mailbox under another name, which no suppression knows."""
    local_part, _, domain = address.partition("@")
    return f"{local_part}+{detail.partition('.')[0]}@{domain}"
