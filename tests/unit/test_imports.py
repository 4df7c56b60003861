"""The core stays mute and the event path lean: what a module may import is a promise too."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[2] / "lambdas"


def modules(folder: str) -> list[Path]:
    return sorted((LAMBDAS / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", modules("bellhop/domain"), ids=lambda path: path.stem)
def test_the_rules_import_nothing_but_the_standard_library(path):
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("bellhop.domain")
    }
    assert not foreign


@pytest.mark.parametrize("path", modules("bellhop/usecases"), ids=lambda path: path.stem)
def test_the_use_cases_import_rules_and_ports_only(path):
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith(("bellhop.domain", "bellhop.usecases"))
    }
    assert not foreign


@pytest.mark.parametrize("path", modules("."), ids=lambda path: str(path.relative_to(LAMBDAS)))
def test_nothing_that_is_deployed_knows_the_local_world(path):
    assert not {name for name in imported(path) if name.partition(".")[0] in {"local", "tests"}}


LOOKING_UP = {"dns", "bellhop.name_servers"}


def reached(*starts: str) -> set[str]:
    """All modules of ours that a module leads to, and the foreign ones that these import."""
    waiting, seen = list(starts), set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        path = LAMBDAS / Path(*module.split("."))
        found = [each for each in (path.with_suffix(".py"), path / "__init__.py") if each.exists()]
        waiting += [name for each in found for name in imported(each)]
    return seen


@pytest.mark.parametrize("function", ["api", "ingest", "send"])
def test_the_paths_of_an_email_never_look_into_dns(function):
    modules = reached(f"{function}.handler")
    assert "bellhop.settings" in modules
    assert not {each for each in modules if each in LOOKING_UP or each.startswith("dns.")}


@pytest.mark.parametrize("function", ["ingest", "send"])
def test_what_dns_is_judged_by_is_no_load_for_an_email(function):
    judging = "bellhop.domain.authentication"
    assert not {each for each in reached(f"{function}.handler") if each.startswith(judging)}


@pytest.mark.parametrize("function", ["onboard", "handover"])
def test_what_looks_into_dns_is_the_watch_over_senders_and_their_page(function):
    assert {"dns.query", "bellhop.domain.authentication.answers"} <= reached(f"{function}.handler")


def test_the_page_has_no_way_to_ses_or_a_queue():
    modules = reached("handover.handler")
    assert not {each for each in modules if each == "boto3" or "queue" in each or ".ses" in each}


def test_the_event_path_imports_neither_boto3_nor_pydantic():
    environment = {
        "PYTHONPATH": str(LAMBDAS),
        "BELLHOP_STAGE": "test",
        "BELLHOP_TABLE": "table",
        "BELLHOP_RECORD_DAYS": "400",
        "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dlq",
        "AWS_REGION": "eu-west-1",
        "POWERTOOLS_SERVICE_NAME": "ingest",
        "POWERTOOLS_METRICS_NAMESPACE": "Bellhop",
    }
    code = "import sys, ingest.handler; print(' '.join(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert {"pynamodb", "ingest.handler"} <= loaded
    assert not {"boto3", "pydantic", "inscriptis", "publicsuffixlist"} & loaded
