"""From an HTTP request to an HTTP answer: route, authenticate, check, authorise, do, record."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.model import OperationModel

from local.ses import authorization
from local.ses.account import Account
from local.ses.authorization import Authorize, Caller
from local.ses.disturbance import Disturbance
from local.ses.errors import ApiError
from local.ses.model import Routes, read_request, write_answer, write_error
from local.ses.operation_log import OperationLog
from local.ses.operations.call import Call, Operation
from local.ses.server import Answer, Request

_log = logging.getLogger(__name__)

_CONTENT_TYPE = {"Content-Type": "application/json"}


@dataclass(slots=True, kw_only=True)
class _Record:
    """What is known of a call so far, for the operation log."""

    operation: str = "?"
    access_key: str = ""
    parameters: Mapping[str, Any]
    outcome: str = "ok"

    @property
    def recipients(self) -> str:
        """Those in `To`, with commas; "" where the call sends nothing."""
        return ",".join(self.parameters.get("Destination", {}).get("ToAddresses", ()))


class Api:
    """Answers requests; safe for many threads."""

    def __init__(
        self,
        account: Account,
        operations: Mapping[str, Operation],
        *,
        authorize: Authorize,
        identify: Callable[[str], str],
        log: OperationLog,
        disturbance: Disturbance,
    ) -> None:
        """`identify` gives the caller's ARN of an access key."""
        self._account = account
        self._operations = operations
        self._routes = Routes(operations)
        self._authorize = authorize
        self._identify = identify
        self._log = log
        self._disturbance = disturbance

    def handle(self, request: Request) -> Answer:
        """The answer to a request; errors are answers too."""
        record = _Record(parameters={})
        try:
            answer = self._run(request, record)
        except ApiError as err:
            answer = self._error(err, record)
        except Exception:  # whatever goes wrong here, the caller gets an answer
            _log.exception("%s %s failed", request.method, request.path)
            error = ApiError("InternalServiceErrorException", "Internal failure.")
            answer = self._error(error, record)
        self._log.record(record.operation, record.access_key, record.parameters, record.outcome)
        request_id = {"x-amzn-RequestId": str(uuid.uuid4())}
        answer = replace(answer, headers={**answer.headers, **request_id})
        return self._disturbance.answer(record.operation, record.recipients, answer)

    def _run(self, request: Request, record: _Record) -> Answer:
        model, path = self._routes.find(request.method, request.path)
        record.operation = model.name
        record.access_key = authorization.access_key(request.headers)
        record.parameters = read_request(model, path, request.query, request.body)
        if refusal := self._disturbance.refusal(model.name, record.recipients):
            record.outcome = "refused"
            return refusal
        body = self._call(model, request, record)
        return Answer(status=200, body=body, headers=_CONTENT_TYPE)

    def _call(self, model: OperationModel, request: Request, record: _Record) -> bytes:
        call = Call(
            account=self._account,
            parameters=record.parameters,
            caller=self._identify(record.access_key),
            source_ip=request.source_ip,
        )
        plan = self._operations[model.name](call)
        caller = Caller(access_key=record.access_key, arn=call.caller)
        for action in (plan.action or f"ses:{model.name}", *plan.also):
            authorization.check(self._authorize, caller, action, plan)
        return write_answer(model, plan.run())

    @staticmethod
    def _error(error: ApiError, record: _Record) -> Answer:
        record.outcome = error.name
        status, body = write_error(error)
        headers = {**_CONTENT_TYPE, "x-amzn-ErrorType": error.name}
        return Answer(status=status, body=body, headers=headers)
