"""The function `onboard`: handler.py is all of it."""
