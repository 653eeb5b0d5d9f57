"""What can keep queries from being measured."""

from __future__ import annotations

from vrss_contract.errors import Trouble

UNCALIBRATED = Trouble(
    "uncalibrated",
    "The contract's calibration query can't be asked, so that times mean nothing.",
    says="the contract's calibration query can't be asked",
    tried="to run\n{sql}",
    do="mend `calibration:` in the contract's manifest, or the schema that it reads",
)
