"""A stack's SES resources are made in the local SES endpoint, through SES's own API."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners, stacks
from typing_extensions import override

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, Any]]

IDENTITY_ATTRIBUTES = {
    "ConfigurationSetAttributes": "put_email_identity_configuration_set_attributes",
    "DkimAttributes": "put_email_identity_dkim_attributes",
    "FeedbackAttributes": "put_email_identity_feedback_attributes",
    "MailFromAttributes": "put_email_identity_mail_from_attributes",
}
"""Property of AWS::SES::EmailIdentity: the operation that takes its members as they are."""

CONFIGURATION_SET_OPTIONS = {
    "DeliveryOptions": "put_configuration_set_delivery_options",
    "ReputationOptions": "put_configuration_set_reputation_options",
    "SendingOptions": "put_configuration_set_sending_options",
    "SuppressionOptions": "put_configuration_set_suppression_options",
    "TrackingOptions": "put_configuration_set_tracking_options",
    "VdmOptions": "put_configuration_set_vdm_options",
}
"""Property of AWS::SES::ConfigurationSet: the operation that replaces it in an update."""


def install(endpoint: str) -> None:
    """Replace the provisioners; they block, so they run beside the emulator's event loop."""
    provisioned = {
        "AWS::SES::EmailIdentity": EmailIdentities(endpoint),
        "AWS::SES::ConfigurationSet": ConfigurationSets(endpoint),
        "AWS::SES::ConfigurationSetEventDestination": EventDestinations(endpoint),
        "AWS::SES::Tenant": Tenants(endpoint),
    }
    for resource_type, provisioner in provisioned.items():
        provisioners._RESOURCE_HANDLERS[resource_type] = {
            "create": provisioner.create,
            "update": provisioner.update,
            "update_with_logical_id": True,
            "delete": provisioner.delete,
        }
    blocking = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda resource_type: (
        resource_type in provisioned or blocking(resource_type)
    )


