"""An opt-in test of a stage in a real account; docs/deploy.md says how to run it.

Its steps are in smoke.py, and tests/end_to_end runs them against the local world.
"""
