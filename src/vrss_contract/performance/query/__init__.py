"""Queries that the application runs: their plans, buffers and times, as values."""
