"""A table on the embedded AWS that says what each call to it cost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bellhop.store import table
from local.emulator import Emulator
from local.emulator.emulator import REGION
from local.emulator.session import ACCESS_KEY

TABLE = "bellhop-bench"
READS = ("GetItem", "Query")


@contextmanager
def local_table() -> Iterator[Emulator]:
    """An emulator with an empty table, to which the stores are bound."""
    with TemporaryDirectory() as directory, Emulator.start(Path(directory)) as emulator:
        environment = {
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        }
        emulator.session.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        with patch.dict(os.environ, environment):
            table.bind(TABLE, REGION)
            yield emulator


@contextmanager
def metered() -> Iterator[Counter[str]]:
    """Counts write units, as DynamoDB itself reports them, and reads, by operation.

    A condition that fails is billed like the write that it refused, but not reported: it is one.
    """
    units: Counter[str] = Counter()
    events = table.Item._get_connection().connection.client.meta.events

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
            units[model.name] += 1
        reported = parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
        units[model.name] += 1 if model.name in READS else reported

    events.register("provide-client-params.dynamodb.*", ask, unique_id="bench-ask")
    events.register("after-call.dynamodb.*", add, unique_id="bench-add")
    try:
        yield units
    finally:
        events.unregister("provide-client-params.dynamodb.*", ask, unique_id="bench-ask")
        events.unregister("after-call.dynamodb.*", add, unique_id="bench-add")
