"""The local SES as a whole: starts its parts, joins them, ends them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from local.internet import Internet
from local.ses.account import Account
from local.ses.api import Api
from local.ses.authorization import Authorize
from local.ses.configuration_sets import ConfigurationSets
from local.ses.disturbance import Disturbance
from local.ses.mail_transfer import MailTransfer
from local.ses.operation_log import OperationLog
from local.ses.operations import operations
from local.ses.publisher import Publish, Publisher
from local.ses.sending_domains import add_sending_domain
from local.ses.server import HttpServer
from local.ses.settings import Settings
from local.ses.standing import AccountStanding
from local.ses.tenants import Tenants


class SimpleEmailService:
    """SES v2 of one account and region on a free loopback port.

    Every event follows from what a mail server or the DNS answered, the mailbox simulator's
    addresses apart. Made by `start`, ended by `close` or by leaving the context.
    """

    def __init__(
        self,
        *,
        server: HttpServer,
        transfer: MailTransfer,
        publisher: Publisher,
        operation_log: OperationLog,
        account: Account,
    ) -> None:
        self._account = account
        self._server = server
        self._transfer = transfer
        self._publisher = publisher
        self._operation_log = operation_log

    @classmethod
    def start(
        cls,
        internet: Internet,
        region: str,
        account: str,
        *,
        authorize: Authorize,
        publish: Publish,
        run_directory: Path,
        identify: Callable[[str], str] | None = None,
        settings: Settings | None = None,
        disturbance: Disturbance | None = None,
    ) -> Self:
        """Starts serving.

        authorize: names the resources on which a caller is denied an action.
        publish: publishes a message to a topic on behalf of a configuration set, or raises.
        run_directory: gets `ses-operations.jsonl`.
        identify: the ARN of the caller with an access key; default: an IAM user of that name.
        """
        settings, disturbance = settings or Settings(), disturbance or Disturbance()
        configuration_sets = ConfigurationSets()
        publisher = Publisher(publish, configuration_sets, disturbance, settings)
        state = Account(
            id=account,
            region=region,
            settings=settings,
            standing=AccountStanding(settings.account),
            resolver=internet.resolver(),
            publish_record=internet.dns.publish,
            withdraw_record=internet.dns.withdraw,
            try_topic=publisher.try_topic,
            configuration_sets=configuration_sets,
        )
        transfer = MailTransfer(internet, state, publisher.publish)
        operation_log = OperationLog(run_directory)
        api = Api(
            state,
            operations(transfer.submit),
            authorize=authorize,
            identify=identify or (lambda key: f"arn:aws:iam::{account}:user/{key}"),
            log=operation_log,
            disturbance=disturbance,
        )
        return cls(
            server=HttpServer(api.handle),
            transfer=transfer,
            publisher=publisher,
            operation_log=operation_log,
            account=state,
        )

    @property
    def endpoint(self) -> str:
        """The URL for `AWS_ENDPOINT_URL_SESV2`."""
        return self._server.endpoint

    @property
    def standing(self) -> AccountStanding:
        """The account's state, which `become` changes: `ses.standing.become("sandbox")`."""
        return self._account.standing

    @property
    def tenants(self) -> Tenants:
        """The tenants; `ses.tenants.become("hotel-sol", "stopped")` gives one another standing."""
        return self._account.tenants

    def add_sending_domain(self, domain: str) -> None:
        """Sets up a domain of data/senders.toml, in the state of its row."""
        add_sending_domain(self._account, domain)

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits until every email that was taken has an outcome and every event is published.

        What recipients' servers send back later is not waited for, because nobody knows of it.
        False when the time is over first.
        """
        end = monotonic() + timeout.total_seconds()
        return self._transfer.wait_until_idle(timeout) and self._publisher.wait_until_idle(
            timedelta(seconds=max(0.0, end - monotonic()))
        )

    def close(self) -> None:
        """Ends every thread; emails that wait for another try are given up."""
        self._server.close()
        self._transfer.close()
        self._publisher.close()
        self._operation_log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
