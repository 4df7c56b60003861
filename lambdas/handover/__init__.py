"""The function `handover`: handler.py is all of it."""
