"""The function `ingest`: handler.py is all of it."""
