"""What an operator looks at: the alarms and the delivery dashboard."""

from constructs import Construct

from infra.alarms import Alarms
from infra.dashboard import DeliveryDashboard
from infra.events import Events
from infra.onboarding import Onboarding
from infra.sending import Sending
from infra.stage import Stage


class Observability(Construct):
    """The stage's alarms and dashboard, over the metrics of infra/metrics.py."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        sending: Sending,
        events: Events,
        onboarding: Onboarding,
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms = Alarms(
            self,
            "Alarms",
            stage=stage,
            sending=sending,
            events=events,
            onboarding=onboarding,
        )
        self.dashboard = DeliveryDashboard(
            self,
            "Delivery",
            stage=stage,
            sending=sending,
            events=events,
            onboarding=onboarding,
            alarms=self.alarms.all,
        )
