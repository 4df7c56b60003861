"""Measurements that need data or time, and so are no tests."""
