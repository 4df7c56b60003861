"""Events are archived beside being recorded: neither way waits for the other, and a record is
rebuilt from the archive."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from bellhop.domain.identifiers import EmailId
from bellhop.ses.events import read_event
from local.cdk import REPOSITORY
from local.world import STAGE
from ops.archive import Archive
from tests.end_to_end.deployment import Deployment, eventually

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
TOMORROW = YESTERDAY + timedelta(days=2)


def archived(deployment: Deployment, email_id: str) -> set[str]:
    """The kinds of an email's events that the archive holds."""
    archive = Archive(deployment.client("s3"), deployment.outputs["ArchiveBucketName"])
    return {
        event.fact.kind.value
        for key in archive.objects(YESTERDAY, TOMORROW)
        for line in archive.lines(key)
        if email_id in line  # others may be other tests' poison
        for event in read_event(line)
    }


def role_of(deployment: Deployment, resource: str) -> str:
    """The name of the role whose construct has that name."""
    roles = deployment.client("iam").list_roles()["Roles"]
    (found,) = [role["RoleName"] for role in roles if resource in role["RoleName"]]
    return str(found)


def rebuild(deployment: Deployment, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs ``ops rebuild`` as an operator does."""
    command = [sys.executable, "-m", "ops", "rebuild", "--stage", STAGE, *options]
    days = ["--from", str(YESTERDAY), "--to", str(TOMORROW)]
    return subprocess.run(
        [*command, *days],
        cwd=REPOSITORY,
        env=deployment.world.environment(),
        capture_output=True,
        text=True,
    )


def lose(deployment: Deployment, email_id: str, kind: str) -> str:
    """Takes the facts of a kind away from a record, and its contact's own item; says which."""
    found = EmailId.parse(email_id)
    assert found is not None
    key = {"pk": {"S": f"C#{found.contact}"}, "sk": {"S": f"E#{found.ulid}"}}
    client, table = deployment.client("dynamodb"), deployment.outputs["TableName"]
    facts = client.get_item(TableName=table, Key=key)["Item"]["facts"]["M"]
    (identity,) = [each for each, fact in facts.items() if fact["M"]["kind"]["S"] == kind]
    client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="REMOVE facts.#fact",
        ExpressionAttributeNames={"#fact": identity},
    )
    client.delete_item(TableName=table, Key={**key, "sk": {"S": "CONTACT"}})
    return str(identity)


def test_a_record_does_not_wait_for_the_archive_and_the_archive_gets_it_later(
    deployment: Deployment,
) -> None:
    with deployment.role_without(role_of(deployment, "ArchiveStreamRole"), "s3:PutObject"):
        email_id = deployment.send("elena.ruiz+archivo@correo.test")
        deployment.wait_for_status(email_id, "delivered")
        assert archived(deployment, email_id) == set()
    eventually(lambda: archived(deployment, email_id) == {"send", "delivery"})


def test_the_archive_does_not_wait_for_the_record(deployment: Deployment) -> None:
    with deployment.without("ingest", "dynamodb:UpdateItem"):
        email_id = deployment.send("elena.ruiz+sin-tabla@correo.test")
        eventually(lambda: archived(deployment, email_id) == {"send", "delivery"})
        assert deployment.record(email_id)["status"] == "sent"
    deployment.forget_queues()


def test_a_lost_fact_is_shown_alone_and_mended_once(deployment: Deployment) -> None:
    email_id = deployment.send("noexiste+perdido@correo.test")
    before = deployment.wait_for_status(email_id, "bounced")
    eventually(lambda: archived(deployment, email_id) == {"send", "bounce"})
    whole = rebuild(deployment, "--email", email_id)
    assert (whole.returncode, whole.stdout) == (0, ""), whole.stderr
    identity = lose(deployment, email_id, "bounce")
    assert deployment.record(email_id)["status"] == "sent"

    shown = rebuild(deployment, "--email", email_id, "--json")
    fact, suppression = map(json.loads, shown.stdout.splitlines())
    assert shown.returncode == 3, shown.stderr
    assert (fact["difference"], fact["archived"]["identity"]) == ("missing_fact", identity)
    assert fact["archived"]["reason"] == "user_unknown"
    assert (suppression["difference"], suppression["mended"]) == ("missing_suppression", False)
    assert deployment.record(email_id)["status"] == "sent"

    mended = rebuild(deployment, "--email", email_id, "--apply")
    assert mended.returncode == 0, mended.stderr
    assert "mended: missing fact: bounce" in mended.stdout
    assert deployment.record(email_id) == before
    again = rebuild(deployment, "--email", email_id)
    assert (again.returncode, again.stdout) == (0, "")
    assert "nothing differs" in again.stderr
    contact = deployment.crm.get(f"/v1/contacts/{before['contact_id']}").body
    assert contact["suppression"]["reason"] == "user_unknown"
