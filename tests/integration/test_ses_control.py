"""SES's control plane as `onboard` uses it: each step can be repeated, in whatever state SES is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from bellhop.domain.onboarding import Action, Step, Wanted, missing, superfluous
from bellhop.domain.tenants import MADE_FOR
from bellhop.ses.control_plane import Pace, SesControl
from tests.integration.local_ses import ACCOUNT, REGION, LocalSes, running

DOMAIN = "hotel-luna.test"
PREFIX = f"arn:aws:ses:{REGION}:{ACCOUNT}"
SETS = (f"{PREFIX}:configuration-set/one", f"{PREFIX}:configuration-set/two")
WANTED = Wanted(
    domain=DOMAIN,
    ses_tenant="bellhop_dev_hotel-luna",
    identity=f"{PREFIX}:identity/{DOMAIN}",
    configuration_sets=SETS,
)


@pytest.fixture
def ses(tmp_path: Path) -> Iterator[LocalSes]:
    with running(tmp_path) as ses:
        for name in ("one", "two"):
            ses.client.create_configuration_set(ConfigurationSetName=name)
        yield ses


@pytest.fixture
def control(ses: LocalSes) -> SesControl:
    return SesControl(ses.client, pace=lambda: None)


def test_what_is_missing_is_done_twice_without_harm(ses: LocalSes, control: SesControl) -> None:
    actions = missing(control.look(WANTED), WANTED)
    for _ in range(2):
        for action in actions:
            control.do(action, WANTED)
    seen = control.look(WANTED)
    assert missing(seen, WANTED) == ()
    assert seen.identity is not None
    assert len(seen.identity.tokens) == 3
    assert seen.identity.made_for == WANTED.ses_tenant
    assert seen.identity.dkim == "PENDING"
    assert seen.associated == {WANTED.identity, *SETS}
    identity = ses.client.get_email_identity(EmailIdentity=DOMAIN)
    assert identity["DkimAttributes"]["NextSigningKeyLength"] == "RSA_2048_BIT"
    assert identity["MailFromAttributes"]["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"


def test_what_is_superfluous_is_undone_twice_without_harm(
    ses: LocalSes, control: SesControl
) -> None:
    for action in missing(control.look(WANTED), WANTED):
        control.do(action, WANTED)
    actions = superfluous(control.look(WANTED), WANTED)
    for _ in range(2):
        for action in actions:
            control.do(action, WANTED)
    seen = control.look(WANTED)
    assert seen.identity is None
    assert seen.associated == set(SETS)
    assert ses.client.list_email_identities()["EmailIdentities"] == []


def test_an_identity_that_another_tenant_uses_by_now_is_left_to_it(
    ses: LocalSes, control: SesControl
) -> None:
    tag = {"Key": MADE_FOR, "Value": WANTED.ses_tenant}
    ses.client.create_email_identity(EmailIdentity=DOMAIN, Tags=[tag])
    ses.client.create_tenant(TenantName="another-system")
    ses.client.create_tenant_resource_association(
        TenantName="another-system", ResourceArn=WANTED.identity
    )
    control.do(Action(step=Step.DELETE_IDENTITY, resource=WANTED.identity), WANTED)
    assert control.look(WANTED).identity is not None


def test_what_ses_refuses_for_another_reason_is_raised(ses: LocalSes, control: SesControl) -> None:
    ses.client.create_tenant(TenantName=WANTED.ses_tenant)
    with pytest.raises(ClientError, match="NotFoundException"):
        control.do(Action(step=Step.ASSOCIATE, resource=WANTED.identity), WANTED)


def test_calls_are_a_second_apart() -> None:
    now, waited = 100.0, []

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds
        waited.append(round(seconds, 3))

    pace = Pace(1.0, clock=lambda: now, wait=wait)
    pace()
    pace()
    now += 0.7
    pace()
    now += 5
    pace()
    assert waited == [0, 1, 0.3, 0]
