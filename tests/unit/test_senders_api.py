"""The senders over the API, with everything behind it in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.standing import Change, Standing, Watch
from bellhop.domain.authentication.watches import packed
from bellhop.domain.catalogue import phrase
from bellhop.domain.keys import Scope
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.authenticate import Authenticator
from tests.builders import NOW, TENANT
from tests.unit.api import an_api_key
from tests.unit.fakes import FakeClock, FakeKeys

PATH = "/v1/senders"
NEW = "hotel-luna.test"


def post(crm, domain=NEW, **headers):
    return crm.request("POST", PATH, {"domain": domain}, **headers)


def keep(handler, **changes):
    values = {"tenant": TENANT, "domain": NEW, "state": SenderState.PENDING, "checked_at": NOW}
    sender = Sender(**{**values, **changes})
    handler.senders.kept[sender.tenant, sender.domain] = sender
    handler.senders.owners[sender.domain] = sender.tenant


def test_a_domain_is_claimed_and_its_work_is_queued_before_it_is_written(crm, handler):
    status, body, _ = post(crm)
    assert (status, body["state"], body["records"]) == (202, "pending", [])
    ((job, delay),) = handler.sender_jobs.put_in
    kept = handler.senders.get(TENANT, NEW)
    assert (job.tenant, job.domain, job.run) == (TENANT, NEW, kept.run)
    assert delay < timedelta(seconds=5)
    assert handler.senders.owners[NEW] == TENANT


def test_without_its_queue_nothing_is_written(crm, handler):
    handler.sender_jobs.down = True
    assert post(crm)[0] == 503
    assert handler.senders.get(TENANT, NEW) is None


def test_a_repeated_request_is_a_look(crm, handler):
    post(crm)
    first = handler.senders.get(TENANT, NEW)
    status, body, _ = post(crm, "HOTEL-LUNA.test")
    assert (status, body["domain"]) == (202, NEW)
    assert handler.senders.get(TENANT, NEW).run > first.run
    assert len(handler.sender_jobs.put_in) == 2


def test_another_tenants_domain_is_refused(crm, handler):
    handler.senders.owners[NEW] = "hotel-mar"
    status, body, _ = post(crm)
    assert (status, body["code"]) == (409, "domain_taken")
    assert body["errors"][0]["pointer"] == "/domain"
    assert "hotel-mar" not in str(body)
    assert handler.senders.get(TENANT, NEW) is None


@pytest.mark.parametrize(
    ("domain", "code", "said"),
    [
        ("gmail.com", "domain_not_accepted", "gives mailboxes to everybody"),
        ("mi-hotel.gmail.com", "domain_not_accepted", "gives mailboxes to everybody"),
        ("yahoo.es", "domain_not_accepted", "gives mailboxes to everybody"),
        ("hotmail.co.uk", "domain_not_accepted", "gives mailboxes to everybody"),
        ("co.uk", "domain_not_accepted", "an ending that many share"),
        ("hotel", "invalid_request", "after the @"),
        ("reservas@hotel-luna.test", "invalid_request", "after the @"),
        ("https://hotel-luna.test/", "invalid_request", "not a domain"),
    ],
)
def test_a_domain_that_cannot_be_a_sender_is_refused_in_words(crm, handler, domain, code, said):
    status, body, _ = post(crm, domain)
    assert (status, body["code"]) == (422, code)
    assert said in body["detail"]
    assert handler.sender_jobs.put_in == []


def test_a_reserved_name_is_refused_outside_a_local_stage(crm, handler):
    handler.allow_reserved_domains = False
    assert post(crm)[1]["code"] == "domain_not_accepted"


def test_an_internationalised_domain_has_one_form(crm, handler):
    assert post(crm, "Pensión-Niño.test")[1]["domain"] == "xn--pensin-nio-19at.test"
    assert post(crm, "xn--pensin-nio-19at.test")[1]["domain"] == "xn--pensin-nio-19at.test"
    assert len({job.domain for job, _ in handler.sender_jobs.put_in}) == 1


@pytest.mark.parametrize("domain", ["mail.hotel-sol.test", "reservas.mail.hotel-sol.test"])
def test_a_subdomain_and_its_parent_stand_each_for_itself(crm, handler, domain):
    assert post(crm, domain)[0] == 202  # hotel-sol.test is verified
    assert post(crm, "grupo.test")[0] == 202
    keep(handler, domain="sol.grupo.test", state=SenderState.VERIFIED)
    assert post(crm, "grupo.test")[1]["state"] == "pending"


def test_the_records_are_there_in_both_forms_with_a_sentence_each(crm, handler):
    keep(
        handler,
        domain="mail.hotel-luna.test",
        tokens=("a", "b", "c"),
        mail_from="bounce.mail.hotel-luna.test",
    )
    _, body, headers = crm.request("GET", f"{PATH}/mail.hotel-luna.test", accept_language="es")
    assert headers["Content-Language"] == "es"
    rows = [(r["type"], r["name"], r["host"], r["value"]) for r in body["records"]]
    zone = "hotel-luna.test"
    assert rows == [
        *(
            (
                "CNAME",
                f"{token}._domainkey.mail.{zone}",
                f"{token}._domainkey.mail",
                f"{token}.dkim.amazonses.com",
            )
            for token in "abc"
        ),
        (
            "MX",
            f"bounce.mail.{zone}",
            "bounce.mail",
            "10 feedback-smtp.eu-west-1.amazonses.com",
        ),
        ("TXT", f"bounce.mail.{zone}", "bounce.mail", "v=spf1 include:amazonses.com ~all"),
        ("TXT", f"_dmarc.mail.{zone}", "_dmarc.mail", "v=DMARC1; p=none"),
    ]
    sentences = {record["purpose"]: record["sentence"] for record in body["records"]}
    assert sentences["dkim"].startswith("Firma sus correos")
    assert len(set(sentences.values())) == 4


@pytest.mark.parametrize("state", SenderState)
def test_every_state_says_what_it_means_and_who_acts(crm, handler, state):
    keep(handler, state=state)
    _, body, _ = crm.request("GET", f"{PATH}/{NEW}")
    assert body["state"] == state
    assert all(body["advice"].values())


def test_the_list_has_the_tenants_own_senders(crm, handler):
    keep(handler)
    keep(handler, tenant="hotel-mar", domain="hotel-mar.test")
    _, body, _ = crm.request("GET", PATH)
    assert [each["domain"] for each in body["senders"]] == [NEW, "hotel-sol.test"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/check")],
)
def test_another_tenants_sender_is_not_found(crm, handler, method, path):
    keep(handler, tenant="hotel-mar", domain="hotel-mar.test")
    status, body, _ = crm.request(method, f"{PATH}/hotel-mar.test{path}")
    assert (status, body["code"]) == (404, "sender_not_found")
    assert handler.sender_jobs.put_in == []


def test_a_removed_sender_stops_at_once(crm, handler):
    status, body, _ = crm.request("DELETE", f"{PATH}/hotel-sol.test")
    assert (status, body["state"]) == (202, "removing")
    ((job, _),) = handler.sender_jobs.put_in
    kept = handler.senders.get(TENANT, "hotel-sol.test")
    assert (kept.run, kept.state) == (job.run, SenderState.REMOVING)
    status, body, _ = crm.post()
    assert (status, body["code"]) == (422, "sender_not_verified")
    assert "it was removed" in body["detail"]


def test_a_removed_sender_can_be_added_again(crm, handler):
    crm.request("DELETE", f"{PATH}/hotel-sol.test")
    assert post(crm, "hotel-sol.test")[1]["state"] == "pending"
    assert (
        handler.senders.get(TENANT, "hotel-sol.test").run == handler.sender_jobs.put_in[-1][0].run
    )


@pytest.mark.parametrize("state", [SenderState.FAILED, SenderState.HELD])
def test_what_failed_or_was_held_begins_anew(crm, handler, state):
    keep(handler, state=state)
    del handler.senders.owners[NEW]
    status, body, _ = crm.request("POST", f"{PATH}/{NEW}/check")
    assert (status, body["state"]) == (202, "pending")
    assert handler.senders.owners[NEW] == TENANT


def test_what_failed_may_be_another_tenants_by_now(crm, handler):
    keep(handler, state=SenderState.FAILED)
    handler.senders.owners[NEW] = "hotel-mar"
    assert crm.request("POST", f"{PATH}/{NEW}/check")[1]["code"] == "domain_taken"
    assert handler.senders.get(TENANT, NEW).state is SenderState.FAILED


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_key_that_may_only_read_changes_nothing(crm, handler, monkeypatch, method):
    keys = FakeKeys(an_api_key(crm.key, {Scope.SENDERS_READ}))
    monkeypatch.setattr(handler, "authenticator", Authenticator(keys, FakeClock(NOW)))
    path = PATH if method == "POST" else f"{PATH}/hotel-sol.test"
    status, body, _ = crm.request(method, path, {"domain": NEW} if method == "POST" else None)
    assert (status, body["code"]) == (403, "scope_missing")
    assert crm.request("GET", PATH)[0] == 200


def test_a_sender_that_broke_comes_with_the_record_to_paste_in_the_readers_language(crm, handler):
    gone = Finding(
        code=Code.RELATIVE_TARGET,
        name=f"t1._domainkey.{NEW}",
        seen=(f"t1.dkim.amazonses.com.{NEW}",),
        cure=Record(
            name=f"t1._domainkey.{NEW}", type=RecordType.CNAME, value="t1.dkim.amazonses.com"
        ),
    )
    change = Change(at=NOW, record=f"t1._domainkey.{NEW} CNAME", before=("a",), after=("b",))
    watch = Watch(
        standing=Standing.DEGRADED,
        since=NOW,
        checked_at=NOW,
        findings=(gone,),
        zone=NEW,
        panel="ovh",
        changes=(change,),
    )
    keep(handler, state=SenderState.VERIFIED, watch=packed(watch), stops_marketing=True)
    _, body, _ = crm.request("GET", f"{PATH}/{NEW}", **{"Accept-Language": "es"})
    shown = body["authentication"]
    assert (shown["standing"], shown["stops_marketing"]) == ("degraded", True)
    (finding,) = shown["findings"]
    assert finding["sentence"] == phrase("es", "dns.relative_target.sentence")
    assert finding["who"] == phrase("es", "who.web_company")
    assert finding["record"] == {
        "type": "CNAME",
        "name": f"t1._domainkey.{NEW}",
        "host": "t1._domainkey",
        "priority": None,
        "value": "t1.dkim.amazonses.com.",
    }
    assert (shown["changes"][0]["before"], shown["changes"][0]["after"]) == (["a"], ["b"])
    assert "reservas siguen saliendo" in body["advice"]["sentence"]

    back = replace(watch, standing=Standing.VERIFIED, held=True)
    keep(handler, state=SenderState.VERIFIED, watch=packed(back), stops_marketing=True)
    _, body, _ = crm.request("GET", f"{PATH}/{NEW}", **{"Accept-Language": "es"})
    assert body["advice"]["next_step"] == "Reanude las ofertas."


def test_before_dns_was_looked_at_nothing_is_said_of_it(crm, handler):
    keep(handler)
    _, body, _ = crm.request("GET", f"{PATH}/{NEW}")
    assert body["authentication"] is None
