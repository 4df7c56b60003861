"""Give an HTTP API an endpoint that every resolver and client can reach."""

from __future__ import annotations

import os
from typing import Any

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Answer ``ApiEndpoint`` in the emulator's path form; ``$default`` is served at its root."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create = handlers["create"]

    def create_reachable(
        logical_id: str, properties: dict[str, Any], stack: str
    ) -> tuple[str, dict[str, Any]]:
        api_id, _attributes = create(logical_id, properties, stack)
        address = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
        endpoint = f"{address}/_aws/execute-api/{api_id}/$default"
        # Updates answer what is stored here.
        apigateway._apis[api_id]["apiEndpoint"] = endpoint
        return api_id, {"ApiId": api_id, "ApiEndpoint": endpoint}

    handlers["create"] = create_reachable
