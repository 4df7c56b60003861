"""The table: the only place that knows PynamoDB and how items are written.

Every item is found by its whole key, or by one Query on a contact's partition; nothing is scanned.
Keys and items are described in docs/architecture.md.
"""
