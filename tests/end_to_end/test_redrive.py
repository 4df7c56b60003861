"""What was put aside is shown, filtered and returned, and no email is sent twice by it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bellhop import queues
from bellhop.domain.emails import DeliveryRecord, Email
from bellhop.domain.facts import FactKind
from bellhop.domain.status import Dispatch
from bellhop.store.record_codec import item_of
from infra import ROOT
from tests.builders import a_fact, an_email, an_email_id
from tests.end_to_end.deployment import Deployment, eventually


def redrive(deployment: Deployment, *options: str) -> tuple[list[str], str]:
    """The lines of the command, and what it says beside."""
    command = [sys.executable, "-m", "ops", "redrive", "--stage", "local", *options]
    environment = deployment.world.environment()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines(), done.stderr


def put_aside(deployment: Deployment, body: str, lane: str = "Transactional") -> None:
    deployment.client("sqs").send_message(
        QueueUrl=deployment.outputs[f"{lane}DeadLetterQueueUrl"], MessageBody=body
    )


def an_unsent_email(name: str) -> Email:
    now = datetime.now(UTC)
    address = f"elena.ruiz+{name}@correo.test"
    email_id = an_email_id(address, at=now, request=abs(hash(name)) % (1 << 64))
    return replace(an_email(address), id=email_id, not_after=now + timedelta(hours=1))


def test_dead_letters_are_shown_filtered_and_returned(deployment: Deployment) -> None:
    deployment.forget_queues()
    given_up, other = an_unsent_email("given-up"), an_unsent_email("left-aside")
    put_aside(deployment, queues.encode(given_up))
    put_aside(deployment, queues.encode(other))
    lines, summary = redrive(deployment, "--json")
    shown = [json.loads(line) for line in lines]
    assert {each["email"] for each in shown} == {str(given_up.id), str(other.id)}
    assert {each["tenant"] for each in shown} == {"hotel-sol"}
    assert "elena.ruiz" not in "".join(lines)
    assert summary.startswith("2 dead letters found")

    lines, summary = redrive(deployment, "--email", str(given_up.id), "--return")
    assert len(lines) == 1
    assert summary.startswith("1 dead letters returned, 1 others left.")
    arrived = deployment.world.internet.transcripts.for_recipient
    eventually(lambda: arrived(given_up.recipient.mailbox.address))
    deployment.wait_for_status(str(given_up.id), "delivered")
    assert not arrived(other.recipient.mailbox.address)
    assert deployment.messages("TransactionalDeadLetterQueueUrl") == 1
    deployment.forget_queues()


def test_a_parked_email_has_failed_until_it_is_returned(deployment: Deployment) -> None:
    deployment.forget_queues()
    email = an_unsent_email("parked")
    # As `send` leaves it behind: the message put aside, and the record closed.
    put_aside(deployment, queues.encode(email))
    _close(deployment, email)
    assert deployment.record(str(email.id))["status"] == "failed"
    redrive(deployment, "--queue", "transactional", "--return")
    record = deployment.wait_for_status(str(email.id), "delivered")
    kinds = [fact["kind"] for fact in record["timeline"]]
    assert (kinds.count("parked"), record["attempts"]) == (1, 1)

    put_aside(deployment, queues.encode(email))  # a second copy of what was sent
    redrive(deployment, "--return")
    eventually(lambda: deployment.messages("TransactionalQueueUrl") == 0)
    address = email.recipient.mailbox.address
    assert len(deployment.world.internet.transcripts.for_recipient(address)) == 1


def _close(deployment: Deployment, email: Email) -> None:
    fact = replace(a_fact(FactKind.PARKED, attempt=None, error="x"), identity=FactKind.PARKED.value)
    record = replace(DeliveryRecord.of(email, Dispatch.DONE), facts=(fact,))
    item = item_of(record, timedelta(days=400)).serialize()
    table = deployment.outputs["TableName"]
    deployment.client("dynamodb").put_item(TableName=table, Item=item)
