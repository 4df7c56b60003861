"""An Amazon SES (v2 API) that signs with DKIM, delivers by SMTP and reports what servers say."""

from local.ses.disturbance import Disturbance, Scheduled
from local.ses.service import SimpleEmailService
from local.ses.settings import Settings

__all__ = ["Disturbance", "Scheduled", "Settings", "SimpleEmailService"]
