"""Interleavings: several sessions stepped in a chosen order, and every order there is."""
