"""vrss-contract: says whether a PostgreSQL database keeps a contract, clause by clause.

From Python: a contract, a target and a server in, verdicts out.

>>> from vrss_contract import Outcome, Verification, choose_server, paths
>>> from vrss_contract import read_contract, read_target, select, verify
>>> contract = read_contract(paths.contracts())  # or the folder of another one
>>> verification = Verification(
...     contract=contract,
...     clauses=select(contract.clauses, kinds=["table"]),
...     target=read_target(contract.manifest.required_schema()),  # or the path of any .sql file
...     server=choose_server("embedded"),  # what --server takes
... )
>>> result = verify(verification)
>>> [verdict.id for verdict in result.verdicts if verdict.outcome is not Outcome.HOLDS]
[]

What can't be done is raised as a TroubleError, whose text says what was tried, what was found and
what to do. Public are the names of ``__all__`` and ``paths``; what stands deeper may change without
notice. Each is imported when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not typing's, whose import takes longer than all of this
if TYPE_CHECKING:
    from vrss_contract.checks.run import Verification, VerificationResult, verify
    from vrss_contract.checks.verdict import Finding, Outcome, Verdict
    from vrss_contract.contract.model import Clause, Contract
    from vrss_contract.contract.read import read_contract
    from vrss_contract.contract.selection import select
    from vrss_contract.errors import TroubleError
    from vrss_contract.postgres import Server
    from vrss_contract.postgres.choose import choose as choose_server
    from vrss_contract.target import Target
    from vrss_contract.target.sqlfile import read as read_target

__all__ = [
    "Clause",
    "Contract",
    "Finding",
    "Outcome",
    "Server",
    "Target",
    "TroubleError",
    "Verdict",
    "Verification",
    "VerificationResult",
    "choose_server",
    "read_contract",
    "read_target",
    "select",
    "verify",
]
__version__ = "0.1.0"

_PLACES = {
    "Clause": "contract.model:Clause",
    "Contract": "contract.model:Contract",
    "Finding": "checks.verdict:Finding",
    "Outcome": "checks.verdict:Outcome",
    "Server": "postgres:Server",
    "Target": "target:Target",
    "TroubleError": "errors:TroubleError",
    "Verdict": "checks.verdict:Verdict",
    "Verification": "checks.run:Verification",
    "VerificationResult": "checks.run:VerificationResult",
    "choose_server": "postgres.choose:choose",
    "read_contract": "contract.read:read_contract",
    "read_target": "target.sqlfile:read",
    "select": "contract.selection:select",
    "verify": "checks.run:verify",
}
"""Where each public name is, in this package."""

if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> object:
        """The public name, imported."""
        import importlib  # noqa: PLC0415 - the command line is to hear interrupts at once

        module, _, attribute = _PLACES.get(name, "").partition(":")
        if not module:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(
            importlib.import_module(f"{__name__}.{module}"), attribute
        )
        return value
