"""An Amazon SES (v2 API) that signs with DKIM, delivers by SMTP and reports what servers say."""

from local.ses.chaos import Chaos, ChaosSettings
from local.ses.disturbance import Disturbance, Scheduled
from local.ses.service import SimpleEmailService
from local.ses.settings import Settings

__all__ = ["Chaos", "ChaosSettings", "Disturbance", "Scheduled", "Settings", "SimpleEmailService"]
