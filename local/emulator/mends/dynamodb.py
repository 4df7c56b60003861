"""Apply a table's time to live and point-in-time recovery as CloudFormation does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, Any]]


def install() -> None:
    for resource_type in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handlers = provisioners._RESOURCE_HANDLERS[resource_type]
        handlers["create"] = _after_create(handlers["create"])
        handlers["update"] = _after_update(handlers["update"])


def _after_create(create: Callable[..., Provisioned]) -> Callable[..., Provisioned]:
    def create_with_settings(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        created = create(logical_id, properties, stack)
        _apply_settings(created[0], properties)
        return created

    return create_with_settings


def _after_update(update: Callable[..., Provisioned]) -> Callable[..., Provisioned]:
    def update_with_settings(
        physical_id: str, old: Properties, new: Properties, stack: str, *logical_id: str
    ) -> Provisioned:
        updated = update(physical_id, old, new, stack, *logical_id)
        _apply_settings(updated[0], new)
        return updated

    return update_with_settings


def _apply_settings(table: str, properties: Properties) -> None:
    time_to_live = properties.get("TimeToLiveSpecification")
    if time_to_live:
        _require(
            dynamodb._update_ttl({"TableName": table, "TimeToLiveSpecification": time_to_live})
        )
    recovery = _recovery(properties)
    if recovery:
        request = {"TableName": table, "PointInTimeRecoverySpecification": recovery}
        _require(dynamodb._update_continuous_backups(request))


def _recovery(properties: Properties) -> Properties | None:
    """The setting of a Table, or of the one replica that a GlobalTable has here."""
    replicas = properties.get("Replicas") or [properties]
    recovery: Properties | None = replicas[0].get("PointInTimeRecoverySpecification")
    return recovery


def _require(response: tuple[int, dict[str, str], bytes]) -> None:
    status, _headers, body = response
    if status >= 400:
        raise ValueError(body.decode())
