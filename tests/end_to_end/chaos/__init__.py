"""Emails by the hundred through a bad day of SES's, by a seed, until each has its end.

``make chaos SEED=… EMAILS=…`` runs one; ``make test`` has one of a thousand emails.
"""
