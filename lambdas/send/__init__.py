"""The function `send`: handler.py is all of it."""
