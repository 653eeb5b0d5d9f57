"""What can keep processes from judging."""

from __future__ import annotations

from vrss_contract.errors import Misuse, Trouble

PROCESS_DIED = Trouble(
    "process-died",
    "One of the processes that judge ended midway.",
    says="a process that judges ended midway",
    tried="judge {what} in process {pid}",
    found="it ended with {code}",
    do=(
        "see whether the machine is short of memory (its log tells of processes that it\n"
        "killed); --jobs 1 judges in one process, which needs least"
    ),
)
UNUSED_WAIVER = Misuse(
    "unused-waiver",
    "A waiver of clauses of which none falls.",
    says="the waiver at {place} is of no use",
    tried="to waive {patterns}",
    found="{found}",
    do="take the waiver out: what holds should be kept from now on",
)
