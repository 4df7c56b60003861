"""The function `api`: handler.py is all of it."""
