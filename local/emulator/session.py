"""A boto3 session that cannot leave this machine, whatever the caller's AWS settings say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

ACCESS_KEY = "test"
"""The emulator's root key; its secret is not checked."""


class LocalSession(boto3.Session):
    """Clients of it call ``endpoints[service]``, or ``default`` for services that are not named."""

    def __init__(self, endpoints: Mapping[str, str], *, default: str, region: str) -> None:
        super().__init__(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY, region_name=region
        )
        self._endpoints = dict(endpoints)
        self._default = default

    def client(self, service_name: Any, *arguments: Any, **options: Any) -> Any:
        return super().client(service_name, *arguments, **self._at_home(service_name, options))

    def resource(self, service_name: Any, *arguments: Any, **options: Any) -> Any:
        return super().resource(service_name, *arguments, **self._at_home(service_name, options))

    def _at_home(self, service: str, options: dict[str, Any]) -> dict[str, Any]:
        direct = Config(proxies={})  # whatever proxy the user's environment names
        return {
            "endpoint_url": self._endpoints.get(service, self._default),
            **options,
            "config": direct.merge(options.get("config") or Config()),
        }
