"""Sets senders up in SES and removes them: a batch of jobs in, the ids of what comes again out."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from publicsuffixlist import PublicSuffixList

from bellhop import batch, clock, queues
from bellhop.domain.authentication.standing import Effect, Standing
from bellhop.domain.errors import NotAcceptedError
from bellhop.domain.onboarding import Wanted
from bellhop.domain.senders import Sender
from bellhop.domain.tenants import ses_tenant
from bellhop.metrics import Count, Counter
from bellhop.name_servers.authentication import LONGEST_CHECK, NameServers, resolvers
from bellhop.sender_queue import SenderQueue, decode, retry_after
from bellhop.ses.client import LONGEST_CALL, new_client
from bellhop.ses.control_plane import Pace, SesControl
from bellhop.settings import OnboardSettings, Settings
from bellhop.store import table
from bellhop.store.senders import SenderStore
from bellhop.store.tenant_settings import TenantSettingsStore
from bellhop.usecases.onboard import onboard
from bellhop.usecases.ports import Job
from bellhop.usecases.watch_sender import Watching

# Seconds that a step or a look at DNS may take, its turn and the table included.
LONGEST_STEP = max(LONGEST_CALL, LONGEST_CHECK) + 7


def handle(event: dict[str, Any], context: LambdaContext) -> batch.BatchResponse:
    """Works on the jobs of one batch."""

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > LONGEST_STEP * 1000

    def work(record: batch.Record) -> bool:
        job, receives = decode(record["body"]), int(record["attributes"]["ApproximateReceiveCount"])
        try:
            again = onboard(
                job,
                receives=receives,
                wanted=wanted(job),
                senders=senders,
                control=control,
                watching=watching,
                clock=clock.now,
                has_time=has_time,
            )
        except (ClientError, BotoCoreError, NotAcceptedError) as error:
            logger.warning("a step was not taken", domain=job.domain, error=str(error))
            again = retry_after(receives)
        if again is not None:
            jobs.come_again(record, again)
        return again is None

    return batch.process(event["Records"], work, logger)


def tell(sender: Sender, standing: Standing, effects: frozenset[Effect]) -> None:
    """Once for each fall, and once when it is over."""
    if Effect.ALARM in effects:
        counter.add(Count.SENDERS_DEGRADED)
        logger.warning("records are gone", domain=sender.domain, standing=standing.value)
    if Effect.RECOVERED in effects:
        logger.info("records are back", domain=sender.domain, standing=standing.value)


def wanted(job: Job) -> Wanted:
    """What the job's sender needs in SES."""
    return Wanted(
        domain=job.domain,
        ses_tenant=ses_tenant(settings.stage, job.tenant),
        identity=f"{onboard_settings.identities}{job.domain}",
        configuration_sets=onboard_settings.configuration_sets,
    )


settings, onboard_settings = Settings.read(), OnboardSettings.read()
table.bind(settings.table, settings.region)
logger = Logger()
senders, tenant_settings = SenderStore(), TenantSettingsStore()
control = SesControl(new_client(), Pace(1 / onboard_settings.calls_per_second))
jobs = SenderQueue(boto3.client("sqs", config=queues.QUICK), onboard_settings.queue)
counter = Counter(settings.stage)
watching = Watching(
    authentication=NameServers(
        settings.region,
        resolvers(onboard_settings.resolver),
        PublicSuffixList().privatesuffix,
    ),
    jobs=jobs,
    spacing=onboard_settings.between_proofs,
    resumption_of=lambda tenant: tenant_settings.get(tenant).marketing_resumes,
    tell=tell,
)
handler = counter.flushing(handle)
