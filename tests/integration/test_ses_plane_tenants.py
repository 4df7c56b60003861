"""Tenants of SES: what is used together, who is paused, and what cannot be deleted meanwhile."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.ses.characters import load_tenants
from tests.integration.local_ses import (
    ACCOUNT,
    CONFIGURATION_SET,
    DOMAIN,
    REGION,
    LocalSes,
    client_of,
    running,
    set_up_sender,
)

GUEST = "elena.ruiz@correo.test"
TENANT = "hotel-sol"
PREFIX = f"arn:aws:ses:{REGION}:{ACCOUNT}"
IDENTITY, SET = f"{PREFIX}:identity/{DOMAIN}", f"{PREFIX}:configuration-set/{CONFIGURATION_SET}"


@pytest.fixture(scope="module")
def running_ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("tenants")) as ses:
        set_up_sender(ses)
        yield ses


@pytest.fixture
def ses(running_ses: LocalSes) -> Iterator[LocalSes]:
    running_ses.client.create_tenant(TenantName=TENANT)
    yield running_ses
    for tenant in running_ses.client.list_tenants()["Tenants"]:
        running_ses.client.delete_tenant(TenantName=tenant["TenantName"])


def associate(ses: LocalSes, *arns: str, tenant: str = TENANT) -> None:
    for arn in arns:
        ses.client.create_tenant_resource_association(TenantName=tenant, ResourceArn=arn)


def refusal(call: Any, **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], status, answer["Error"]["Message"]


def refused_send(ses: LocalSes, tenant: str = TENANT) -> tuple[str, int, str]:
    return refusal(ses.send, recipient=GUEST, TenantName=tenant)


def test_a_tenant_sends_with_what_is_associated_with_it(ses: LocalSes) -> None:
    assert refused_send(ses) == (
        "AccessDeniedException",
        403,
        f"Tenant not associated with resources [{IDENTITY}, {SET}].",
    )
    associate(ses, IDENTITY)
    assert refused_send(ses)[2] == f"Tenant not associated with resources [{SET}]."
    associate(ses, SET)
    assert ses.send(GUEST, TenantName=TENANT)


def test_without_a_tenant_nothing_is_asked(ses: LocalSes) -> None:
    assert ses.send(GUEST)


def test_an_unknown_tenant_is_named_before_anything_else(ses: LocalSes) -> None:
    error = f"Tenant nobody for AwsAccountId {ACCOUNT} not found."
    assert refused_send(ses, "nobody") == ("NotFoundException", 404, error)


def test_its_owner_pauses_a_tenant_and_lets_it_go_on(ses: LocalSes) -> None:
    associate(ses, IDENTITY, SET)
    arn = ses.client.get_tenant(TenantName=TENANT)["Tenant"]["TenantArn"]
    entity = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}
    pause = ses.client.update_reputation_entity_customer_managed_status
    pause(**entity, SendingStatus="DISABLED")
    assert refused_send(ses)[:2] == ("SendingPausedException", 400)
    assert ses.client.get_tenant(TenantName=TENANT)["Tenant"]["SendingStatus"] == "DISABLED"
    pause(**entity, SendingStatus="REINSTATED")
    assert ses.send(GUEST, TenantName=TENANT)
    found = ses.client.get_reputation_entity(**entity)["ReputationEntity"]
    assert found["SendingStatusAggregate"] == "REINSTATED"
    assert found["AwsSesManagedStatus"]["Status"] == "ENABLED"


def test_what_ses_stopped_its_owner_cannot_start(ses: LocalSes) -> None:
    associate(ses, IDENTITY, SET)
    ses.service.tenants.become(TENANT, "stopped")
    arn = ses.client.get_tenant(TenantName=TENANT)["Tenant"]["TenantArn"]
    ses.client.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE", ReputationEntityReference=arn, SendingStatus="ENABLED"
    )
    assert refused_send(ses)[0] == "SendingPausedException"


def test_a_paused_tenant_stops_itself_alone(ses: LocalSes) -> None:
    ses.client.create_tenant(TenantName="hotel-mar")
    for tenant in (TENANT, "hotel-mar"):
        associate(ses, IDENTITY, SET, tenant=tenant)
    ses.service.tenants.become(TENANT, "paused")
    assert ses.send(GUEST, TenantName="hotel-mar")


def test_what_a_tenant_uses_cannot_be_deleted(ses: LocalSes) -> None:
    associate(ses, IDENTITY, SET)
    for delete, name in (
        (ses.client.delete_email_identity, {"EmailIdentity": DOMAIN}),
        (ses.client.delete_configuration_set, {"ConfigurationSetName": CONFIGURATION_SET}),
    ):
        code, _, message = refusal(delete, **name)
        assert code == "BadRequestException"
        assert "because it has tenant associations" in message


def test_associations_are_listed_both_ways_and_end_with_the_tenant(ses: LocalSes) -> None:
    associate(ses, SET, IDENTITY)
    listed = ses.client.list_tenant_resources(TenantName=TENANT)["TenantResources"]
    assert [each["ResourceArn"] for each in listed] == [SET, IDENTITY]
    filtered = ses.client.list_tenant_resources(
        TenantName=TENANT, Filter={"RESOURCE_TYPE": "identity"}
    )["TenantResources"]
    assert [each["ResourceArn"] for each in filtered] == [IDENTITY]
    tenants = ses.client.list_resource_tenants(ResourceArn=IDENTITY)["ResourceTenants"]
    assert [each["TenantName"] for each in tenants] == [TENANT]
    ses.client.delete_tenant_resource_association(TenantName=TENANT, ResourceArn=SET)
    ses.client.delete_tenant(TenantName=TENANT)
    assert ses.client.list_resource_tenants(ResourceArn=IDENTITY)["ResourceTenants"] == []


@pytest.mark.parametrize("operation", ["get_tenant", "delete_tenant", "list_tenant_resources"])
def test_what_is_not_there_is_not_found(ses: LocalSes, operation: str) -> None:
    assert refusal(getattr(ses.client, operation), TenantName="nobody")[0] == "NotFoundException"


def test_what_cannot_be_is_said(ses: LocalSes) -> None:
    client = ses.client
    assert refusal(client.create_tenant, TenantName=TENANT)[0] == "AlreadyExistsException"
    assert refusal(client.create_tenant, TenantName="hotel.sol")[0] == "BadRequestException"
    use = client.create_tenant_resource_association
    elsewhere = IDENTITY.replace(REGION, "us-east-1")
    assert refusal(use, TenantName=TENANT, ResourceArn=elsewhere)[0] == "BadRequestException"
    unknown = f"{PREFIX}:identity/nobody.test"
    assert refusal(use, TenantName=TENANT, ResourceArn=unknown)[0] == "NotFoundException"
    associate(ses, SET)
    assert refusal(use, TenantName=TENANT, ResourceArn=SET)[0] == "AlreadyExistsException"


def test_a_standing_without_a_row_is_named(ses: LocalSes) -> None:
    with pytest.raises(KeyError, match="no tenant is 'bankrupt'"):
        ses.service.tenants.become(TENANT, "bankrupt")
    assert all(row.story for row in load_tenants().values())


def test_iam_is_asked_for_the_tenant_and_the_resource_and_told_the_tenants_name(
    tmp_path: Path,
) -> None:
    asked: list[tuple[str, list[str], dict[str, Any]]] = []

    def authorize(
        _key: str, action: str, resources: list[str], context: dict[str, Any]
    ) -> list[str]:
        asked.append((action, resources, context))
        return []

    with running(tmp_path, authorize=authorize) as ses:
        set_up_sender(ses)
        client_of(ses.service.endpoint).create_tenant(TenantName=TENANT)
        associate(ses, IDENTITY, SET)
        ses.send(GUEST, TenantName=TENANT)
    tenant, association, _, send = asked[-4:]
    assert tenant[:2] == ("ses:CreateTenant", ["*"])
    action, resources, _ = association
    assert action == "ses:CreateTenantResourceAssociation"
    assert resources[0].startswith(f"{PREFIX}:tenant/{TENANT}/tn-")
    assert resources[1] == IDENTITY
    assert send[1] == [IDENTITY, SET]
    assert send[2]["ses:TenantName"] == TENANT, json.dumps(asked)
