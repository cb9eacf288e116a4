"""No sentence without its English, and no English left in the Vietnamese pages, whoever wrote it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wtforms
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web import i18n
from web.i18n import page_text, page_text_of, speaking
from workflow.errors import WorkflowError

ROOT = Path(__file__).parents[3]
METHODS = [("web/**.py", "python"), ("web/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "_l": None, "_n": (1, 2), "ngettext": (1, 2), "N_": None}
PRONOUN = re.compile(r"\b(bạn|tôi)\b", re.IGNORECASE)
NAMED = re.compile(r"%\((\w+)\)[sd]")


def said() -> Iterator[tuple[str, str]]:
    """Yield (place, sentence) for every sentence that a page, a form or a refusal can say."""
    options = {"web/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true"}}
    found = extract_from_dir(ROOT, METHODS, options, KEYWORDS, ())
    for name, line, message, *_rest in found:
        if not str(name).startswith("web/"):
            continue
        yield f"{name}:{line}", message[0] if isinstance(message, tuple) else message
    pending = [WorkflowError]
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        if kind.__module__ == "workflow.errors":
            yield kind.__name__, kind.message


def engine_sentences() -> Iterator[str]:
    """Yield every text in the source of rules and engine: pages translate what they answer row by row."""
    for path in [*(ROOT / "workflow").rglob("*.py"), *(ROOT / "rules").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def english() -> dict[str, Message]:
    entries: dict[str, Message] = {}
    for path in [*i18n.FOLDER.glob("en*.po"), *(i18n.FOLDER / "en").glob("*.po")]:
        with path.open("rb") as text:
            for message in read_po(text):
                if message.id:
                    key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                    entries[key] = message
    return entries


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def test_every_sentence_has_its_english() -> None:
    known = english()

    missing = [
        f"{place}: {sentence}"
        for place, sentence in said()
        if sentence not in known or not all(strings(known[sentence]))
    ]

    assert missing == []


def test_the_english_fills_in_the_same_values() -> None:
    different = [key for key, message in english().items() for text in strings(message)
                 if set(NAMED.findall(key)) != set(NAMED.findall(text)) and "ngettext" not in key]  # fmt: skip

    assert different == []


def test_no_english_is_kept_for_sentences_that_nobody_says() -> None:
    assert sorted(set(english()) - {sentence for _, sentence in said()} - set(engine_sentences())) == []


def test_every_sentence_of_the_forms_library_has_its_vietnamese() -> None:
    folder = Path(wtforms.__file__).parent / "locale"
    with next(folder.glob("*.pot")).open("rb") as text:
        theirs = [message.id for message in read_po(text) if message.id]
    ours = i18n.wtforms_catalogue("vi")

    for message in theirs:
        one, many = message if isinstance(message, tuple | list) else (message, None)
        said = ours.ngettext(one, many, 2) if many else ours.gettext(one)
        assert said not in (one, many), f"not in Vietnamese: {one}"
        assert set(NAMED.findall(one)) == set(NAMED.findall(said))


@pytest.mark.parametrize("text", ["Not a valid choice.", "This field is required."])
def test_a_form_speaks_the_language_of_the_page(text: str) -> None:
    assert i18n.wtforms_catalogue("vi").gettext(text) in ("chọn một trong danh sách", "chưa ghi")
    assert i18n.wtforms_catalogue("en").gettext(text) == text


def test_a_page_may_give_a_number_in_words_and_values_are_escaped():
    with speaking("vi"):  # whatever language the page before was made in
        assert page_text_of("%(n)s hộ", "%(n)s hộ", 4546, n="4.546") == "4.546 hộ"
        assert page_text_of("%(n)s hộ", "%(n)s hộ", 7) == "7 hộ"
        assert page_text("Chào %(message)s", message="<b>") == "Chào &lt;b&gt;"
        assert page_text("Ghi 100 %%") == "Ghi 100 %"


def test_a_sentence_has_one_english_wherever_it_stands() -> None:
    """The catalogues are read as one: of two translations one would never be seen, and which depends on the names of files."""
    places: dict[str, list[str]] = {}
    for path in [i18n.FOLDER / "en.po", *sorted((i18n.FOLDER / "en").glob("*.po"))]:
        with path.open("rb") as text:
            for message in read_po(text):
                if message.id:
                    places.setdefault(str(message.id), []).append(path.name)

    assert {message: files for message, files in places.items() if len(files) > 1} == {}


def test_no_sentence_calls_anybody_you_or_me() -> None:
    """An office's paper names posts and people; between comrades of different age and rank a pronoun is always the wrong one."""
    called = [sentence for _place, sentence in said() if PRONOUN.search(sentence)]

    assert called == []
    assert [sentence for sentence in engine_sentences() if PRONOUN.search(sentence)] == []
