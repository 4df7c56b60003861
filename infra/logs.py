"""Log groups as Bellhop uses them: made by the stack, so that they end when the stage says."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stage import Stage

# CloudWatch's numbers of days by the names that the CDK gives them.
RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
}


def removal_policy(stage: Stage) -> RemovalPolicy:
    """What becomes of data when its resource leaves the stack."""
    return RemovalPolicy.RETAIN if stage.data.protected else RemovalPolicy.DESTROY


def log_group(scope: Construct, construct_id: str, stage: Stage) -> logs.LogGroup:
    """A log group with the stage's retention; CloudWatch Logs encrypts it with a key of its own."""
    return logs.LogGroup(
        scope,
        construct_id,
        retention=RETENTION[stage.functions.log_retention_days],
        removal_policy=removal_policy(stage),
    )
