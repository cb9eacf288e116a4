"""What is the same on every page is written out when a template is read, once in each language, and nothing else is."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

from web import i18n, templating


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.jinja_environment = templating.Templates
    app.jinja_loader = DictLoader(
        {
            "macros.html": "{% macro told(what) %}<b>{{ what }}</b>{% endmacro %}",
            "page.html": '{{ _("Hạn") }}|{{ icon("clock") }}|{{ _("%(n)s ngày", n=3) }}|{{ told(name) }}|{{ icon(name) }}',
            "braces.html": '{{ _("Viết {{ tên }}") }}|{{ upper("x") }}',
        }
    )  # type: ignore[assignment]
    app.jinja_env.globals.update(_=i18n.page_text, icon=icon, upper=str.upper)
    templating.prepare(app)
    calls.clear()
    return app


calls: list[str] = []


def icon(name: str) -> Markup:
    calls.append(name)
    return Markup("<svg>{}</svg>").format(name)


@pytest.mark.parametrize(("locale", "words"), [("vi", "Hạn"), ("en", "Deadline")])
def test_a_page_is_in_the_language_that_is_spoken(app: Flask, locale: str, words: str) -> None:
    with app.test_request_context(), i18n.speaking(locale):
        page = templating.render_template("page.html", name="<A>")
    assert page.split("|")[0] == words
    assert page.split("|")[1] == "<svg>clock</svg>"
    assert page.split("|")[3:] == ["<b>&lt;A&gt;</b>", "<svg>&lt;A&gt;</svg>"]


def test_what_no_page_decides_is_asked_for_once(app: Flask) -> None:
    with app.test_request_context():
        for _ in range(3):
            templating.render_template("page.html", name="x")
    assert calls == ["clock", "x", "x", "x"]


def test_words_that_look_like_a_template_are_no_template(app: Flask) -> None:
    with app.test_request_context():
        assert templating.render_template("braces.html") == "Viết {{ tên }}|X"
