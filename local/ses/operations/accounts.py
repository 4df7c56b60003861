"""Operations on the account as a whole."""

from collections.abc import Mapping

from local.ses.operations.call import Call, Operation, Result, on_account
from local.ses.suppression import SuppressionReason


def get_account(call: Call) -> Result:
    """Quota, sending state and the account's suppression reasons."""
    standing = call.account.standing.now
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": str(standing.enforcement_status),
        "ProductionAccessEnabled": standing.production_access,
        "SendQuota": {
            "Max24HourSend": standing.max_24_hour_send,
            "MaxSendRate": standing.max_send_rate,
            "SentLast24Hours": float(call.account.quota.last_24_hours()),
        },
        "SendingEnabled": standing.sending_enabled,
        "SuppressionAttributes": {
            "SuppressedReasons": sorted(call.account.suppression.account_reasons)
        },
    }


def put_account_sending_attributes(call: Call) -> Result:
    """Pauses all sending of the account, or ends the pause."""
    enabled = call.parameters.get("SendingEnabled", False)
    call.account.standing.change(sending_enabled=enabled)
    return {}


def put_account_suppression_attributes(call: Call) -> Result:
    """Says what puts an address on the list; no reasons means that nothing does."""
    reasons = call.parameters.get("SuppressedReasons", [])
    call.account.suppression.account_reasons = frozenset(map(SuppressionReason, reasons))
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "GetAccount": on_account(get_account),
    "PutAccountSendingAttributes": on_account(put_account_sending_attributes),
    "PutAccountSuppressionAttributes": on_account(put_account_suppression_attributes),
}
