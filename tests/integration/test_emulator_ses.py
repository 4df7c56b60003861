"""A stack's SES resources live in the local SES, and change there with the stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from local.emulator.emulator import ACCOUNT, REGION
from local.emulator.session import LocalSession
from local.internet import Internet
from local.ses import SimpleEmailService

Resources = dict[str, Any]
TOPIC_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
        }
    ],
}


def resources(
    *,
    domain: str = "hotel-sol.test",
    mail_from: str = "bounce",
    events: tuple[str, ...] = ("send", "bounce"),
    name: str = "transactional",
    tenant: str = "",
    used: tuple[str, ...] = (),
) -> Resources:
    prefix = f"arn:aws:ses:{REGION}:{ACCOUNT}"
    tenants = {
        "Tenant": {
            "Type": "AWS::SES::Tenant",
            "DependsOn": ["Identity", "Set"],
            "Properties": {
                "TenantName": tenant,
                "ResourceAssociations": [{"ResourceArn": f"{prefix}:{each}"} for each in used],
            },
        }
    }
    return {
        **(tenants if tenant else {}),
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": TOPIC_POLICY},
        },
        "Identity": {
            "Type": "AWS::SES::EmailIdentity",
            "Properties": {
                "EmailIdentity": domain,
                "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
                "MailFromAttributes": {"MailFromDomain": f"{mail_from}.{domain}"},
            },
        },
        "Set": {
            "Type": "AWS::SES::ConfigurationSet",
            "Properties": {
                "Name": name,
                "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            },
        },
        "Events": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": ["TopicPolicy"],
            "Properties": {
                "ConfigurationSetName": {"Ref": "Set"},
                "EventDestination": {
                    "Enabled": True,
                    "MatchingEventTypes": list(events),
                    "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
                },
            },
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The stack under test, and SES as its API shows it."""

    cloudformation: Any
    ses: Any

    def deploy(self, **changes: Any) -> dict[str, str]:
        """Create or update the stack; the three DKIM records of its identity, name to value."""
        outputs = {
            f"{part}{number}": {
                "Value": {"Fn::GetAtt": ["Identity", f"DkimDNSToken{part}{number}"]}
            }
            for part in ("Name", "Value")
            for number in (1, 2, 3)
        }
        body = json.dumps({"Resources": resources(**changes), "Outputs": outputs})
        exists = self.cloudformation.list_stacks()["StackSummaries"]
        action = "update" if exists else "create"
        getattr(self.cloudformation, f"{action}_stack")(StackName="ses", TemplateBody=body)
        self._wait(f"stack_{action}_complete")
        (stack,) = self.cloudformation.describe_stacks(StackName="ses")["Stacks"]
        values = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        return {values[f"Name{number}"]: values[f"Value{number}"] for number in (1, 2, 3)}

    def delete(self) -> None:
        self.cloudformation.delete_stack(StackName="ses")
        self._wait("stack_delete_complete")

    def identities(self) -> list[str]:
        found = self.ses.list_email_identities()["EmailIdentities"]
        return [identity["IdentityName"] for identity in found]

    def used_by(self, tenant: str) -> list[str]:
        found = self.ses.list_tenant_resources(TenantName=tenant)["TenantResources"]
        return [each["ResourceArn"].rpartition(":")[2] for each in found]

    def event_types(self, configuration_set: str) -> list[str]:
        (destination,) = self.ses.get_configuration_set_event_destinations(
            ConfigurationSetName=configuration_set
        )["EventDestinations"]
        types: list[str] = destination["MatchingEventTypes"]
        return types

    def _wait(self, state: str) -> None:
        waiter = self.cloudformation.get_waiter(state)
        waiter.wait(StackName="ses", WaiterConfig={"Delay": 1})


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with ExitStack() as stack:
        internet = Internet.start(tmp_path)
        stack.callback(internet.close)
        emulator = stack.enter_context(Emulator(tmp_path))
        ses = SimpleEmailService.start(
            internet,
            REGION,
            ACCOUNT,
            authorize=emulator.authority.denied,
            publish=emulator.authority.publish,
            run_directory=tmp_path,
        )
        stack.callback(ses.close)
        emulator.launch(ses_endpoint=ses.endpoint)
        session = LocalSession({"sesv2": ses.endpoint}, default=emulator.endpoint, region=REGION)
        yield Account(cloudformation=session.client("cloudformation"), ses=session.client("sesv2"))


def test_identity_has_its_dkim_records_and_mail_from_domain(account: Account) -> None:
    records = account.deploy()

    identity = account.ses.get_email_identity(EmailIdentity="hotel-sol.test")
    tokens = identity["DkimAttributes"]["Tokens"]
    assert records == {
        f"{token}._domainkey.hotel-sol.test": f"{token}.dkim.amazonses.com" for token in tokens
    }
    assert identity["DkimAttributes"]["NextSigningKeyLength"] == "RSA_2048_BIT"
    assert identity["MailFromAttributes"]["MailFromDomain"] == "bounce.hotel-sol.test"


def test_changes_are_made_in_place(account: Account) -> None:
    records = account.deploy()

    assert account.deploy(mail_from="mail", events=("send", "renderingFailure")) == records

    identity = account.ses.get_email_identity(EmailIdentity="hotel-sol.test")
    assert identity["MailFromAttributes"]["MailFromDomain"] == "mail.hotel-sol.test"
    assert account.event_types("transactional") == ["SEND", "RENDERING_FAILURE"]


def test_renaming_replaces(account: Account) -> None:
    account.deploy()

    account.deploy(domain="hotel-mar.test", name="confirmations")

    assert account.identities() == ["hotel-mar.test"]
    assert account.ses.list_configuration_sets()["ConfigurationSets"] == ["confirmations"]
    assert account.event_types("confirmations") == ["SEND", "BOUNCE"]


def test_deleting_the_stack_leaves_nothing_in_ses(account: Account) -> None:
    account.deploy()

    account.delete()

    assert account.identities() == []
    assert account.ses.list_configuration_sets()["ConfigurationSets"] == []


def test_a_tenant_uses_what_its_stack_says(account: Account) -> None:
    tenants = account.ses
    account.deploy(tenant="hotel-sol", used=("identity/hotel-sol.test",))
    arn = tenants.get_tenant(TenantName="hotel-sol")["Tenant"]["TenantArn"]
    assert account.used_by("hotel-sol") == ["identity/hotel-sol.test"]

    both = ("configuration-set/transactional", "identity/hotel-sol.test")
    account.deploy(tenant="hotel-sol", used=both)
    assert account.used_by("hotel-sol") == list(both)
    account.deploy(tenant="hotel-sol", used=both[:1])
    assert account.used_by("hotel-sol") == [both[0]]
    assert tenants.get_tenant(TenantName="hotel-sol")["Tenant"]["TenantArn"] == arn

    account.deploy(tenant="hotel-luna", used=both)
    assert [each["TenantName"] for each in tenants.list_tenants()["Tenants"]] == ["hotel-luna"]

    account.delete()
    assert tenants.list_tenants()["Tenants"] == []
    assert account.identities() == []
