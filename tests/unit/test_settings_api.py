"""What a hotel sets for itself, over the API with everything behind it in memory."""

import pytest

from bellhop.domain.facts import FactKind
from bellhop.domain.keys import Scope
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.tenant_settings import COUNTED_REASONS
from bellhop.usecases.authenticate import Authenticator
from tests.builders import NOW, TENANT, a_fact, a_record
from tests.unit.api import an_api_key
from tests.unit.fakes import FakeClock, FakeKeys

PATH = "/v1/settings"


def test_who_set_nothing_reads_the_defaults(crm):
    status, body, _ = crm.request("GET", PATH)
    assert (status, body["company_domains"]) == (200, [])
    assert set(body["suppression"]) == set(COUNTED_REASONS)
    assert body["suppression"]["mailbox_full"] == {"count": 5, "days": 30, "is_default": True}


def test_what_is_given_is_replaced_and_the_rest_stays(crm, handler):
    crm.request("PATCH", PATH, {"company_domains": ["hotel-sol.test", "GRUPO-SOL.test"]})
    rule = {"count": 3, "days": 14}
    status, body, _ = crm.request("PATCH", PATH, {"suppression": {"mailbox_full": rule}})
    assert status == 200
    assert body["company_domains"] == ["hotel-sol.test", "grupo-sol.test"]
    assert body["suppression"]["mailbox_full"] == {**rule, "is_default": False}
    assert body["suppression"]["expired"]["is_default"]
    assert crm.request("GET", PATH)[1] == body
    kept = handler.tenant_settings.get(TENANT).suppression_rules
    assert kept == {Reason.MAILBOX_FULL: SuppressionRule.after(3, 14)}
    _, body, _ = crm.request("PATCH", PATH, {"suppression": {}, "company_domains": []})
    assert body["suppression"]["mailbox_full"]["is_default"]
    assert body["company_domains"] == []


def rule(reason="mailbox_full", **changes):
    return {"suppression": {reason: {"count": 3, "days": 30, **changes}}}


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        (rule(count=1), "/suppression/mailbox_full/count", "2 is the least"),
        (rule(count=21), "/suppression/mailbox_full/count", "20 is the most"),
        (rule(days=0), "/suppression/mailbox_full/days", "1 is the least"),
        (rule(days=181), "/suppression/mailbox_full/days", "180 is the most"),
        (rule(hours=1), "/suppression/mailbox_full/hours", "not a field"),
        (rule("user_unknown"), "/suppression/user_unknown", "mailbox_full"),
        (rule("auth_failed"), "/suppression/auth_failed", "never"),
        (rule("full"), "/suppression/full", "mailbox_full"),
        ({"company_domains": ["hotel"]}, "/company_domains/0", "after the @"),
        ({"company_domains": ["a@hotel-sol.test"]}, "/company_domains/0", "after the @"),
        ({"company_domains": ["hotel-sol.test", "co.uk"]}, "/company_domains/1", "no company"),
        ({"company_domains": ["ho tel.test"]}, "/company_domains/0", "not a domain"),
        ({"company_domains": [f"h{n}.test" for n in range(51)]}, "/company_domains", "50"),
        ({"company_domains": None}, "/company_domains", "list"),
        ({"timezone": "UTC"}, "/timezone", "not a field"),
    ],
)
def test_a_setting_out_of_bounds_is_told_and_nothing_changes(crm, handler, body, pointer, said):
    status, answer, _ = crm.request("PATCH", PATH, body)
    (fault,) = answer["errors"]
    assert (status, fault["pointer"]) == (422, pointer)
    assert said in fault["detail"]
    assert not handler.tenant_settings.kept


def test_a_colleague_at_a_company_domain_may_not_have_it_in_the_inbox(crm, handler):
    record = a_record(a_fact(FactKind.DELIVERY), address="marta@grupo-sol.test")
    handler.records.kept[record.id] = record
    before = crm.request("GET", f"/v1/emails/{record.id}")[1]["inbox"]
    crm.request("PATCH", PATH, {"company_domains": ["grupo-sol.test"]})
    after = crm.request("GET", f"/v1/emails/{record.id}")[1]["inbox"]
    assert (before["verdict"], after["verdict"]) == ("unverified", "doubtful")
    assert after["doubts"] == ["same_organisation"]


@pytest.mark.parametrize(
    ("method", "scope"), [("GET", "settings:read"), ("PATCH", "settings:write")]
)
def test_settings_need_scopes_of_their_own(crm, handler, method, scope):
    keys = FakeKeys(an_api_key(crm.key, set(Scope) - {Scope(scope)}))
    handler.authenticator = Authenticator(keys, FakeClock(NOW))
    status, body, _ = crm.request(method, PATH, {} if method == "PATCH" else None)
    assert (status, body["code"]) == (403, "scope_missing")
    assert scope in body["detail"]
