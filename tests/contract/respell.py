"""A body in other words: the same tokens, otherwise written."""

import re
from collections.abc import Iterator

from vrss_contract.contract.model import Contract
from vrss_contract.sql.split import tokens

_FUNCTION = re.compile(r"function public\.(\w+)\(.*?\$body\$(?P<body>) \$body\$", re.DOTALL)


def filled(script: str, contract: Contract) -> str:
    """The script with each empty body filled by the contract's, respelled."""

    def fill(match: re.Match[str]) -> str:
        body = "".join(_respelled(contract.functions[match[1]].body))
        return match[0].removesuffix(" $body$") + body + "$body$"

    return _FUNCTION.sub(fill, script)


def _respelled(body: str) -> Iterator[str]:
    for token in tokens(body):
        if token.kind == "space":
            # A line end stays one: two strings with nothing else between them are one string.
            yield "\n\t" if "\n" in token.text else "  "
        elif token.silent:
            yield "/* in other words; */"
        else:
            yield token.text.upper() if token.kind == "word" else token.text
            yield "-- and so on\n" if token.text == ";" else ""
