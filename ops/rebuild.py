"""``ops rebuild``: recomputes records from archived events, shows the differences, mends them."""

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, TextIO

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from bellhop.domain.addresses import masked
from bellhop.domain.contacts import Suppression
from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.ses.events import read_event
from bellhop.store.contacts import ContactStore
from bellhop.store.records import RecordStore
from bellhop.store.tenant_settings import TenantSettingsStore
from bellhop.store.tenants import TenantStore
from bellhop.usecases.record_event import EmailEvent, Recording
from ops.archive import Archive
from ops.comparison import Comparison, Difference, Kind
from ops.deployment import OperatorError, add_stage, aws, open_deployment
from ops.progress import Progress

WITHOUT_RECORD = (
    Recording.FOREIGN,
    Recording.EXPIRED,
    Recording.ERASED,
    Recording.TENANT_GONE,
)
LEFT = 3
"""Exit code where differences were shown and not mended."""

_EPILOG = """\
exit codes: 0 nothing differs, or all was mended; 1 it could not run; 3 differences are left.
It never removes a fact or a suppression, and never brings back what has expired or was erased.
What Bellhop itself says of an email (sent, refused, suppressed, lapsed) is no event of SES's and is
not in the archive: the table's point-in-time recovery has it.
"""


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser(
        "rebuild",
        help="compare records with the archived events, and mend them",
        description="Reads the archive, recomputes what SES said of each email, and shows what the "
        "table lacks: a line each on standard output, progress on standard error.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option, dest, meaning in (
        ("--from", "first", "first day on which events arrived (UTC), e.g. 2026-11-01"),
        ("--to", "last", "last day, included"),
    ):
        parser.add_argument(
            option, dest=dest, type=_day, required=True, metavar="DATE", help=meaning
        )
    parser.add_argument("--tenant", help="only this hotel's emails, e.g. hotel-sol")
    parser.add_argument("--email", metavar="ID", help="only this email, em_…")
    parser.add_argument("--apply", action="store_true", help="mend what differs (default: show)")
    parser.add_argument("--json", action="store_true", help="show differences as JSON lines")
    add_stage(parser)
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no day; write it like 2026-11-01"
        raise argparse.ArgumentTypeError(message) from error


def run(options: argparse.Namespace) -> int:
    """Shows the differences and mends them if asked to; the exit code."""
    email_id = _email_id(options.email)
    if options.first > options.last:
        raise OperatorError(
            f"--from {options.first} is after --to {options.last}; name the earlier day first."
        )
    outputs = open_deployment(options.stage)
    archive = Archive(aws().client("s3"), outputs["ArchiveBucketName"])
    comparison = Comparison(
        # How long records are kept matters to new ones only, and none is made here.
        records=RecordStore(keep=timedelta()),
        contacts=ContactStore(),
        tenants=TenantStore(),
        settings_of=TenantSettingsStore().get,
        apply=options.apply,
    )
    reading = Reading(
        archive=archive, tenant=options.tenant, email_id=email_id, progress=Progress(sys.stderr)
    )
    try:
        return _show(reading, comparison, options, sys.stdout)
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        raise OperatorError(
            f"AWS did not let it finish: {error}. What was mended stays mended; mend the cause and "
            "run it again."
        ) from error


def _email_id(text: str | None) -> EmailId | None:
    email_id = EmailId.parse(text) if text else None
    if text and email_id is None:
        raise OperatorError(f"--email {text[:80]!r} is no email id; they look like em_…_… .")
    return email_id


