"""Rules of cdk-nag and cfn-lint that Bellhop breaks knowingly.

A finding of cdk-nag is acknowledged where its construct is made, with `acknowledge`; those of
cfn-lint are about the template as a whole and stand here. tests/infra/test_findings.py runs both
tools, and fails at a finding without a reason and at a reason without a finding.
"""

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import Construct

# The pack of rules; cdk-nag names a rule after it twice.
PACK = "AwsSolutions"

CFN_LINT = {
    "W3005": (
        "The CDK writes DependsOn for a function's role beside the reference to it; the repetition"
        " changes nothing."
    ),
}


def wildcard(construct: Construct, arn: str) -> str:
    """The rule's own name for a grant on an ARN with a wildcard; references stand in <>."""
    resolved = Stack.of(construct).resolve(arn)
    parts = resolved["Fn::Join"][1] if isinstance(resolved, dict) else [resolved]
    written = "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)
    return f"IAM5[Resource::{written}]"


def acknowledge(construct: Construct, rule: str, *, reason: str) -> None:
    """Keeps the finding of a rule, such as "SQS3", about a construct and all inside it."""
    finding = Acknowledgment(id=f"{PACK}::{PACK}-{rule}", reason=reason)
    Validations.of(construct).acknowledge(finding)
