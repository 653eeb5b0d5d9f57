"""Rows drawn from what a contract declares, for any contract and the same ones for a seed."""
