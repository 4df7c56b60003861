"""The one table; docs/architecture.md says what lies in it."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.logs import removal_policy
from infra.stage import Encryption, Stage

_ENCRYPTION = {
    Encryption.AWS_OWNED: dynamodb.TableEncryption.DEFAULT,
    Encryption.AWS_MANAGED: dynamodb.TableEncryption.AWS_MANAGED,
}


class Tables(Construct):
    """The table of contacts, delivery records, requests and settings."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            # Deletes free of charge, days late: nothing relies on when.
            time_to_live_attribute="expires_at",
            encryption=_ENCRYPTION[stage.data.encryption],
            deletion_protection=stage.data.protected,
            removal_policy=removal_policy(stage),
        )
