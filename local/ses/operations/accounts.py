"""Operations on the account as a whole."""

from collections.abc import Mapping

from local.ses.operations.call import Call, Operation, Result, on_account
from local.ses.suppression import SuppressionReason


def get_account(call: Call) -> Result:
    """Quota, sending state and the account's suppression reasons."""
    settings = call.account.settings
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": True,
        "SendQuota": {
            "Max24HourSend": settings.max_24_hour_send,
            "MaxSendRate": settings.max_send_rate,
            "SentLast24Hours": float(call.account.sends.last_24_hours()),
        },
        "SendingEnabled": True,
        "SuppressionAttributes": {
            "SuppressedReasons": sorted(call.account.suppression.account_reasons)
        },
    }


def put_account_suppression_attributes(call: Call) -> Result:
    """Says what puts an address on the list; no reasons means that nothing does."""
    reasons = call.parameters.get("SuppressedReasons", [])
    call.account.suppression.account_reasons = frozenset(map(SuppressionReason, reasons))
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "GetAccount": on_account(get_account),
    "PutAccountSuppressionAttributes": on_account(put_account_suppression_attributes),
}
