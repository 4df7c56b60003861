"""``ops senders``: gives a tenant a domain that SES has already."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bellhop import clock
from bellhop.domain.errors import NotAcceptedError
from bellhop.domain.keys import TENANT
from bellhop.domain.onboarding import Identity, Wanted, handing_over, new_run
from bellhop.domain.senders import Sender, SenderState
from bellhop.domain.tenants import ses_tenant
from bellhop.sender_queue import SenderQueue
from bellhop.ses.control_plane import SesControl
from bellhop.store.senders import SenderStore
from bellhop.usecases.ports import Job
from ops import sender_check
from ops.deployment import OperatorError, add_stage, aws, open_deployment

_DELAY = timedelta(seconds=1)  # the sender is kept before the message is seen


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser(
        "senders", aliases=["sender"], help="give tenants their sending domains, and check domains"
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adopt_parser = actions.add_parser(
        "adopt", help="give a domain to a tenant, in the state that SES says; run again to refresh"
    )
    adopt_parser.add_argument("domain", help="an SES identity, e.g. hotel-sol.example")
    adopt_parser.set_defaults(run=adopt)
    list_parser = actions.add_parser("list", help="list a tenant's senders")
    list_parser.set_defaults(run=list_senders)
    sender_check.add_to(actions)
    for action in (adopt_parser, list_parser):
        add_stage(action)
        action.add_argument("--tenant", required=True, help="whose sender, e.g. hotel-sol")


def adopt(options: argparse.Namespace) -> None:
    """Keeps a domain as the tenant's sender, verified if DKIM and sending are.

    The domain is one that SES has already: by the stage's deployment, by hand, from another system.
    Handing it over is the operator's word that it is the hotel's; a hotel that adds its own domain
    by the API proves that by DNS records instead. From now on its records are looked at.
    """
    if not TENANT.fullmatch(options.tenant):
        raise OperatorError(
            f"--tenant {options.tenant!r} must be 1 to 40 of a-z, 0-9 and -, e.g. hotel-sol."
        )
    outputs = open_deployment(options.stage)
    domain = options.domain.lower()
    deployed = json.loads(outputs["SenderTenants"]).get(domain, options.tenant)
    if deployed != options.tenant:
        raise OperatorError(
            f"{domain} belongs to another tenant: {deployed}, says the stage file. Nothing was "
            "changed."
        )
    identity = _hand_over(_wanted(domain, options, outputs))
    known = SenderStore().get(options.tenant, domain)
    sender = _sender(domain, options.tenant, identity, known)
    jobs = SenderQueue(aws().client("sqs"), outputs["SendersQueueUrl"])
    try:
        jobs.put(Job(tenant=sender.tenant, domain=domain, run=sender.run), delay=_DELAY)
    except NotAcceptedError as error:
        raise OperatorError(f"The senders' queue did not answer, run it again: {error}") from error
    if not SenderStore().put(sender):
        raise OperatorError(f"{domain} belongs to another tenant; it was not made a sender.")
    print(f"{domain}  {sender.state}")


def _wanted(domain: str, options: argparse.Namespace, outputs: Mapping[str, str]) -> Wanted:
    _, partition, _, region, account, _ = outputs["EventsTopicArn"].split(":")
    prefix = f"arn:{partition}:ses:{region}:{account}"
    sets = (outputs["TransactionalConfigurationSet"], outputs["MarketingConfigurationSet"])
    return Wanted(
        domain=domain,
        ses_tenant=ses_tenant(options.stage, options.tenant),
        identity=f"{prefix}:identity/{domain}",
        configuration_sets=tuple(f"{prefix}:configuration-set/{name}" for name in sets),
    )


def _hand_over(wanted: Wanted) -> Identity:
    """Lets the hotel's SES tenant use the identity, and says how that is."""
    control = SesControl(aws().client("sesv2"), pace=lambda: None)
    try:
        seen = control.look(wanted)
        if seen.identity is None:
            raise OperatorError(
                f"SES has no identity {wanted.domain} here. Add it to the stage's [[senders]] and "
                "deploy, or let the hotel add it with POST /v1/senders."
            )
        for action in handing_over(seen, wanted):
            control.do(action, wanted)
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"SES did not take a step, run it again: {error}") from error
    return seen.identity


def _sender(domain: str, tenant: str, identity: Identity, known: Sender | None) -> Sender:
    """The sender to keep: one that was verified stays so while SES sends, and what was seen of its
    DNS so far goes on while its state does."""
    now = clock.now()
    was_verified = known is not None and known.state is SenderState.VERIFIED
    verified = identity.sends and (was_verified or identity.dkim == "SUCCESS")
    state = SenderState.VERIFIED if verified else SenderState.PENDING
    begun = Sender(tenant=tenant, domain=domain, state=state, checked_at=now, since=now)
    return replace(
        known if known and known.state is state else begun,
        checked_at=now,
        tokens=identity.tokens,
        mail_from=identity.mail_from,
        run=new_run(now),
    )


def list_senders(options: argparse.Namespace) -> None:
    """Prints a tenant's senders, a line each."""
    open_deployment(options.stage)
    for sender in SenderStore().list(options.tenant):
        print(f"{sender.domain}  {sender.state}  checked {sender.checked_at:%Y-%m-%d %H:%M} UTC")
