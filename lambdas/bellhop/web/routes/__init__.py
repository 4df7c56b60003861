"""The routes, a module for each resource: each parses, calls one use case and replies."""
