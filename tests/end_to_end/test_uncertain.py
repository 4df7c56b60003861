"""Emails of which nobody knows whether SES took them, through the deployed stack."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from local.ses.server import Answer
from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment, eventually

NO_ANSWER = Answer(status=500, body=b"")
_numbers = itertools.count()


@contextmanager
def short_waits(deployment: Deployment) -> Iterator[None]:
    """Claims hold for a second, and events are waited for as long."""
    with deployment.environment(
        "send", BELLHOP_LEASE_SECONDS="1", BELLHOP_TRANSACTIONAL_WINDOW_SECONDS="1"
    ):
        yield


class Letter:
    """An email that is posted again and again under its key: each time it is looked at."""

    def __init__(self, deployment: Deployment, **changes: Any) -> None:
        number = next(_numbers)
        self._deployment = deployment
        self._posted = {"key": f"uncertain-{number}", **changes}
        self.address = f"elena.ruiz+uncertain{number}@correo.test"
        self.id = self.post()

    def post(self) -> str:
        return self._deployment.send(self.address, **self._posted)

    @property
    def record(self) -> dict[str, Any]:
        return self._deployment.record(self.id)

    def becomes(self, status: str) -> dict[str, Any]:
        """Its record, once it has the status; it is looked at until then."""
        return dict(
            eventually(
                lambda: found if (found := self.looked_at())["status"] == status else None,
                lambda: f"{self.record} is not {status}",
            )
        )

    def looked_at(self) -> dict[str, Any]:
        self.post()
        return self.record

    def arrived(self) -> int:
        """How often the guest's server took it."""
        return len(self._deployment.world.internet.transcripts.for_recipient(self.address))


def is_uncertain(letter: Letter) -> bool:
    return bool(letter.record["uncertain_since"])


def _time_is_over(letter: Letter) -> bool:
    """Whether the letter's lease and window are over."""
    since = datetime.fromisoformat(letter.record["uncertain_since"])
    return datetime.now(UTC) > since + timedelta(seconds=3)


def test_an_email_that_ses_never_took_is_sent_again_once_events_come(
    deployment: Deployment, bending: Bending
) -> None:
    with short_waits(deployment):
        bending.refuse_next("SendEmail", NO_ANSWER)
        letter = Letter(deployment)
        eventually(lambda: is_uncertain(letter))
        assert letter.record["status"] == "sending"
        # `ingest` starts anew, so that it tells of the next event at once.
        with deployment.environment("ingest", BELLHOP_RECORD_DAYS="399"):
            eventually(lambda: letter.looked_at() and _time_is_over(letter))
            deployment.send("elena.ruiz+other@correo.test")
            record = letter.becomes("delivered")
    assert (record["attempts"], letter.arrived()) == (2, 1)
    deployment.forget_queues()


def test_an_email_that_ses_took_is_settled_by_its_event(
    deployment: Deployment, bending: Bending
) -> None:
    with short_waits(deployment):
        bending.answer_next("SendEmail", NO_ANSWER)
        letter = Letter(deployment)
        record = letter.becomes("delivered")
    assert (record["attempts"], letter.arrived()) == (1, 1)


def test_at_most_once_ends_as_unknown(deployment: Deployment, bending: Bending) -> None:
    give_up(deployment, bending)


def give_up(deployment: Deployment, bending: Bending) -> None:
    """One email ends as unknown, after its worker has asked for events."""
    until = (datetime.now(UTC) + timedelta(seconds=8)).isoformat()
    with short_waits(deployment):
        bending.refuse_next("SendEmail", NO_ANSWER)
        letter = Letter(deployment, guarantee="at_most_once", not_after=until)
        record = letter.becomes("unknown")
    assert (record["attempts"], letter.arrived()) == (1, 0)
    deployment.forget_queues()
