"""The page for a hotel's web agency: HTTP API ─► `handover`, which reads and looks into DNS."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.findings import acknowledge
from infra.functions import FunctionFactory, HandlerFunction

# Longer than a look into DNS may take, and shorter than the gateway waits.
HANDOVER_TIMEOUT = Duration.seconds(29)
# Links and senders: no contact, email or request can be read, whatever the code does.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
READABLE = ["L#*", "T#*"]


class Handover(Construct):
    """The function behind the pages by private link, and their routes in the HTTP API."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        table: dynamodb.ITable,
        http_api: apigateway.HttpApi,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = self._function(functions)
        self.function.allow(
            "ReadLinksAndSenders",
            ["dynamodb:GetItem"],
            table.table_arn,
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": READABLE}},
        )
        integration = HttpLambdaIntegration("Handover", self.function.function)
        for path in ("/s/{token}", "/s/assets/{name}"):
            for route in http_api.add_routes(
                path=path, methods=[apigateway.HttpMethod.GET], integration=integration
            ):
                acknowledge(
                    route,
                    "APIG4",
                    reason=(
                        "The token in the link is what opens the page: its reader has no log-in."
                    ),
                )

    def _function(self, functions: FunctionFactory) -> HandlerFunction:
        return functions.make(
            self,
            "Handover",
            name="handover",
            description="Shows a hotel's web agency which DNS records to enter",
            memory_size=512,
            timeout=HANDOVER_TIMEOUT,
        )