@dataclass(slots=True, kw_only=True)
class Reading:
    """The archived events that were asked for, and what was met on the way."""

    archive: Archive
    tenant: str | None
    email_id: EmailId | None
    progress: Progress
    objects: int = 0
    events: int = 0
    unreadable: list[str] = field(default_factory=list)

    def of(self, first: date, last: date) -> Iterator[EmailEvent]:
        """The events that arrived on those days."""
        for key in self.archive.objects(first, last):
            self.objects += 1
            self.progress.show(f"{self.objects} objects, {self.events} events: {key}")
            try:
                yield from chain.from_iterable(map(self._events, self.archive.lines(key)))
            except (OSError, EOFError, zlib.error) as error:
                self.unreadable.append(f"{key} is not whole: {error}")

    def _events(self, line: str) -> Iterator[EmailEvent]:
        try:
            events = read_event(line)
        except UnreadableEventError as error:  # the dead-letter queue has it with its reason
            self.unreadable.append(masked(error.detail))
            return
        for event in events:
            if event.email_id and self._is_wanted(event):
                self.events += 1
                yield event

    def _is_wanted(self, event: EmailEvent) -> bool:
        email = self.email_id is None or event.email_id == self.email_id
        return email and (self.tenant is None or event.tenant == self.tenant)


def _show(
    reading: Reading, comparison: Comparison, options: argparse.Namespace, out: TextIO
) -> int:
    found, left = 0, 0
    for difference in comparison.of(reading.of(options.first, options.last)):
        found += 1
        left += not difference.mended
        reading.progress.clear()
        print(as_json(difference) if options.json else in_words(difference), file=out, flush=True)
    reading.progress.clear()
    if not reading.objects:
        raise OperatorError(
            f"the archive has nothing from {options.first} to {options.last}. Events get there "
            "within minutes and are kept for the stage's data.archive_days; name other days."
        )
    for problem in reading.unreadable[:10]:
        print(f"unreadable: {problem[:300]}", file=sys.stderr)
    print(_summary(reading, comparison, found, left), file=sys.stderr)
    return LEFT if left else 0


def _summary(reading: Reading, comparison: Comparison, found: int, left: int) -> str:
    parts = [f"{reading.events} events in {reading.objects} objects"]
    parts += [f"{comparison.ends[end]} {end}" for end in WITHOUT_RECORD if comparison.ends[end]]
    if reading.unreadable:
        parts.append(f"{len(reading.unreadable)} unreadable")
    done = "nothing differs" if not found else f"{found} differences, {found - left} mended"
    cure = "" if not left else "; run it again" if comparison.apply else "; --apply mends them"
    return f"{', '.join(parts)}: {done}{cure}"


def in_words(difference: Difference) -> str:
    """A difference for people, in one line."""
    archived, mended = difference.archived, "mended: " if difference.mended else ""
    what = f"{mended}{difference.kind.replace('_', ' ')}"
    said = f"{archived.at:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(archived, Suppression):
        return f"{difference.email_id}  {what}: {archived.reason}, {said}"
    if difference.kind is Kind.MISSING_FACT:
        detail = ", ".join(f"{name} {value}" for name, value in sorted(archived.detail.items()))
        return masked(f"{difference.email_id}  {what}: {archived.kind}, {said}: {detail}")
    assert difference.recorded is not None  # a differing fact differs from it
    before, after = _flat(difference.recorded), _flat(archived)
    changes = ", ".join(
        f"{name} {before.get(name)} → {after.get(name)}"
        for name in sorted(before | after)
        if before.get(name) != after.get(name)
    )
    return masked(f"{difference.email_id}  {what}: {archived.kind}, {said}: {changes}")


def as_json(difference: Difference) -> str:
    """A difference as one line of JSON; what stands before an @ is masked."""
    recorded = difference.recorded
    value = {
        "difference": difference.kind.value,
        "email_id": difference.email_id,
        "archived": _flat(difference.archived),
        "recorded": _flat(recorded) if recorded else None,
        "mended": difference.mended,
    }
    return masked(json.dumps(value, ensure_ascii=False))


def _flat(said: Fact | Suppression) -> dict[str, str | None]:
    common = {"identity": said.identity, "at": said.at.isoformat()}
    if isinstance(said, Suppression):
        return {**common, "reason": said.reason}
    return {**common, "kind": said.kind.value, "attempt": said.attempt, **said.detail}
