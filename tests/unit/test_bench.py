"""What the benches measure still works: a measurement is made by hand, and now and then."""

import pytest

from bench.imports import CODE, seconds
from bench.table import Table, sections


@pytest.mark.parametrize("program", CODE)
def test_each_program_whose_import_is_timed_starts(program):
    imports, client = CODE[program]
    assert seconds(f"{imports}; {client}") > 0


def test_a_table_replaces_the_one_of_its_title_and_no_other():
    one, two = (
        Table(title=title, header=["x"], rows=[["1"]], note="A note.").markdown()
        for title in ("One", "Two")
    )
    page = sections(f"# Measured\n\nBy hand.\n\n{one}\n\n{two}")
    assert list(page.values()) == ["# Measured\n\nBy hand.", one, two]
    assert list(page | sections(two.replace("1", "2"))) == list(page)
