"""The one factory of Lambda functions: the same code asset, layer, runtime and logging for all.

A function may do nothing but write its own log until its construct allows more, action by action.
The CDK's grants are not used: `grant_read_write_data`, for one, hands out twelve actions, Scan
among them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.findings import acknowledge, wildcard
from infra.layer import architecture, dependency_layer, runtime
from infra.logs import log_group
from infra.metrics import NAMESPACE
from infra.stage import Stage

# What lies in lambdas/ but is not code that runs: the requirements feed the layer.
NOT_CODE = ["**/__pycache__", "**/*.pyc", "**/.*", "requirements.*"]


class HandlerFunction(Construct):
    """A function, its role and its log; made by `FunctionFactory.make`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        memory_size: int,
        timeout: Duration,
        environment: Mapping[str, str],
        stage: Stage,
        code: lambda_.Code,
        layer: lambda_.ILayerVersion,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = log_group(self, "Log", stage)
        self._role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.allow(
            "WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], self.log_group.log_group_arn
        )
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            code=code,
            handler=f"{name}.handler.handler",
            runtime=runtime(),
            architecture=architecture(stage.platform),
            layers=[layer],
            memory_size=memory_size,
            timeout=timeout,
            environment=dict(environment),
            role=self._role,
            log_group=self.log_group,
        )
        acknowledge(
            self.function,
            "L1",
            reason=(
                "AWS supports Python 3.13 until 2029, and the layer's compiled packages are built"
                " for it; PYTHON_VERSION in infra/platforms.py changes both together."
            ),
        )

    def allow(
        self,
        sid: str,
        actions: Sequence[str],
        *resources: str,
        conditions: Mapping[str, Any] | None = None,
        wildcard_because: str = "",
    ) -> None:
        """Adds a statement to the function's role: exactly these actions on these ARNs.

        conditions: what the request must be like, by operator and condition key.
        wildcard_because: why an ARN holds a wildcard, where one does.
        """
        for each in resources:
            if "*" in each:
                acknowledge(self, wildcard(self, each), reason=wildcard_because)
        self._role.add_to_policy(
            iam.PolicyStatement(
                sid=sid,
                actions=list(actions),
                resources=list(resources),
                conditions=conditions,
            )
        )

    def consume(
        self,
        queues: Mapping[str, sqs.IQueue],
        *,
        batch_size: int,
        max_concurrency: int,
        max_batching_window: Duration | None = None,
    ) -> None:
        """Lets Lambda feed the function from queues, each under its mapping's construct id; a batch
        may fail in part."""
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        self.allow("ConsumeQueue", actions, *(queue.queue_arn for queue in queues.values()))
        for construct_id, queue in queues.items():
            self.function.add_event_source_mapping(
                construct_id,
                event_source_arn=queue.queue_arn,
                batch_size=batch_size,
                max_batching_window=max_batching_window,
                max_concurrency=max_concurrency,
                report_batch_item_failures=True,
            )


class FunctionFactory:
    """Makes the stage's functions, which share one code asset and one dependency layer."""

    def __init__(
        self, scope: Construct, *, stage: Stage, source: Path, environment: Mapping[str, str]
    ) -> None:
        self._stage = stage
        self._environment = environment
        self._code = lambda_.Code.from_asset(str(source), exclude=NOT_CODE)
        self._layer = dependency_layer(
            scope, "Dependencies", platform=stage.platform, source=source
        )

    def make(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        memory_size: int,
        timeout: Duration,
        environment: Mapping[str, str] | None = None,
    ) -> HandlerFunction:
        """The function whose code is `<name>/handler.py`; `memory_size` in MB."""
        return HandlerFunction(
            scope,
            construct_id,
            name=name,
            description=description,
            memory_size=memory_size,
            timeout=timeout,
            environment={**self._environment, **self._powertools(name), **(environment or {})},
            stage=self._stage,
            code=self._code,
            layer=self._layer,
        )

    def _powertools(self, name: str) -> dict[str, str]:
        # https://docs.powertools.aws.dev/lambda/python/latest/#environment-variables
        return {
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
            "POWERTOOLS_LOG_LEVEL": self._stage.functions.log_level,
        }
