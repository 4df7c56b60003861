"""Queues as Bellhop uses them: encrypted, TLS only, kept for 14 days, with a dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# The longest that SQS keeps a message; an email's own `not_after` ends its life earlier, with a
# reason.
RETENTION = Duration.days(14)
# Lambda asks for at least six times the function's timeout, so that a slow batch is not handed out
# twice. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_FACTOR = 6


class QueueWithDeadLetters(Construct):
    """A queue for one function, and the dead-letter queue for what that function cannot handle."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function_timeout: Duration,
        max_receive_count: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = secure_queue(self, "DeadLetters")
        self.queue = secure_queue(
            self,
            "Queue",
            visibility_timeout=Duration.seconds(
                VISIBILITY_FACTOR * int(function_timeout.to_seconds())
            ),
            dead_letter_queue=sqs.DeadLetterQueue(
                max_receive_count=max_receive_count, queue=self.dead_letters
            ),
        )


def secure_queue(
    scope: Construct,
    construct_id: str,
    *,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    """A standard queue that SQS encrypts with its own key and that refuses plain HTTP."""
    return sqs.Queue(
        scope,
        construct_id,
        # Not with a KMS key: SNS and every function would need it, at a price for each request.
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=RETENTION,
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
    )
