"""Breaks a hotel's zone in every way and checks it, as docs/dns-faults.md shows."""
