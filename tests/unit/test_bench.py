"""What the benches measure still works: a measurement is made by hand, and now and then."""

import pytest

from bench.imports import CODE, seconds


@pytest.mark.parametrize("program", CODE)
def test_each_program_whose_import_is_timed_starts(program):
    imports, client = CODE[program]
    assert seconds(f"{imports}; {client}") > 0
