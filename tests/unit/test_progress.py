"""Every step is seen to begin and to end, in a terminal and in a log."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from local import progress
from local.progress import Progress


def reporter(*, terminal: bool) -> tuple[Progress, io.StringIO]:
    output = io.StringIO()
    return Progress(Console(file=output, force_terminal=terminal, width=200)), output


def test_log_has_a_line_when_a_step_begins_and_one_when_it_ends() -> None:
    reported, output = reporter(terminal=False)
    with reported.step("Deploy"):
        assert output.getvalue() == "Deploy …\n"
    assert output.getvalue().splitlines()[1].startswith("Deploy: done in 0.")


def test_log_keeps_quiet_about_details_that_follow_each_other_fast() -> None:
    reported, output = reporter(terminal=False)
    with reported.step("Deploy") as detail:
        detail("1/47 CREATE_COMPLETE")
    assert "CREATE_COMPLETE" not in output.getvalue()


def test_log_shows_a_detail_now_and_then_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DETAIL_INTERVAL", 0)
    reported, output = reporter(terminal=False)
    with reported.step("Destroy") as detail:
        detail("destroying... [1/1] [/done]")
    assert "  destroying... [1/1] [/done]\n" in output.getvalue()


def test_terminal_takes_details_that_look_like_markup() -> None:
    reported, output = reporter(terminal=True)
    with reported.step("Destroy") as detail:
        detail("destroying... [1/1] [/done]")
    assert "Destroy: done in" in output.getvalue()


def test_failing_step_is_not_reported_as_done() -> None:
    reported, output = reporter(terminal=False)
    with pytest.raises(ValueError, match="refused"), reported.step("Deploy"):
        raise ValueError("refused")
    assert "done" not in output.getvalue()
