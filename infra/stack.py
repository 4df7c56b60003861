"""The table of contents of a Bellhop stage."""

import json
from pathlib import Path

from aws_cdk import CfnOutput, Environment, Stack, Tags
from constructs import Construct

from infra import LAMBDAS
from infra.api import Api
from infra.events import Events
from infra.functions import FunctionFactory
from infra.handover import Handover
from infra.observability import Observability
from infra.onboarding import Onboarding
from infra.senders import Senders
from infra.sending import Sending
from infra.stage import Stage
from infra.tables import Tables
from infra.tenants import Tenants


class BellhopStack(Stack):
    """One stage in one stack. `source` is the directory of the functions' code."""

    def __init__(self, scope: Construct, *, stage: Stage, source: Path = LAMBDAS) -> None:
        super().__init__(
            scope,
            stage.stack_name,
            description=f"Bellhop, stage {stage.name}: a hotel CRM's email through Amazon SES",
            env=Environment(account=stage.account, region=stage.region),
            termination_protection=stage.data.protected,
        )
        Tags.of(self).add("application", "bellhop")
        Tags.of(self).add("stage", stage.name)

        self.senders = Senders(self, "Senders", stage=stage)
        self.table = Tables(self, "Tables", stage=stage).table
        functions = FunctionFactory(
            self, stage=stage, source=source, environment=self._environment(stage)
        )
        self.events = Events(self, "Events", stage=stage, functions=functions, table=self.table)
        self.sending = Sending(
            self,
            "Sending",
            stage=stage,
            functions=functions,
            table=self.table,
            senders=self.senders,
            events_topic=self.events.topic,
        )
        Tenants(self, "Tenants", stage=stage, senders=self.senders, sending=self.sending)
        self.onboarding = Onboarding(
            self,
            "Onboarding",
            stage=stage,
            functions=functions,
            table=self.table,
            senders=self.senders,
            sending=self.sending,
        )
        self.api = Api(
            self,
            "Api",
            stage=stage,
            functions=functions,
            table=self.table,
            sending=self.sending,
            onboarding=self.onboarding,
        )
        Handover(
            self,
            "Handover",
            functions=functions,
            table=self.table,
            http_api=self.api.http_api,
        )
        self.observability = Observability(
            self,
            "Observability",
            stage=stage,
            sending=self.sending,
            events=self.events,
            onboarding=self.onboarding,
        )
        self._write_outputs(stage)

    def _environment(self, stage: Stage) -> dict[str, str]:
        return {
            "BELLHOP_STAGE": stage.name,
            "BELLHOP_TABLE": self.table.table_name,
            "BELLHOP_RECORD_DAYS": str(stage.data.record_days),
            **stage.endpoints,
        }

    def _write_outputs(self, stage: Stage) -> None:
        lane, events = self.sending.transactional, self.events
        marketing = self.sending.marketing
        outputs = {
            "ApiUrl": self.api.http_api.api_endpoint,
            "TableName": self.table.table_name,
            "TransactionalQueueUrl": lane.queues.queue.queue_url,
            "TransactionalDeadLetterQueueUrl": lane.queues.dead_letters.queue_url,
            "TransactionalConfigurationSet": lane.configuration_set.configuration_set_name,
            "MarketingQueueUrl": marketing.queues.queue.queue_url,
            "MarketingDeadLetterQueueUrl": marketing.queues.dead_letters.queue_url,
            "MarketingConfigurationSet": marketing.configuration_set.configuration_set_name,
            "EventsTopicArn": events.topic.topic_arn,
            "EventsQueueUrl": events.queues.queue.queue_url,
            "EventsDeadLetterQueueUrl": events.queues.dead_letters.queue_url,
            "UndeliveredEventsQueueUrl": events.undelivered.queue_url,
            "UnarchivedEventsQueueUrl": events.archive.unarchived.queue_url,
            "ArchiveBucketName": events.archive.bucket.bucket_name,
            "SendersQueueUrl": self.onboarding.queues.queue.queue_url,
            "SendersDeadLetterQueueUrl": self.onboarding.queues.dead_letters.queue_url,
            "SenderTenants": json.dumps({each.domain: each.tenant for each in stage.senders}),
            "DashboardName": self.observability.dashboard.dashboard.dashboard_name,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
        self._write_dns_records()

    def _write_dns_records(self) -> None:
        # A scope of their own, so that two domains that differ in punctuation alone keep two
        # outputs.
        scope = Construct(self, "DnsRecords")
        for domain, records in self.senders.dns_records.items():
            CfnOutput(
                scope,
                domain,
                description=f"What to publish in the DNS for {domain}",
                value=self.to_json_string([record.as_json() for record in records]),
            )
