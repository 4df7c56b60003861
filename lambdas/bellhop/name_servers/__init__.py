"""Asks the DNS for the rules of :mod:`bellhop.domain.authentication`; the send path never does."""
