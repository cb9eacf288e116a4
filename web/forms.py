"""Forms: text in, one typed value out. Every form carries the key that makes sending it twice the same as once."""

import uuid
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.fields import SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import NumberInput, TextInput

from rules.time import Instant, day_start, local_date, local_datetime
from rules.typed_time import DayAlone, Side, typed_day, typed_moment
from web.here import here
from web.i18n import _, current_locale, wtforms_catalogue
from web.sayings import sentence_of
from workflow.days import day_number, local_day
from workflow.days import day_start as start_of_day
from workflow.errors import WorkflowError
from workflow.plan.periods import periods_of

MOST_KEPT: Final = 1000
_EMPTY_BOXES: dict[Hashable, Any] = {}


class Form(FlaskForm):
    """Base of all forms. `key` is made with the page; `refuse` puts what the engine answered beside what was typed."""

    key = HiddenField(default=lambda: uuid.uuid4().hex)

    class Meta(FlaskForm.Meta):
        """Sentences in the language of the page. The gate has checked the token before the view runs."""

        csrf = False

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """Draw a field. An empty box looks the same every time, so it is drawn once and kept."""
            if not isinstance(field.widget, TextInput | NumberInput) or field._value():
                return super().render_field(field, render_kw)
            drawn = (vars(field.flags), render_kw, field.render_kw or {})
            key = (field.id, field.name, field.widget.input_type, *(tuple(each.items()) for each in drawn))
            if key not in _EMPTY_BOXES:
                if len(_EMPTY_BOXES) > MOST_KEPT:
                    _EMPTY_BOXES.clear()
                _EMPTY_BOXES[key] = super().render_field(field, render_kw)
            return _EMPTY_BOXES[key]

        def get_translations(self, _form: Any) -> Any:
            return wtforms_catalogue(current_locale())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def refuse(self, error: WorkflowError | str) -> None:
        """Show a refusal in the error summary; the page is answered with 422 then, or with the refusal's own status."""
        self.refusals.append(error if isinstance(error, str) else sentence_of(error))
        self.status = error.status if isinstance(error, WorkflowError) and error.status != 404 else 422

    status = 422

    @property
    def sent_key(self) -> str:
        """The key that came with the form."""
        return str(self.key.data or uuid.uuid4().hex)

    def unseen(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of each field that is sent without being shown."""
        for field in self:
            if getattr(field.widget, "input_type", "") == "hidden":
                yield field.name, field._value()

    @property
    def is_wrong(self) -> bool:
        """Whether something in it has to be mended."""
        return bool(self.errors or self.refusals)

    def problems(self) -> Iterator[tuple[str | None, str]]:
        """Yield (id of the field or None, sentence) for the summary on top of the page, in the order of the fields."""
        for sentence in self.refusals:
            yield None, sentence
        for field in self:
            for error in _flat(field.errors):
                yield field.id, f"{field.label.text}: {error}"


class Untouched:
    """A form as somebody finds it who has not typed anything: made once for equal values, given a new key for each page."""

    is_wrong = False

    def __init__(self, form: Form) -> None:
        self._form = form

    def __getattr__(self, name: str) -> Any:
        return getattr(self._form, name)

    def unseen(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of each field that is sent without being shown."""
        for name, value in self._form.unseen():
            yield name, uuid.uuid4().hex if name == "key" else value


@lru_cache(maxsize=MOST_KEPT)
def _untouched(make: type[Form], _locale: str, values: tuple[tuple[str, Any], ...]) -> Untouched:
    return Untouched(make(formdata=None, **dict(values)))


def untouched(make: type[Form], **values: str | int | None) -> Untouched:
    """Return a form to be shown, filled with `values`. Only for a form that looks the same to all: no choices of somebody's own."""
    return _untouched(make, current_locale(), tuple(values.items()))  # type: ignore[arg-type]


def _flat(errors: Any) -> Iterator[str]:
    if isinstance(errors, dict):
        errors = errors.values()
    for error in errors:
        if isinstance(error, str) or not isinstance(error, list | tuple | dict):
            yield str(error)
        else:
            yield from _flat(error)


class _TypedText(Field):
    """A text that is read into a value; what was typed stays in the box when it cannot be."""

    widget = TextInput()
    typed: str = ""

    def _value(self) -> str:
        return self.typed if self.raw_data else self.shown(self.data)

    def shown(self, value: Any) -> str:
        """Return a value as somebody would type it."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return the value of a text; ValueError with a sentence if it has none."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = self.read(self.typed) if self.typed else None


class DayField(_TypedText):
    """A day, typed 24/5/2025 or 24/5 (2025-05-24 is taken too). `side` says whether it lies ahead, behind, or near on either side."""

    def __init__(self, *args: Any, side: Side = "near", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side: Side = side

    def shown(self, value: Any) -> str:
        return f"{value.day:02d}/{value.month:02d}/{value.year}" if value else ""

    def read(self, text: str) -> Any:
        return _read(text, lambda: typed_day(text, since=here.now, side=self.side), _("ghi ngày như 24/5/2025"))


class MomentField(_TypedText):
    """An instant, typed 15:38 24/5/2025, 15:38 24/5, or what a browser's own box sends.

    It lies behind, and a time alone is that time of today; `ahead`: it lies in the future, and a time alone means the next one. `with_day`: what a
    paper says, so that the day must be typed. `alone` says what a day alone means, where it means anything.
    """

    def __init__(
        self, *args: Any, ahead: bool = False, with_day: bool = False, alone: DayAlone | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ahead, self.with_day, self.alone = ahead, with_day, alone

    @property
    def side(self) -> Side:
        """Where a day without its year lies."""
        return "ahead" if self.ahead else "behind"

    def shown(self, value: Any) -> str:
        return f"{local_datetime(value):%H:%M %d/%m/%Y}" if value is not None else ""

    def read(self, text: str) -> Any:
        hint = _("ghi ngày giờ như 15:38 24/5/2025") if self.with_day else _("ghi như 18:30, hoặc 18:30 24/5")
        return _read(text, lambda: self._instant(text), hint)

    def _instant(self, text: str) -> Instant:
        instant, with_day = typed_moment(text, since=here.now, on_day=not self.ahead, alone=self.alone, side=self.side)
        if self.with_day and not with_day:
            raise ValueError(text)
        return instant


class CutOffField(MomentField):
    """An instant of the campaign; a day alone means when that day's figures are cut, or its end where none are."""

    def _instant(self, text: str) -> Instant:
        try:
            return super()._instant(text)
        except ValueError:
            day = day_number(typed_day(text, since=here.now, side=self.side))
        cut_offs = (period.cut_off for period in periods_of(here.context.pack))
        return max((cut for cut in cut_offs if local_day(cut - 1) == day), default=start_of_day(day + 1))


def _read(text: str, reader: Callable[[], Any], hint: str) -> Any:
    try:
        return reader()
    except ValueError:
        raise ValueError(_("“%(text)s” không đọc được; %(hint)s", text=text, hint=hint)) from None


class ChoiceField(SelectField):
    """One of a few things; what is not among them is said in a sentence."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None or not any(str(self.data) == str(choice[0]) for choice in self.iter_choices()):
            raise ValidationError(_("chọn một trong danh sách"))


def day_of(instant: Instant) -> str:
    """Return the local day of an instant as somebody would type it."""
    on = local_date(instant)
    return f"{on.day:02d}/{on.month:02d}/{on.year}"


__all__ = ["ChoiceField", "CutOffField", "DayField", "Form", "MomentField", "StringField", "day_of", "day_start"]
