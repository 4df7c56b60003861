"""One email to each address of SES's mailbox simulator, and what must become of it.

The simulator answers as recipients do, without costing reputation or a place on SES's suppression
list. https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.demo.crm import Crm

SIMULATOR = "simulator.amazonses.com"
PAUSE = 1.0  # seconds between two looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """An address of the simulator, and what its email's record must say in the end."""

    mailbox: str
    status: str
    reason: str | None = None
    signal: str | None = None

    def differences(self, record: Mapping[str, Any]) -> list[str]:
        """What the record says otherwise, in words."""
        found = []
        if record["status"] != self.status:
            found.append(f"{self.mailbox}: status {record['status']}, expected {self.status}")
        reason = (record.get("reason") or {}).get("code")
        if reason != self.reason:
            found.append(f"{self.mailbox}: reason {reason}, expected {self.reason}")
        if self.signal and self.signal not in record["signals"]:
            found.append(f"{self.mailbox}: {self.signal} is missing in {record['signals']}")
        return found


SIMULATIONS = (
    Simulation(mailbox="success", status="delivered"),
    Simulation(mailbox="bounce", status="bounced", reason="user_unknown"),
    Simulation(mailbox="complaint", status="delivered", signal="complained"),
    # SES does not promise to report the automatic reply as an event.
    Simulation(mailbox="ooto", status="delivered"),
    Simulation(mailbox="suppressionlist", status="suppressed", reason="suppressed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoke:
    """A stage to try: its API with a key, its stack's outputs, and the account's clients.

    Attributes:
        sender: an address of a verified sender of the key's tenant.
        session: what makes AWS clients of the stage's account and region, a boto3 session.
        patience: seconds that an email gets until its record is final.
    """

    crm: Crm
    outputs: Mapping[str, str]
    session: Any
    sender: str
    patience: float

    def run(self) -> list[str]:
        """Does everything; what went otherwise than it should, in words."""
        before = self._dead_letters()
        posted = {each: self._post(each) for each in SIMULATIONS}
        self._repeat(posted)
        found = [
            difference
            for simulation, (_key, url) in posted.items()
            for difference in self._settled(simulation, url)
        ]
        left = self._dead_letters()
        return found + [f"{name} grew" for name in left if left[name] > before[name]]

    def _post(self, simulation: Simulation) -> tuple[str, str]:
        """Posts an email to a fresh label of the address; its idempotency key and its URL."""
        label = secrets.token_hex(6)
        key = f"smoke-{simulation.mailbox}-{label}"
        return key, self._accepted(simulation, key)

    def _accepted(self, simulation: Simulation, key: str) -> str:
        label = key.rpartition("-")[2]
        body = {
            "from": {"address": self.sender, "name": "Bellhop smoke test"},
            "to": [{"address": f"{simulation.mailbox}+{label}@{SIMULATOR}"}],
            "subject": f"Smoke test: {simulation.mailbox}",
            "text": "Sent by Bellhop's smoke test to SES's mailbox simulator.",
        }
        answer = self.crm.post("/v1/emails", body, idempotency_key=key)
        if answer.status != 202:
            raise AssertionError(f"{simulation.mailbox}: {answer.status} {answer.body}")
        url: str = answer.body["emails"][0]["url"]
        return url

    def _repeat(self, posted: Mapping[Simulation, tuple[str, str]]) -> None:
        """A repeated request names the same email."""
        simulation, (key, url) = next(iter(posted.items()))
        again = self._accepted(simulation, key)
        if again != url:
            raise AssertionError(f"a repeated request made a new email: {again}, not {url}")

    def _settled(self, simulation: Simulation, url: str) -> list[str]:
        """What differs once it no longer does, or when patience ends."""
        end = time.monotonic() + self.patience
        while True:
            differences = simulation.differences(self.crm.get(url).body)
            if not differences or time.monotonic() > end:
                return differences
            time.sleep(PAUSE)

    def _dead_letters(self) -> dict[str, int]:
        sqs, name = self.session.client("sqs"), "ApproximateNumberOfMessages"
        return {
            output: int(
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
            )
            for output, url in self.outputs.items()
            if output.endswith(("DeadLetterQueueUrl", "UndeliveredEventsQueueUrl"))
        }
