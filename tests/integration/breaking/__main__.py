"""Breaks every step and prints what became of the emails."""

from tests.integration.breaking.every_step import break_all, table

print(table(list(break_all())))
