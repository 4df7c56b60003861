"""The deployed stack as tests use it: send, wait for a word, look at what AWS holds."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from bellhop.domain.identifiers import EmailId
from bellhop.store.table import text_of
from local.demo.crm import Answer, Crm
from local.demo.steps import prepare
from local.ses import Disturbance, Settings
from local.world import World
from tests.builders import NOW, TENANT, an_email_id

PATIENCE = 30.0  # seconds
# SES gives up after six seconds in place of 14 hours, and waits for no server for longer than two.
SES_SETTINGS = Settings(
    delivery_seconds_scale=6 / 50_400,
    retry_delays=tuple(timedelta(seconds=seconds) for seconds in (1, 3)),
    reply_timeout=timedelta(seconds=2),
)
HOTELS = {"hotel-sol": "hotel-sol.test", "hotel-mar": "hotel-mar.test"}

_keys = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployed stack in a local world, with a CRM for each sending domain."""

    world: World
    outputs: Mapping[str, str]
    crms: Mapping[str, Crm]
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def crm(self) -> Crm:
        """The CRM of hotel-sol."""
        return self.crms["hotel-sol.test"]

    def client(self, service: str) -> Any:
        """A boto3 client of the account's root; making one takes longer than most calls do."""
        if service not in self._clients:
            self._clients[service] = self.world.session().client(service)
        return self._clients[service]

    def post(
        self,
        address: str,
        *,
        key: str = "",
        domain: str = "hotel-sol.test",
        marketing: bool = False,
        **changes: Any,
    ) -> Answer:
        """Posts an email as a hotel's CRM does."""
        url = {"unsubscribe_url": f"https://crm.{domain}/u/1"} if marketing else {}
        body = {
            "from": {"address": f"reservas@{domain}", "name": "Hotel"},
            "to": [{"address": address, **url}],
            "class": "marketing" if marketing else "transactional",
            "subject": "Su reserva",
            "html": "<p>Hasta pronto</p>",
            **changes,
        }
        idempotency_key = key or f"test-{next(_keys)}"
        return self.crms[domain].post("/v1/emails", body, idempotency_key=idempotency_key)

    def send(self, address: str, **changes: Any) -> str:
        """Posts an email that is accepted; its id."""
        answer = self.post(address, **changes)
        assert answer.status == 202, answer.body
        email_id: str = answer.body["emails"][0]["id"]
        return email_id

    def record(self, email_id: str) -> dict[str, Any]:
        """What the API says of an email."""
        return self.crm.get(f"/v1/emails/{email_id}").body

    def wait_for_status(self, email_id: str, *statuses: str) -> dict[str, Any]:
        """The record once it has one of the statuses."""
        return eventually(
            lambda: found if (found := self.record(email_id))["status"] in statuses else None,
            lambda: f"{email_id} is {self.record(email_id)['status']}, not {statuses}",
        )

    @contextmanager
    def environment(self, function: str, **variables: str) -> Iterator[None]:
        """Tells a function something else for as long as the context lasts; it starts anew."""
        client, name = self.client("lambda"), str(self._function(function)["FunctionName"])
        before = self._function(function)["Environment"]["Variables"]
        changed = {"Variables": {**before, **variables}}
        client.update_function_configuration(FunctionName=name, Environment=changed)
        try:
            yield
        finally:
            client.update_function_configuration(
                FunctionName=name, Environment={"Variables": before}
            )

    def role_of(self, function: str) -> str:
        """The name of a function's role."""
        return str(self._function(function)["Role"]).rpartition("/")[2]

    def log_group_of(self, function: str) -> str:
        """The name of a function's log group."""
        return str(self._function(function)["LoggingConfig"]["LogGroup"])

    def _function(self, name: str) -> dict[str, Any]:
        functions = self.client("lambda").list_functions()["Functions"]
        (found,) = [each for each in functions if each["Handler"] == f"{name}.handler.handler"]
        return dict(found)

    def log(self, function: str) -> list[str]:
        """Everything that a function wrote."""
        events = self.client("logs").filter_log_events(
            logGroupName=self.log_group_of(function), limit=10_000
        )["events"]
        return [event["message"] for event in events]

    def messages(self, queue_output: str) -> int:
        """How many messages a queue holds, hidden ones among them."""
        hidden = "ApproximateNumberOfMessagesNotVisible"
        return self.visible_messages(queue_output) + self._attribute(queue_output, hidden)

    def visible_messages(self, queue_output: str) -> int:
        """How many messages of a queue may be received now."""
        return self._attribute(queue_output, "ApproximateNumberOfMessages")

    def _attribute(self, queue_output: str, name: str) -> int:
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs[queue_output], AttributeNames=[name]
        )
        return int(answer["Attributes"][name])

    def forget_queues(self) -> None:
        """Empties the queues of what a test broke, or it would come again in a later one."""
        for name, url in self.outputs.items():
            if name.endswith("QueueUrl"):
                self.client("sqs").purge_queue(QueueUrl=url)

    def erase(self, address: str) -> EmailId:
        """Leaves a tombstone of a contact of hotel-sol, as erasure does; an id of an email."""
        email_id = an_email_id(address)
        tombstone = {
            "pk": {"S": f"C#{email_id.contact}"},
            "sk": {"S": "CONTACT"},
            "tenant": {"S": TENANT},
            "erased_at": {"S": text_of(NOW)},
            "suppressions": {"M": {}},
        }
        self.client("dynamodb").put_item(TableName=self.outputs["TableName"], Item=tombstone)
        return email_id

    def contact_item(self, email_id: EmailId) -> dict[str, Any]:
        """What the table holds of an email's contact itself; empty where it holds nothing."""
        answer = self.client("dynamodb").get_item(
            TableName=self.outputs["TableName"],
            Key={"pk": {"S": f"C#{email_id.contact}"}, "sk": {"S": "CONTACT"}},
            ConsistentRead=True,
        )
        return dict(answer.get("Item", {}))

    def forget_alignment(self, domain: str) -> None:
        """Has SES asked anew how a sender is authenticated, not in a quarter of an hour."""
        table = self.world.session().resource("dynamodb").Table(self.outputs["TableName"])
        tenant = domain.partition(".")[0]
        table.update_item(
            Key={"pk": f"T#{tenant}", "sk": f"SENDER#{domain}"},
            UpdateExpression="REMOVE alignment",
        )

    def alignment(self, email_id: str, domain: str = "hotel-sol.test") -> dict[str, Any] | None:
        """What a record says of its sender's authentication, once the email is delivered."""
        look = partial(self.crms[domain].get, f"/v1/emails/{email_id}")
        eventually(lambda: look().body["status"] == "delivered")
        found: dict[str, Any] | None = look().body["alignment"]
        return found

    def publish(self, message: str) -> None:
        """Publishes to the events' topic as SES does."""
        self.world.emulator.authority.publish(
            self.outputs["EventsTopicArn"],
            self.outputs["TransactionalConfigurationSet"],
            message,
        )

    @contextmanager
    def without(self, function: str, action: str, resource: str = "") -> Iterator[None]:
        """Takes one action away from a function's role, on one resource or on all it names."""
        with self.role_without(self.role_of(function), action, resource):
            yield

    @contextmanager
    def role_without(self, role: str, action: str, resource: str = "") -> Iterator[None]:
        """Takes one action away from a role, on one resource or on all it names."""
        iam = self.client("iam")
        (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        less = _without(document, action, resource)
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(less))
        try:
            yield
        finally:
            iam.put_role_policy(
                RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document)
            )

    def grants(self, function: str) -> list[tuple[str, str]]:
        """Each action on each resource that a function's role allows."""
        iam, role = self.client("iam"), self.role_of(function)
        (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        return [
            (action, resource)
            for statement in document["Statement"]
            for action in _list(statement["Action"])
            for resource in _list(statement["Resource"])
        ]


@contextmanager
def deployed(disturbance: Disturbance) -> Iterator[Deployment]:
    """The stack in a world of its own, prepared as an operator would, with a CRM for each hotel."""
    with World.start(disturbance=disturbance, ses_settings=SES_SETTINGS) as world:
        outputs = world.deploy()
        crms = {domain: prepare(world, outputs, tenant) for tenant, domain in HOTELS.items()}
        yield Deployment(world=world, outputs=outputs, crms=crms)


def _without(document: dict[str, Any], action: str, resource: str) -> dict[str, Any]:
    """The policy without an action on a resource, by whatever pattern it names it."""
    statements = []
    for statement in document["Statement"]:
        actions, resources = _list(statement["Action"]), _list(statement["Resource"])
        taken = {one for one in resources if not resource or fnmatchcase(resource, one)}
        if action not in actions or not taken:
            statements.append(statement)
            continue
        rest = {
            (each, one)
            for each in actions
            for one in resources
            if not (each == action and one in taken)
        }
        limits = {"Condition": statement["Condition"]} if "Condition" in statement else {}
        statements += [
            {"Effect": statement["Effect"], "Action": each, "Resource": one, **limits}
            for each, one in sorted(rest)
        ]
    return {**document, "Statement": statements}


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def eventually(
    look: Callable[[], Any], failure: Callable[[], str] = lambda: "it did not happen"
) -> Any:
    """What ``look`` finds, as soon as it finds something; fails when patience ends."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, failure()
        time.sleep(0.1)
    return found
