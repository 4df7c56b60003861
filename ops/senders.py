"""``ops senders``: gives a tenant the SES identities of the stage's configuration."""

import argparse
import json
from typing import Any

from botocore.exceptions import ClientError

from bellhop import clock
from bellhop.domain.keys import TENANT
from bellhop.domain.senders import Sender, SenderState
from bellhop.store.tenants import SenderStore
from ops import sender_check
from ops.deployment import OperatorError, add_stage, aws, open_deployment


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
    """Keeps a domain as the tenant's sender, verified if DKIM and sending are."""
    if not TENANT.fullmatch(options.tenant):
        raise OperatorError(
            f"--tenant {options.tenant!r} must be 1 to 40 of a-z, 0-9 and -, e.g. hotel-sol."
        )
    outputs = open_deployment(options.stage)
    domain = options.domain.lower()
    _check_tenant(json.loads(outputs["SenderTenants"]).get(domain), domain, options)
    state = _state(domain)
    sender = Sender(tenant=options.tenant, domain=domain, state=state, checked_at=clock.now())
    if not SenderStore().put(sender):
        raise OperatorError(f"{domain} belongs to another tenant; nothing was changed.")
    print(f"{domain}  {state}")


def _check_tenant(deployed: str | None, domain: str, options: argparse.Namespace) -> None:
    """SES lets a tenant send from its own domains only, and the deployment has said whose it is."""
    if deployed is None:
        raise OperatorError(
            f"{domain} is not among the [[senders]] of stage {options.stage}, so `send` may not "
            "use it. Add it to the stage file and deploy."
        )
    if deployed != options.tenant:
        raise OperatorError(
            f"{domain} belongs to another tenant: {deployed}, says the stage file. Nothing was "
            "changed."
        )


def _state(domain: str) -> SenderState:
    try:
        identity = aws().client("sesv2").get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        raise OperatorError(
            f"SES has no identity {domain} here ({error.response['Error']['Code']}). Add it to the "
            "stage's [[senders]] and deploy."
        ) from error
    signed = identity.get("DkimAttributes", {}).get("Status") == "SUCCESS"
    verified = identity.get("VerifiedForSendingStatus", False) and signed
    return SenderState.VERIFIED if verified else SenderState.PENDING


def list_senders(options: argparse.Namespace) -> None:
    """Prints a tenant's senders, a line each."""
    open_deployment(options.stage)
    for sender in SenderStore().list(options.tenant):
        print(f"{sender.domain}  {sender.state}  checked {sender.checked_at:%Y-%m-%d %H:%M} UTC")
