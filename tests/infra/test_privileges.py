"""docs/privileges.md says what the template says, and nothing is granted without a word why."""

from tests.end_to_end.test_grants import FUNCTIONS
from tests.infra.privileges import COMMAND, REPORT, SERVICES, WHY, report
from tests.infra.templates import Template, as_list, statements


def test_the_report_is_up_to_date(templates: dict[str, Template]) -> None:
    current = report(templates["dev"])
    assert REPORT.read_text(encoding="utf-8") == current, f"grants changed; run {COMMAND}"


def test_every_reason_is_about_something_that_is_granted(templates: dict[str, Template]) -> None:
    explained = {(name, action) for name, reasons in WHY.items() for action in reasons}
    granted = {
        (name, action)
        for name in FUNCTIONS
        for statement in statements(templates["dev"], name)
        for action in as_list(statement["Action"])
    }
    assert explained == granted
    rows = report(templates["dev"])
    for principal, action in SERVICES:
        assert f"| {principal} | `{action}` |" in rows
