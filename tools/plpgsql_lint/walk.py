"""PL/pgSQL's tree, walked in the order of the text, one probe for each statement in it.

Knows the tree as pglast gives it, and from it which variables a statement sees and which part of
the body it is. Knows no server.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from pglast import parse_plpgsql, parse_sql
from pglast.parser import ParseError

from tools.plpgsql_lint.probes import Mode, Probe, quoted
from tools.plpgsql_lint.source import Body

Node = dict[str, Any]

DYNAMIC = "EXECUTE builds its statement at run time; not judged"
CALLED = "EXPLAIN does not take CALL; not judged"

_EXPLAINED = {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"}
_UNDECLARED_FIELD = re.compile(r'"(\w+)\.\w+" is not a known variable')
_VARIABLES = {"var", "target"}
_STATEMENT, _ASSIGNMENT = 0, {3, 4, 5}
"""The parse modes of an expression; any other is a bare expression."""


def probes(body: Body, create: str) -> list[Probe]:
    """All that a body holds.

    Args:
        body: its language is plpgsql, and the server takes its syntax.
        create: the statement of the file that holds it.

    Raises:
        ParseError: pglast does not read what the server reads.
    """
    tree, types = _tree(create)
    walk = _Walk(body, tree["datums"], types)
    walk.visit(tree["action"])
    return walk.found


def _tree(create: str) -> tuple[Node, dict[str, str]]:
    """The tree, and the types of the variables that only a catalog could show to be rows."""
    types: dict[str, str] = {}
    while True:
        try:
            return parse_plpgsql(create)[0]["PLpgSQL_function"], types
        except ParseError as error:
            unknown = _UNDECLARED_FIELD.match(str(error.args[0]))
            name = unknown[1] if unknown else ""
            declared = re.compile(rf'(?i)(\b{name}\s+)([\w."%]+)(?=\s*(?:[;=]|:=|DEFAULT))')
            row = declared.search(create)
            if not name or name in types or not row:
                raise
            types[name] = row[2]
            create = declared.sub(r"\1record", create, count=1)


@dataclass(slots=True)
class _Scope:
    label: str
    variables: dict[str, str] = field(default_factory=dict)
    fillers: dict[str, str] = field(default_factory=dict)

    def head(self) -> str:
        label = f"<<{quoted(self.label)}>> " if self.label else ""
        declared = " ".join(f"{quoted(name)} {kind};" for name, kind in self.variables.items())
        return f"{label}DECLARE {declared} BEGIN"


class _Walk:
    """One pass over a tree; ``found`` holds what it has met."""

    def __init__(self, body: Body, datums: list[Node], types: dict[str, str]) -> None:
        self.found: list[Probe] = []
        self._text = body.text
        self._types = types
        self._datums = datums
        self._opened: dict[int, Node] = {}
        named = (datum.get("PLpgSQL_var") or datum.get("PLpgSQL_rec") or {} for datum in datums)
        self._undeclared = deque(each for each in named if "lineno" in each)
        self._line, self._index = 1, 0
        outermost = _Scope(body.name)
        for number, (name, kind) in enumerate(body.parameters, 1):
            outermost.variables |= {f"${number}": kind} | ({name: kind} if name else {})
        self._scopes = [outermost]

    def visit(self, part: Any) -> None:
        """Meet a node, or each node of a list, by the handler of its name."""
        if isinstance(part, list):
            for each in part:
                self.visit(each)
            return
        for tag, node in part.items() if isinstance(part, dict) else ():
            self._line = node.get("lineno", self._line)
            if "dynquery" in node or tag.startswith("PLpgSQL_stmt_dyn"):
                self._add(Mode.NOTE, self._line_start(), DYNAMIC)
            handler = getattr(self, tag.lower().replace("plpgsql", ""), self._children)
            handler(node)

    def _children(self, node: Node) -> None:
        """Meet what a node holds; in the tree a loop's body stands before its query."""
        for key in sorted(node, key="body".__eq__):
            if key not in _VARIABLES and isinstance(node[key], dict | list):
                self.visit(node[key])

    def _stmt_block(self, node: Node) -> None:
        self._scopes.append(_Scope(node.get("label", "")))
        while self._undeclared and self._undeclared[0]["lineno"] <= node.get("lineno", 0):
            self._declare(self._undeclared.popleft())
        self.visit(node.get("body", []))
        self.visit(node.get("exceptions", []))
        self._scopes.pop()

    def _exception(self, node: Node) -> None:
        self._scopes.append(_Scope("", {"sqlstate": "text", "sqlerrm": "text"}))
        while self._undeclared and self._undeclared[0]["refname"] in {"sqlstate", "sqlerrm"}:
            self._undeclared.popleft()
        self.visit(node.get("action", []))
        self._scopes.pop()

    def _declare(self, variable: Node) -> None:
        self._line = variable["lineno"]
        self._children({key: variable[key] for key in variable if key != "datatype"})
        name = variable["refname"]
        declared = variable.get("datatype", {}).get("PLpgSQL_type", {}).get("typname", "record")
        self._scopes[-1].variables[name] = self._types.get(name, declared)

    def _stmt_fori(self, node: Node) -> None:
        self._children({key: node[key] for key in ("lower", "upper", "step") if key in node})
        self._loop(node, {node["var"]["PLpgSQL_var"]["refname"]: "integer"})

    def _stmt_fors(self, node: Node) -> None:
        self.visit(node["query"])
        self._fill(node["var"], node["query"])
        self._loop(node, {})

    def _stmt_forc(self, node: Node) -> None:
        self._children({"argquery": node.get("argquery")})
        self._loop(node, {node["var"]["PLpgSQL_rec"]["refname"]: "record"})

    def _loop(self, node: Node, declared: dict[str, str]) -> None:
        own = next((each for each in self._undeclared if each["refname"] in declared), None)
        if own:
            self._undeclared.remove(own)
        self._scopes.append(_Scope(node.get("label", ""), declared))
        if "curvar" in node:
            self._fill_from_cursor(node["var"], node["curvar"])
        self.visit(node.get("body", []))
        self._scopes.pop()

    def _stmt_open(self, node: Node) -> None:
        """A cursor that is declared without a query has the one that it was last opened for."""
        self._children(node)
        if "query" in node:
            self._opened[node["curvar"]] = node["query"]

    def _stmt_fetch(self, node: Node) -> None:
        self._children(node)
        self._fill_from_cursor(node.get("target", {}), node["curvar"])

    def _stmt_execsql(self, node: Node) -> None:
        self._children(node)
        self._fill(node.get("target", {}), node["sqlstmt"])

    def _stmt_case(self, node: Node) -> None:
        """A CASE with a subject compares a hidden variable, here put back into its subject."""
        if "t_expr" not in node:
            self._children(node)
            return
        self.visit(node["t_expr"])
        benchmark = node["t_expr"]["PLpgSQL_expr"]["query"]
        for branch in node["case_when_list"]:
            when = branch["PLpgSQL_case_when"]
            self._line = when["lineno"]
            values = when["expr"]["PLpgSQL_expr"]["query"].split(" IN (", 1)[1].removesuffix(")")
            self._ask(values, lead=f"SELECT ({benchmark}) IN (", tail=")")
            self.visit(when.get("stmts", []))
        self.visit(node.get("else_stmts", []))

    def _stmt_call(self, _: Node) -> None:
        self._add(Mode.NOTE, self._line_start(), CALLED)

    def _stmt_return(self, node: Node) -> None:
        """The row that a trigger gives back is handed on, not computed."""
        given = node.get("expr", {}).get("PLpgSQL_expr", {}).get("query", "")
        if given.lower() not in {"new", "old"}:
            self._children(node)

    def _expr(self, node: Node) -> None:
        query, parsed_as = node["query"], node["parseMode"]
        if parsed_as == _STATEMENT:
            mode = Mode.EXPLAIN if _is_explained(query) else Mode.RUN
            self._add(mode, self._locate(query), query)
        elif parsed_as in _ASSIGNMENT:
            sides = re.sub(r":?=", lambda sign: ",".rjust(len(sign[0])), query, count=1)
            self._ask(query, asked=sides, lead="SELECT ")
        else:
            self._ask(query, lead="SELECT ")

    def _ask(self, written: str, *, asked: str = "", lead: str = "", tail: str = "") -> None:
        self._add(Mode.EXPLAIN, self._locate(written), asked or written, lead=lead, tail=tail)

    def _add(self, mode: Mode, index: int, query: str, *, lead: str = "", tail: str = "") -> None:
        scopes = tuple(scope.head() for scope in self._scopes)
        fillers = tuple(each for scope in self._scopes for each in scope.fillers.values())
        probe = Probe(mode, index, query, lead, tail, scopes=scopes, fillers=fillers)
        self.found.append(probe)

    def _fill(self, target: Node, query: Node) -> None:
        """Let a record have a query's columns, without its rows, in all that follows."""
        name = target.get("PLpgSQL_rec", {}).get("refname")
        owner = next((scope for scope in reversed(self._scopes) if name in scope.variables), None)
        if owner is None:
            return
        rows = f"(\n{query['PLpgSQL_expr']['query']}\n) AS filler LIMIT 0"
        filler = f"FOR {quoted(name)} IN SELECT * FROM {rows} LOOP END LOOP"
        self._add(Mode.FILL, self._index, filler)
        owner.fillers[name] = filler

    def _fill_from_cursor(self, target: Node, cursor: int) -> None:
        declared = self._datums[cursor]["PLpgSQL_var"].get("cursor_explicit_expr")
        if query := declared or self._opened.get(cursor):
            self._fill(target, query)

    def _line_start(self) -> int:
        above = self._text.split("\n")[: self._line - 1]
        return sum(len(line) + 1 for line in above)

    def _locate(self, query: str) -> int:
        """Where the query stands: from the last one on, and not above its statement's line."""
        start = self._line_start()
        for begin in (max(start, self._index), start):
            for written, before in _spellings(query):
                if match := written.search(self._text, begin):
                    self._index = match.end()
                    return match.start() - before
        return start


def _spellings(query: str) -> list[tuple[re.Pattern[str], int]]:
    """Patterns of a query in the text, and how many characters of it stand before the match.

    PL/pgSQL blanks out an INTO with its targets, and makes a SELECT of PERFORM.
    """
    parts = [(query, 0, "")]
    if query.startswith("SELECT"):
        parts.append((query.removeprefix("SELECT"), -1, "PERFORM"))
    return [(_pattern(part, instead), before) for part, before, instead in parts]


def _pattern(part: str, instead: str) -> re.Pattern[str]:
    written = "".join("." if each == " " else re.escape(each) for each in part)
    edges = [r"\b" if each.isalnum() else "" for each in (part[0], part[-1])]
    return re.compile(f"{instead or edges[0]}{written}{edges[1]}", re.DOTALL | re.IGNORECASE)


def _is_explained(query: str) -> bool:
    try:
        return type(parse_sql(query)[0].stmt).__name__ in _EXPLAINED
    except ParseError:
        return True  # the server says what is wrong
