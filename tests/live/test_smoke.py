"""Runs the smoke test against a stage in a real account, when the environment names one.

BELLHOP_LIVE_STAGE   the deployed stage, e.g. production
BELLHOP_LIVE_SENDER  an address of an adopted, verified domain, e.g. reservas@hotel.example
BELLHOP_LIVE_KEY     an API key of the tenant that owns the domain

Credentials and region are those of the AWS CLI. It sends five emails to SES's mailbox simulator.
"""

from __future__ import annotations

import os

import pytest

from local.demo.crm import Crm
from ops.deployment import aws, open_deployment
from tests.live.smoke import Smoke

VARIABLES = ("BELLHOP_LIVE_STAGE", "BELLHOP_LIVE_SENDER", "BELLHOP_LIVE_KEY")
# The simulator answers within seconds; an out-of-office reply may take minutes.
PATIENCE = 300.0

pytestmark = pytest.mark.skipif(
    not all(os.environ.get(name) for name in VARIABLES),
    reason=f"sends real email: set {', '.join(VARIABLES)} to run it",
)


def test_each_simulated_recipient_gets_the_record_it_should() -> None:
    stage, sender, key = (os.environ[name] for name in VARIABLES)
    outputs = open_deployment(stage)
    smoke = Smoke(
        crm=Crm(url=outputs["ApiUrl"], key=key),
        outputs=outputs,
        session=aws(),
        sender=sender,
        patience=PATIENCE,
    )
    assert smoke.run() == []
