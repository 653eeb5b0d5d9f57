"""Interleavings: several sessions stepped in a chosen order, and every order there is.

Knows sessions, statements and who waits for whom; does not know the contract.
"""
