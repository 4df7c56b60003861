"""What providers, gateways and mail software say, and the reason that it must become.

The rows of `replies.jsonl` are ours: people, hosts and numbers are made up, the phrases are those
that each provider documents or is known for. No row comes from a published corpus.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bellhop.domain.classify import classify
from bellhop.domain.reasons import REASONS, Fault, Reason

REPLIES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("replies.jsonl").read_text(encoding="utf-8").splitlines()
]
OURS = {Reason.AUTH_FAILED, Reason.REPUTATION_BLOCKED, Reason.POLICY_REJECTED}


def _name(reply: dict[str, Any]) -> str:
    return f"{reply['provider']}-{reply['diagnostic'][6:40]}"


@pytest.mark.parametrize("reply", REPLIES, ids=_name)
def test_a_servers_words_become_the_reason_they_mean(reply: dict[str, Any]) -> None:
    reason = classify(
        bounce_type="Permanent", status=reply["status"], diagnostic=reply["diagnostic"]
    )

    assert reason == reply["reason"]


@pytest.mark.parametrize("misleading_status", ["5.1.1", "5.1.2", "5.2.1", "4.4.7"])
@pytest.mark.parametrize(
    "reply", [reply for reply in REPLIES if reply["reason"] in OURS], ids=_name
)
def test_a_refusal_of_ours_is_never_a_bad_address_whatever_ses_sums_up(
    reply: dict[str, Any], misleading_status: str
) -> None:
    reason = classify(
        bounce_type="Permanent",
        bounce_subtype="NoEmail",
        status=misleading_status,
        diagnostic=reply["diagnostic"],
    )

    assert REASONS[reason].fault is not Fault.RECIPIENT
    assert REASONS[reason].suppression.count == 0


def test_every_reason_is_said_by_somebody_but_the_unreadable_one() -> None:
    assert {reply["reason"] for reply in REPLIES} == set(Reason) - {Reason.UNKNOWN}
