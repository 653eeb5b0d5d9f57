"""Tools of this repository, which the package does without."""
