"""The sending protocol as a machine that does its worst, and what each of its guards is for."""
