"""The demo's steps: what the domain's owner, the operator and the CRM do, one after another."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local.cdk import REPOSITORY
from local.demo.crm import Crm
from local.demo.expectations import differences, expect, faults, own_transcripts
from local.demo.guests import HOTEL, Letter
from local.demo.report import Row
from local.world import STAGE, World

TIMERS = "SendersQueueUrl"
"""A look at a sender's DNS that is due in hours waits in this queue."""
PATIENCE = 90  # seconds that SES, the servers and the queues get to settle everything


class DemoError(Exception):
    """What the demo could not show, in a sentence."""


def prepare(world: World, outputs: Mapping[str, str], tenant: str = HOTEL) -> Crm:
    """What the owner of a hotel's domain and the operator do after a deployment."""
    domain = f"{tenant}.test"
    with world.progress.step(f"Publish the DNS records of {domain} and wait for SES to see them"):
        world.publish_sender_records(outputs)
        ses = world.session().client("sesv2")
        wait_for(
            lambda: ses.get_email_identity(EmailIdentity=domain)["VerifiedForSendingStatus"],
            f"SES did not verify {domain}: its DKIM records are not in the DNS",
        )
    with world.progress.step("Give the hotel its sender and the CRM an API key"):
        ops(world, "senders", "adopt", "--tenant", tenant, domain)
        key = ops(world, "keys", "create", "--tenant", tenant, "--name", "crm")
    return Crm(url=outputs["ApiUrl"], key=key)


def ops(world: World, *arguments: str) -> str:
    """Runs an operator's command against the deployment; what it printed."""
    command = [sys.executable, "-m", "ops", *arguments, "--stage", STAGE]
    done = subprocess.run(  # noqa: S603 (our own command)
        command, cwd=REPOSITORY, env=world.environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise DemoError(f"python -m ops {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A letter that was accepted: when it was posted, and where to ask for it."""

    letter: Letter
    at: datetime
    url: str


def send(crm: Crm, letter: Letter) -> Post:
    """Posts a letter."""
    at = datetime.now(UTC)
    answer = crm.post("/v1/emails", letter.body(), idempotency_key=letter.booking)
    if answer.status != 202:
        raise DemoError(f"{letter.address} was not accepted: {answer.status} {answer.body}")
    return Post(letter=letter, at=at, url=answer.body["emails"][0]["url"])


def send_again(crm: Crm, post: Post) -> None:
    """A CRM that heard no answer repeats its request: the same email, and nothing new is sent."""
    letter = post.letter
    answer = crm.post("/v1/emails", letter.body(), idempotency_key=letter.booking)
    replayed = {k.lower(): v for k, v in answer.headers.items()}.get("idempotent-replayed")
    if replayed != "true" or answer.body["emails"][0]["url"] != post.url:
        raise DemoError(f"a repeated request was taken for a new one: {answer.body}")


def settle(
    world: World,
    crm: Crm,
    posts: Sequence[Post],
    detail: Callable[[str], None],
    patience: float = PATIENCE,
) -> list[Row]:
    """Waits until each record says what its server did, or patience ends; then tells how it is.

    ``patience`` is in seconds.
    """
    end = time.monotonic() + patience
    while True:
        rows = [_row(world, crm, post) for post in posts]
        open_rows = [row for row in rows if row.differences or not row.expected.is_final]
        if not open_rows or time.monotonic() > end:
            return rows
        detail("waiting for " + ", ".join(row.letter.address for row in open_rows))
        time.sleep(0.5)


def _row(world: World, crm: Crm, post: Post) -> Row:
    transcripts = world.internet.transcripts.for_recipient(post.letter.address)
    own = own_transcripts(post.letter, post.at, transcripts)
    expected = expect(own, [each for each in transcripts if each.time < post.at])
    record = crm.get(post.url).body
    return Row(
        letter=post.letter,
        expected=expected,
        record=record,
        transcripts=own,
        differences=[*differences(expected, record), *faults(expected, own)],
    )


def left_in_queues(world: World, outputs: Mapping[str, str]) -> list[str]:
    """What is still in a queue, or in a dead-letter queue, when all should be done; in words."""
    sqs = world.session().client("sqs")
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    left = []
    for name, url in outputs.items():
        if name.endswith("QueueUrl") and name != TIMERS:
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
            messages = sum(int(answer[count]) for count in counts)
            if messages:
                left.append(f"{messages} messages are left in {name.removesuffix('Url')}")
    return left


def wait_for(condition: Callable[[], object], failure: str) -> None:
    """Asks until the condition holds; DemoError with ``failure`` when patience ends."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise DemoError(failure)
        time.sleep(0.2)
