"""The reference data: what an application needs before its first user.

Knows where its SQL stands and how its rows get the age of a dataset; does not know what is in it.
"""

from __future__ import annotations

from datetime import datetime

from vrss_contract import paths
from vrss_contract.data.dataset import Prepared
from vrss_contract.sql.literal import text as quoted

_AGED = """UPDATE subscription_tiers SET created_at = {moment}, updated_at = {moment}
WHERE created_at = now()"""


def text() -> str:
    """The SQL that makes the tiers which are missing, and changes none that is there."""
    return paths.reference().read_text("utf-8")


def aged(moment: datetime) -> Prepared:
    """What dates the tiers that this very transaction made, for the same rows every time."""
    return Prepared(_AGED.format(moment=quoted(moment.isoformat())))
