"""``python -m vrss_contract`` is ``vrss-contract``."""

from vrss_contract.cli import main

main()