class Provisioner(ABC):
    """What all share: a client in the stack's region, replacement of renamed resources."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    @property
    def _ses(self) -> Any:
        return botocore.session.get_session().create_client(
            "sesv2",
            region_name=get_region(),
            endpoint_url=self._endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator's root key, no secret
            config=Config(retries={"total_max_attempts": 1}),
        )

    @abstractmethod
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        """Make the resource; its physical id and attributes."""

    @abstractmethod
    def change(self, physical_id: str, old: Properties, new: Properties) -> Provisioned | None:
        """Apply ``new`` in place; None when the resource must be made anew."""

    @abstractmethod
    def delete(self, physical_id: str, properties: Properties) -> None:
        """Delete the resource; one that is gone already is no error."""

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str
    ) -> Provisioned:
        changed = self.change(physical_id, old, new)
        if changed is None:
            changed = self.create(logical_id, new, stack)
            provisioners._delete_predecessor(self.delete, physical_id, old)
        return changed


class EmailIdentities(Provisioner):
    """AWS::SES::EmailIdentity; Ref is the identity, GetAtt its three DKIM records."""

    @override
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        identity = properties["EmailIdentity"]
        signing = properties.get("DkimSigningAttributes")
        self._ses.create_email_identity(
            EmailIdentity=identity,
            Tags=properties.get("Tags") or [],
            **({"DkimSigningAttributes": signing} if signing else {}),
        )
        return self._apply(identity, {}, properties)

    @override
    def change(self, physical_id: str, old: Properties, new: Properties) -> Provisioned | None:
        if new["EmailIdentity"] != physical_id:
            return None
        signing = new.get("DkimSigningAttributes")
        if signing != old.get("DkimSigningAttributes"):
            self._ses.put_email_identity_dkim_signing_attributes(
                EmailIdentity=physical_id,
                SigningAttributesOrigin="AWS_SES",
                SigningAttributes=signing or {},
            )
        return self._apply(physical_id, old, new)

    @override
    def delete(self, physical_id: str, properties: Properties) -> None:
        ses = self._ses
        _unless_gone(ses, ses.delete_email_identity, EmailIdentity=physical_id)

    def _apply(self, identity: str, old: Properties, new: Properties) -> Provisioned:
        ses = self._ses
        for name, operation in IDENTITY_ATTRIBUTES.items():
            if old.get(name) != new.get(name):
                getattr(ses, operation)(EmailIdentity=identity, **(new.get(name) or {}))
        described = ses.get_email_identity(EmailIdentity=identity)
        return identity, _dkim_records(identity, described["DkimAttributes"].get("Tokens", []))


def _dkim_records(domain: str, tokens: list[str]) -> dict[str, str]:
    """DkimDNSTokenName1..3 and Value1..3: the CNAME records of Easy DKIM."""
    records = {}
    for number, token in enumerate(tokens, start=1):
        records[f"DkimDNSTokenName{number}"] = f"{token}._domainkey.{domain}"
        records[f"DkimDNSTokenValue{number}"] = f"{token}.dkim.amazonses.com"
    return records


class ConfigurationSets(Provisioner):
    """AWS::SES::ConfigurationSet; Ref is the name, generated where the template has none."""

    @override
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        name = properties.get("Name") or f"{logical_id[:51]}-{secrets.token_hex(6)}"
        options = {option: properties[option] for option in _options(properties)}
        self._ses.create_configuration_set(
            ConfigurationSetName=name, Tags=properties.get("Tags") or [], **options
        )
        return name, {}

    @override
    def change(self, physical_id: str, old: Properties, new: Properties) -> Provisioned | None:
        if new.get("Name") != old.get("Name"):
            return None
        ses = self._ses
        for option, operation in CONFIGURATION_SET_OPTIONS.items():
            if old.get(option) != new.get(option):
                getattr(ses, operation)(ConfigurationSetName=physical_id, **new.get(option, {}))
        return physical_id, {}

    @override
    def delete(self, physical_id: str, properties: Properties) -> None:
        ses = self._ses
        _unless_gone(ses, ses.delete_configuration_set, ConfigurationSetName=physical_id)


def _options(properties: Properties) -> list[str]:
    return [option for option in CONFIGURATION_SET_OPTIONS if option in properties]


class EventDestinations(Provisioner):
    """AWS::SES::ConfigurationSetEventDestination; the physical id holds both names."""

    @override
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        configuration_set = properties["ConfigurationSetName"]
        name = properties["EventDestination"].get("Name") or f"{logical_id[:51]}-{stack[:12]}"
        self._ses.create_configuration_set_event_destination(
            ConfigurationSetName=configuration_set,
            EventDestinationName=name,
            EventDestination=_definition(properties),
        )
        return f"{configuration_set}|{name}", {"Id": name}

    @override
    def change(self, physical_id: str, old: Properties, new: Properties) -> Provisioned | None:
        configuration_set, name = physical_id.split("|")
        declared = new["EventDestination"].get("Name", name)
        if (new["ConfigurationSetName"], declared) != (configuration_set, name):
            return None
        self._ses.update_configuration_set_event_destination(
            ConfigurationSetName=configuration_set,
            EventDestinationName=name,
            EventDestination=_definition(new),
        )
        return physical_id, {"Id": name}

    @override
    def delete(self, physical_id: str, properties: Properties) -> None:
        configuration_set, name = physical_id.split("|")
        ses = self._ses
        _unless_gone(
            ses,
            ses.delete_configuration_set_event_destination,
            ConfigurationSetName=configuration_set,
            EventDestinationName=name,
        )


def _definition(properties: Properties) -> Properties:
    """The destination in the API's words, where renderingFailure is RENDERING_FAILURE."""
    definition: Properties = provisioners._ses_event_destination_definition(
        properties["EventDestination"]
    )
    return definition


class Tenants(Provisioner):
    """AWS::SES::Tenant; Ref is the name, GetAtt the ARN. Its standing is left as it is."""

    @override
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        name = properties["TenantName"]
        self._ses.create_tenant(TenantName=name, Tags=properties.get("Tags") or [])
        return self._associate(name, {}, properties)

    @override
    def change(self, physical_id: str, old: Properties, new: Properties) -> Provisioned | None:
        return self._associate(physical_id, old, new) if new["TenantName"] == physical_id else None

    @override
    def delete(self, physical_id: str, properties: Properties) -> None:
        ses = self._ses
        _unless_gone(ses, ses.delete_tenant, TenantName=physical_id)

    def _associate(self, name: str, old: Properties, new: Properties) -> Provisioned:
        ses, before, after = self._ses, _associated(old), _associated(new)
        for arn in after - before:
            ses.create_tenant_resource_association(TenantName=name, ResourceArn=arn)
        for arn in before - after:
            ses.delete_tenant_resource_association(TenantName=name, ResourceArn=arn)
        return name, {"Arn": ses.get_tenant(TenantName=name)["Tenant"]["TenantArn"]}


def _associated(properties: Properties) -> set[str]:
    return {each["ResourceArn"] for each in properties.get("ResourceAssociations") or []}


def _unless_gone(ses: Any, delete: Any, **names: str) -> None:
    """Delete; what is gone already is no error, since a rollback deletes what was half made."""
    try:
        delete(**names)
    except ses.exceptions.NotFoundException:
        return
