"""How fast the product is, measured by commands that anyone can run from the repository.

Nothing here is part of the product: a bench calls it as a user would and prints a table.
"""
