"""Hotels that no deployment knows: set up at run time, sending, handed over, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bellhop.domain.tenants import ses_tenant
from local.demo.crm import Answer, Crm
from local.demo.steps import ops
from local.internet.mailboxes import StoredMessage
from tests.end_to_end.deployment import Deployment, eventually

TENANT = "hotel-luna"


def crm(deployment: Deployment) -> Crm:
    """The CRM of a hotel that has nothing yet."""
    key = ops(deployment.world, "keys", "create", "--tenant", TENANT, "--name", "crm")
    return Crm(url=deployment.outputs["ApiUrl"], key=key)


def onboard_and_remove(deployment: Deployment, domain: str) -> None:
    """All that `onboard` does, for a domain that SES does not know."""
    hotel, path = crm(deployment), f"/v1/senders/{domain}"
    hotel.post("/v1/senders", {"domain": domain})
    eventually(lambda: hotel.get(path).body["records"])
    hotel.delete(path)
    eventually(lambda: hotel.get(path).status == 404)


def email(hotel: Crm, sender: str, address: str) -> Answer:
    body = {
        "from": {"address": f"reservas@{sender}"},
        "to": [{"address": address}],
        "subject": "Su reserva",
        "text": "Hasta pronto",
    }
    return hotel.post("/v1/emails", body, idempotency_key=f"{sender} {address}")


def publish(deployment: Deployment, records: list[Mapping[str, Any]]) -> None:
    for record in records:
        deployment.world.internet.dns.publish(record["name"], record["type"], record["value"])


def received(deployment: Deployment, address: str, domain: str) -> list[StoredMessage]:
    """What a hotel's domain sent to a guest, who has email of others too."""
    mailbox = deployment.world.internet.mailbox(address)
    return [each for each in mailbox if f"reservas@{domain}".encode() in each.raw]


def identities(deployment: Deployment) -> set[str]:
    found = deployment.client("sesv2").list_email_identities()["EmailIdentities"]
    return {each["IdentityName"] for each in found}


def test_a_hotel_is_onboarded_sends_and_is_removed(deployment: Deployment) -> None:
    hotel, domain, path = crm(deployment), "hotel-luna.test", "/v1/senders/hotel-luna.test"
    assert hotel.post("/v1/senders", {"domain": domain}).body["state"] == "pending"
    records = eventually(lambda: hotel.get(path).body["records"])
    assert len(records) == 6
    early = email(hotel, domain, "elena.ruiz+pronto@correo.test")
    assert early.body["code"] == "sender_not_verified"

    publish(deployment, records)
    hotel.post(f"{path}/check", {})
    eventually(lambda: hotel.get(path).body["state"] == "verified")
    address = "elena.ruiz+luna@correo.test"
    assert email(hotel, domain, address).status == 202
    (message,) = eventually(lambda: received(deployment, address, domain))
    assert (message.verdicts.spf, message.verdicts.dkim, message.verdicts.dmarc) == ("pass",) * 3
    assert f"@bounce.{domain}>".encode() in message.raw.partition(b"\r\n")[0]

    assert hotel.delete(path).body["state"] == "removing"
    assert email(hotel, domain, "elena.ruiz+tarde@correo.test").status == 422
    eventually(lambda: hotel.get(path).status == 404)
    assert domain not in identities(deployment)
    ses = deployment.client("sesv2")
    left = ses.list_tenant_resources(TenantName=ses_tenant("local", TENANT))["TenantResources"]
    assert not [each for each in left if each["ResourceArn"].endswith(domain)]


def test_a_domain_of_another_system_is_held_until_it_is_handed_over(
    deployment: Deployment,
) -> None:
    hotel, domain = crm(deployment), "hotel-sin-retorno.test"
    path = f"/v1/senders/{domain}"
    deployment.world.ses.add_sending_domain(domain)  # verified, and nobody knows for whom
    ses = deployment.client("sesv2")
    before = ses.get_email_identity(EmailIdentity=domain)
    hotel.post("/v1/senders", {"domain": domain})
    eventually(lambda: hotel.get(path).body["state"] == "held")
    assert email(hotel, domain, "elena.ruiz+ajena@correo.test").body["code"] == (
        "sender_not_verified"
    )

    adopted = ops(deployment.world, "senders", "adopt", "--tenant", TENANT, domain)
    assert adopted.endswith("verified")
    address = "elena.ruiz+cedida@correo.test"
    assert email(hotel, domain, address).status == 202
    eventually(lambda: deployment.world.internet.mailbox(address))

    hotel.delete(path)
    eventually(lambda: hotel.get(path).status == 404)
    after = ses.get_email_identity(EmailIdentity=domain)
    for each in (before, after):
        del each["ResponseMetadata"], each["VerificationInfo"]
    assert after == before
