"""Templates: one environment for each language, in which whatever stays the same on every page is written out when a template is read.

`{{ _("Hạn") }}`, `{{ icon("clock") }}` and `{{ badge("good", "check", _("đã có")) }}` name nothing that a page decides, yet on a page of
labels calling them again and again costs as much as everything else on it. Here they become plain text of the template.
"""

import re
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from flask import Flask, current_app
from flask.templating import Environment
from jinja2 import nodes
from jinja2.ext import Extension
from markupsafe import escape

from web.i18n import LOCALES, current_locale, speaking

PARTS: Final = "macros.html"
"""What every page is put together from: its macros are known in all templates."""
SAME_ON_EVERY_PAGE: Final = frozenset({"_", "gettext", "icon", "badge", "asset"})
"""Functions whose answer depends on their arguments and the language only."""
_OUTPUT: Final = re.compile(rf"\{{\{{ (?:{'|'.join(sorted(SAME_ON_EVERY_PAGE))})\([^{{}}]*\}}\}}")
_KEY: Final = "tungnha-templates"


class Templates(Environment):
    """Flask's environment; what templates know is put together once for each template, not looked for in two places at every name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def render_template(name: str, /, **values: Any) -> str:
    """Return a page in the language that is being spoken, made of a template and `values`."""
    current_app.update_template_context(values)
    return environment().get_template(name).render(values)


def environment() -> Environment:
    """Return the templates in the language that is being spoken."""
    spoken: dict[str, Environment] = current_app.extensions[_KEY]
    return spoken[current_locale()]


def prepare(app: Flask) -> None:
    """Read the common parts in every language; after this, nothing is added to what templates know."""
    app.extensions[_KEY] = {locale: _environment(app.jinja_env, locale) for locale in LOCALES}


def _environment(plain: Environment, locale: str) -> Environment:
    written = type("WrittenOut", (_WrittenOut,), {"plain": plain, "locale": locale})
    spoken = plain.overlay(extensions=[written])
    parts = {name: part for name, part in vars(spoken.get_template(PARTS).module).items() if not name.startswith("_")}
    spoken.globals = {**plain.globals, **parts}
    return spoken


class _WrittenOut(Extension):
    """Writes out what is the same on every page."""

    plain: Environment
    locale: str

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _OUTPUT.sub(lambda found: self._written(found.group()), source)

    def _written(self, output: str) -> str:
        """Return what an output says, or the output itself if a page has a say in it."""
        said = next(self.plain.parse(output).find_all(nodes.Output)).nodes
        try:
            with speaking(self.locale):
                text = "".join(str(escape(self._fixed(each))) for each in said)
        except LookupError:
            return output
        return output if "{" in text else text

    def _fixed(self, node: nodes.Node) -> Any:
        """Return a constant, or what one of the functions says of constants; LookupError for everything else."""
        match node:
            case nodes.Const():
                return node.value
            case nodes.Call(node=nodes.Name(name=name), dyn_args=None, dyn_kwargs=None) if name in SAME_ON_EVERY_PAGE:
                say: Callable[..., Any] = self.plain.globals[name]  # type: ignore[assignment]
                named = {given.key: self._fixed(given.value) for given in node.kwargs}
                return say(*map(self._fixed, node.args), **named)
        raise LookupError
