"""Markdown and HTML out of template files; every value is escaped unless it is markup already.

A renderer keeps its templates beside it, and Jinja is imported when the first of them is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_MARKUP = re.compile(r"""[!"#$&'()*:<>@\[\\\]^_`{|}~]""")
"""What means something in Markdown or HTML, in GitHub's too: mentions, issues, emoji, formulas."""


@cache
def template(package: str, name: str, **filters: Callable[..., object]) -> Template:
    """The template ``name`` beside the modules of ``package``: HTML if its suffix is that.

    Besides ``filters`` it may use ``code``, which shows a value as code on one line.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - see above

    room, _, folder = package.rpartition(".")
    environment = Environment(
        loader=PackageLoader(room, folder),
        autoescape=True,
        finalize=_html if name.endswith(".html") else markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"code": code, **filters}
    return environment.get_template(name)


def markdown(value: object) -> Markup:
    """The value on one line of Markdown that a reader takes for nothing but text."""
    from markupsafe import Markup  # noqa: PLC0415 - see above

    if isinstance(value, Markup):
        return value
    line = _seen(" ".join(str(value).splitlines()))
    return Markup(_MARKUP.sub(lambda found: f"&#{ord(found[0])};", line))  # noqa: S704 - escaped


def code(value: object) -> Markup:
    """The value as code on one line of Markdown; within backticks nothing could be escaped."""
    from markupsafe import Markup  # noqa: PLC0415 - see above

    return Markup("<code>{}</code>").format(markdown(value))


def _html(value: object) -> object:
    """The value for Jinja, which escapes what is HTML in it."""
    from markupsafe import Markup  # noqa: PLC0415 - see above

    return value if isinstance(value, Markup) else _seen(str(value))


def _seen(text: str) -> str:
    """The text with escapes for all that draws nothing of its own: who shows it may be a terminal.

    Line ends and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode("ascii")
        for one in text
    )
