"""The SES tenants of the hotels that the stage is born with.

A tenant has a reputation and a pause of its own, so that one hotel's bounces do not stop the
others. It may use what is associated with it: its domains and every lane's configuration set.
"""

from collections.abc import Sequence

from aws_cdk import aws_ses as ses
from constructs import Construct

from bellhop.domain.tenants import ses_tenant
from infra.senders import Senders
from infra.sending import Sending
from infra.stage import Sender, Stage


class Tenants(Construct):
    """A tenant for each hotel that the stage's file names."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        senders: Senders,
        sending: Sending,
    ) -> None:
        super().__init__(scope, construct_id)
        self._lanes = [lane.configuration_set_arn for lane in sending.lanes.values()]
        for tenant in dict.fromkeys(sender.tenant for sender in stage.senders):
            own = [sender for sender in stage.senders if sender.tenant == tenant]
            self._tenant(tenant, ses_tenant(stage.name, tenant), own, senders)

    def _tenant(
        self, construct_id: str, name: str, own: Sequence[Sender], senders: Senders
    ) -> None:
        arns = [*map(senders.identity_arn, own), *self._lanes]
        tenant = ses.CfnTenant(
            self,
            construct_id,
            tenant_name=name,
            resource_associations=[
                ses.CfnTenant.ResourceAssociationProperty(resource_arn=arn) for arn in arns
            ],
        )
        # The ARN of an identity is written without a reference to it. SES refuses to delete what a
        # tenant uses, so the order matters on the way out as well.
        for sender in own:
            if identity := senders.identities.get(sender.domain):
                tenant.node.add_dependency(identity)
