"""What a replay of archived events finds missing, and how it is mended and told."""

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bellhop.domain.contacts import Contact
from bellhop.domain.facts import FactKind
from bellhop.usecases.record_event import record_event
from ops import rebuild
from ops.__main__ import main
from ops.comparison import Kind
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record, an_email_id, an_event
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants

DAYS = ["--from", "2026-11-24", "--to", "2026-11-25"]
A_BOUNCE = {
    "bounceType": "Permanent",
    "bouncedRecipients": [{"emailAddress": GUEST, "status": "5.1.1"}],
    "feedbackId": "0102-made-up",
}


class FakeS3:
    """A bucket in memory, with the two calls that an archive needs."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self.objects = objects

    def get_paginator(self, _operation: str):
        return self

    def paginate(self, *, Prefix: str, **_bucket: str):  # noqa: N803 (boto3's names)
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        yield {"Contents": [{"Key": key} for key in keys]} if keys else {}

    def get_object(self, *, Key: str, **_bucket: str):  # noqa: N803 (boto3's names)
        return {"Body": io.BytesIO(self.objects[Key])}


class World:
    """A table, an archive, and an operator."""

    def __init__(self, monkeypatch, capsys) -> None:
        self.records, self.contacts = FakeRecords(), FakeContacts()
        self.objects: dict[str, bytes] = {}
        self.capsys = capsys
        monkeypatch.setattr(rebuild, "open_deployment", lambda _stage: {"ArchiveBucketName": "b"})
        session = SimpleNamespace(client=lambda _service: FakeS3(self.objects))
        monkeypatch.setattr(rebuild, "aws", lambda: session)
        monkeypatch.setattr(rebuild, "RecordStore", lambda **_keep: self.records)
        monkeypatch.setattr(rebuild, "ContactStore", lambda: self.contacts)
        monkeypatch.setattr(rebuild, "TenantStore", lambda: FakeTenants(TENANT))
        monkeypatch.setattr(
            rebuild, "TenantSettingsStore", lambda: SimpleNamespace(get=lambda _tenant: None)
        )

    def archive(self, *events: str, day: str = "2026/11/24") -> None:
        lines = [json.dumps({"Type": "Notification", "Message": event}) for event in events]
        data = "".join(f"{line}\n" for line in lines).encode()
        self.objects[f"events/{day}/{len(self.objects)}.jsonl.gz"] = gzip.compress(data)

    def ops(self, *options: str) -> SimpleNamespace:
        code = main(["rebuild", *DAYS, *options])
        out, err = self.capsys.readouterr()
        return SimpleNamespace(code=code, lines=out.splitlines(), err=err)


@pytest.fixture
def world(monkeypatch, capsys):
    world = World(monkeypatch, capsys)
    record = a_record(a_fact(FactKind.SENT))
    world.records.kept[record.id] = record
    return world


def by_identity(facts):
    return sorted(facts, key=lambda fact: fact.identity)


def test_a_missing_fact_and_its_suppression_are_shown_and_nothing_is_written(world):
    world.archive(an_event("Send"), an_event("Bounce", A_BOUNCE))
    before = dict(world.records.kept)
    shown = world.ops()
    assert shown.code == rebuild.LEFT
    assert [line.split("  ")[1].partition(",")[0] for line in shown.lines] == [
        "missing fact: bounce",
        "missing suppression: user_unknown",
    ]
    assert "--apply mends them" in shown.err
    assert (world.records.kept, world.contacts.kept) == (before, {})


def test_what_was_mended_differs_no_more(world):
    world.archive(an_event("Bounce", A_BOUNCE), an_event("Bounce", A_BOUNCE))
    mended = world.ops("--apply")
    assert mended.code == 0
    assert len(mended.lines) == 2
    assert all("  mended: missing" in line for line in mended.lines)
    assert world.contacts.get(an_email_id().contact).suppression.reason == "user_unknown"
    again = world.ops("--apply")
    assert (again.code, again.lines) == (0, [])
    assert "nothing differs" in again.err


def test_a_rebuilt_record_is_what_the_events_made_at_their_time(world):
    events = [an_event("Delivery", {"smtpResponse": "250 ok"}), an_event("Bounce", A_BOUNCE)]
    at_their_time, contacts = FakeRecords(), FakeContacts()
    at_their_time.kept = dict(world.records.kept)
    for event in map(rebuild.read_event, events):
        record_event(*event, records=at_their_time, contacts=contacts, tenants=FakeTenants())
    world.archive(*reversed(events))
    world.ops("--apply")
    (rebuilt,), (recorded,) = world.records.kept.values(), at_their_time.kept.values()
    assert by_identity(rebuilt.facts) == by_identity(recorded.facts)
    assert world.contacts.kept == contacts.kept


def test_a_fact_that_is_read_otherwise_today_is_shown_and_replaced(world):
    world.archive(an_event("Bounce", A_BOUNCE))
    world.ops("--apply")
    record = world.records.get(an_email_id())
    (bounce,) = [fact for fact in record.facts if fact.kind is FactKind.BOUNCE]
    old = replace(bounce, detail={**bounce.detail, "reason": "unknown"})
    others = tuple(fact for fact in record.facts if fact != bounce)
    world.records.kept[record.id] = replace(record, facts=(*others, old))
    (line,) = world.ops().lines
    assert "differing fact: bounce" in line
    assert line.endswith("reason unknown → user_unknown")
    assert world.ops("--apply").code == 0
    assert bounce in world.records.get(record.id).facts
    assert world.ops().lines == []


def test_bounces_that_are_counted_suppress_in_a_dry_run_too(world):
    full = {"bounceType": "Transient", "bounceSubType": "MailboxFull"}
    for number in range(5):
        email_id = an_email_id(at=NOW + timedelta(minutes=number), request=number)
        world.records.kept[email_id] = a_record(id=email_id)
        bounce = {
            **full,
            "bouncedRecipients": [{"emailAddress": GUEST, "status": "5.2.2"}],
            "feedbackId": f"f-{number}",
            "timestamp": f"2026-11-{number + 11}T12:00:00Z",
        }
        world.archive(an_event("Bounce", bounce, email_id=email_id))
    kinds = [json.loads(line)["difference"] for line in world.ops("--json").lines]
    assert kinds == [Kind.MISSING_FACT] * 5 + [Kind.MISSING_SUPPRESSION]


def test_what_expired_or_was_erased_stays_gone_but_suppressed(world):
    world.records.kept.clear()
    key = an_email_id("erased@correo.test").contact
    world.contacts.kept[key] = Contact(
        tenant=TENANT, key=key, address="", suppressions={}, erased_at=NOW
    )
    erased = an_email_id("erased@correo.test")
    world.archive(
        an_event("Bounce", A_BOUNCE),
        an_event("Bounce", A_BOUNCE, email_id=erased, address="erased@correo.test"),
        an_event("Delivery", email_id=an_email_id("c@correo.test"), address="c@correo.test"),
    )
    mended = world.ops("--apply")
    assert [line.split("  ")[1].partition(",")[0] for line in mended.lines] == [
        "mended: missing suppression: user_unknown"
    ] * 2
    assert "2 expired, 1 erased" in mended.err
    assert world.records.kept == {}
    assert world.contacts.get(key).address == ""


def test_a_suppression_that_somebody_cleared_since_is_not_missing(world):
    world.archive(an_event("Bounce", A_BOUNCE))
    world.ops("--apply")
    key = an_email_id().contact
    contact = world.contacts.get(key)
    world.contacts.kept[key] = replace(contact, suppressions={}, cleared_at=NOW + timedelta(days=1))
    assert world.ops().lines == []


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--tenant", TENANT], 2),
        (["--tenant", "hotel-mar"], 0),
        (["--email", str(an_email_id())], 2),
        (["--email", str(an_email_id("other@correo.test"))], 0),
    ],
)
def test_one_hotel_or_one_email_can_be_asked_for(world, options, found):
    world.archive(an_event("Bounce", A_BOUNCE))
    assert len(world.ops(*options).lines) == found


def test_only_the_days_that_were_asked_for_are_read(world):
    world.archive(an_event("Bounce", A_BOUNCE), day="2026/11/26")
    world.archive(an_event("Delivery"), day="2026/11/25")
    shown = world.ops()
    assert [line.split(" ")[4] for line in shown.lines] == ["delivery,"]
    assert "1 events in 1 objects" in shown.err


def test_what_cannot_be_read_is_told_and_the_rest_is_compared(world):
    world.archive("no event", "Successfully validated SNS topic for Amazon SES event publishing.")
    world.objects["events/2026/11/24/broken.jsonl.gz"] = gzip.compress(b"{}")[:-9]
    world.archive(an_event("Delivery"))
    shown = world.ops()
    assert len(shown.lines) == 1
    assert "2 unreadable" in shown.err
    assert "broken.jsonl.gz is not whole" in shown.err


def test_no_line_names_a_guest(world):
    bounce = {
        **A_BOUNCE,
        "bouncedRecipients": [
            {"emailAddress": GUEST, "status": "5.1.1", "diagnosticCode": f"550 <{GUEST}> unknown"}
        ],
    }
    world.archive(an_event("Bounce", bounce))
    for options in ([], ["--json"]):
        shown = world.ops(*options)
        assert shown.lines
        assert GUEST not in "".join(shown.lines) + shown.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2026-11-26"], "name the earlier day first"),
        (["--email", "ct_1"], "no email id"),
        ([], "the archive has nothing from 2026-11-24"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_next_step(world, options, said):
    answer = world.ops(*options)
    assert answer.code == 1
    assert said in answer.err


def test_a_day_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["rebuild", "--from", "yesterday", "--to", "2026-11-25"])
    assert ended.value.code == 2
    assert "write it like 2026-11-01" in capsys.readouterr().err


def test_a_fact_that_changed_meanwhile_is_left_for_the_next_run(world):
    world.archive(an_event("Bounce", A_BOUNCE))
    world.ops("--apply")
    record = world.records.get(an_email_id())
    facts = tuple(replace(fact, detail={}) for fact in record.facts)
    world.records.kept[record.id] = replace(record, facts=facts)
    world.records.replace = lambda *_anything: False
    answer = world.ops("--apply")
    assert answer.code == rebuild.LEFT
    assert "run it again" in answer.err
