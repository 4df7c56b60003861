"""The world's side of the authority: may this caller do that, and publishing as SES does."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class TopicRefusedError(Exception):
    """There is no such topic, or its policy does not let SES publish for the configuration set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Asks the emulator's own policy evaluation."""

    port: int
    region: str
    account: str

    def identify(self, access_key: str) -> str:
        """The ARN of the key's user or session; "anonymous", as AWS says, for an unknown key."""
        return str(self._ask("/principal", access_key=access_key)["arn"] or "anonymous")

    def denied(
        self,
        access_key: str,
        action: str,
        resources: Sequence[str],
        context: Mapping[str, str | list[str]],
    ) -> list[str]:
        """The resources on which the key's principal may not do ``action``; an unknown key: all."""
        answer = self._ask(
            "/identity",
            access_key=access_key,
            action=action,
            resources=list(resources),
            context=dict(context),
        )
        return list(answer["denied"])

    def publish(self, topic_arn: str, configuration_set: str, message: str) -> None:
        """Publish as ses.amazonaws.com does for the configuration set, or raise TopicRefusedError.

        SES names itself by aws:SourceAccount and aws:SourceArn:
        https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html
        """
        source = f"arn:aws:ses:{self.region}:{self.account}:configuration-set/{configuration_set}"
        answer = self._ask(
            "/publish",
            topic_arn=topic_arn,
            service="ses.amazonaws.com",
            source_arn=source,
            source_account=self.account,
            message=message,
        )
        if not answer["allowed"]:
            raise TopicRefusedError(
                f"the policy of {topic_arn} does not let ses.amazonaws.com publish for {source}"
            )

    def _ask(self, path: str, **question: object) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", path, json.dumps(question))
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        finally:
            connection.close()
