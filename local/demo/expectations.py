"""What a record has to say, worked out from nothing but the mail servers' own transcripts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.demo.guests import Letter
from local.internet import Folder, Later, Outcome, Transcript

# Canonical reasons of the codes that the demo's servers give (RFC 3463).
REASON_OF_CODE = {"5.1.1": "user_unknown", "5.1.10": "user_unknown", "5.2.1": "mailbox_disabled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What happened to a letter, as its guest's server tells it.

    Attributes:
        status: the record's.
        story: the same in words.
        reply: the server's words that the record must hold, or empty.
        reason: canonical reason, or empty where none is due or the code says none.
        complained: whether the guest reported it.
        held_back: whether it was accepted and kept out of the inbox.
        delayed: whether the server asked to wait first.
        is_final: whether nothing more is expected of the server.
    """

    status: str
    story: str
    reply: str = ""
    reason: str = ""
    complained: bool = False
    held_back: bool = False
    delayed: bool = False
    is_final: bool = True


def own_transcripts(
    letter: Letter, posted_at: datetime, transcripts: Sequence[Transcript]
) -> list[Transcript]:
    """Those that are about this letter. A server that refuses at RCPT never sees a subject."""
    return [
        each
        for each in transcripts
        if each.time >= posted_at and each.subject in {letter.subject, ""}
    ]


def expect(own: Sequence[Transcript], earlier: Sequence[Transcript]) -> Expectation:
    """What the record of a letter must say.

    Args:
        own: what the guest's server did with this letter.
        earlier: what it did with letters before.
    """
    if not own:
        return _never_tried(earlier)
    last, delayed = own[-1], any(each.outcome is Outcome.DEFERRED for each in own)
    if last.outcome is Outcome.REFUSED:
        return _bounced(last.reply.enhanced, last.reply.text, f"refused it: {last.reply.text}")
    if last.outcome is not Outcome.ACCEPTED:
        return Expectation(
            status="delayed", story=f"asked to wait: {last.reply.text}", is_final=False
        )
    return _accepted(last, delayed)


def _never_tried(earlier: Sequence[Transcript]) -> Expectation:
    """No server saw it. That is right only if an earlier email went wrong for good."""
    for transcript in earlier:
        if transcript.outcome is Outcome.REFUSED or transcript.later:
            return Expectation(status="suppressed", story="was not asked again")
    return Expectation(status="queued", story="has seen nothing yet", is_final=False)


def _accepted(transcript: Transcript, delayed: bool) -> Expectation:
    later: Later | None = transcript.later[0] if transcript.later else None
    waited = "asked to wait, then " if delayed else ""
    if later and later.kind == "bounced":
        return _bounced(
            later.status, later.diagnostic, f"took it and bounced it later: {later.diagnostic}"
        )
    held_back = transcript.folder in {Folder.QUARANTINE, Folder.JUNK}
    story = f"{waited}took it: {transcript.reply.text}"
    if held_back:
        story = f"took it and put it into {transcript.folder}: {transcript.reply.text}"
    if later:
        story = f"took it; the guest pressed 'spam': {transcript.reply.text}"
    return Expectation(
        status="delivered",
        story=story,
        reply=transcript.reply.text,
        complained=later is not None,
        held_back=held_back,
        delayed=delayed,
    )


def _bounced(code: str, reply: str, story: str) -> Expectation:
    reason = REASON_OF_CODE.get(code, "")
    return Expectation(status="bounced", story=story, reply=reply, reason=reason)


def differences(expected: Expectation, record: dict[str, Any]) -> list[str]:
    """Where a record says something else than the server, in words; empty if nowhere."""
    found = []
    if record["status"] != expected.status:
        found.append(f"status is {record['status']}, not {expected.status}")
    if (expected.complained, "complained" in record["signals"]) in {(True, False), (False, True)}:
        found.append(f"complained is {not expected.complained}, not {expected.complained}")
    doubtful = (record["inbox"] or {}).get("verdict") == "doubtful"
    if doubtful != expected.held_back:
        found.append(f"inbox doubtful is {doubtful}, not {expected.held_back}")
    if expected.delayed and "delay" not in {fact["kind"] for fact in record["timeline"]}:
        found.append("the delay is missing from the timeline")
    if expected.reason and (record["reason"] or {}).get("code") != expected.reason:
        found.append(f"reason is {record['reason']}, not {expected.reason}")
    if _squeezed(expected.reply) not in _squeezed(str(record["timeline"])):
        found.append(f"the server's words are missing: {expected.reply}")
    return found


def faults(expected: Expectation, own: Sequence[Transcript]) -> list[str]:
    """What is wrong with a letter at its guest's server, whatever the record says."""
    found = [] if expected.is_final else [f"the guest's server {expected.story}"]
    accepted = [each for each in own if each.outcome is Outcome.ACCEPTED]
    if len(accepted) > 1:
        found.append(f"the guest's server took it {len(accepted)} times")
    return found + [
        f"authentication failed at {each.server}: spf={each.verdicts.spf} "
        f"dkim={each.verdicts.dkim} dmarc={each.verdicts.dmarc}"
        for each in own
        if each.verdicts
        and {each.verdicts.spf, each.verdicts.dkim, each.verdicts.dmarc} != {"pass"}
    ]


def _squeezed(text: str) -> str:
    """Letters and digits alone: servers' replies are folded and quoted in many ways."""
    return re.sub(r"\\n|[^A-Za-z0-9]", "", text)
