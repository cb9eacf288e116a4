"""Finding a door in the queue."""

from wtforms import StringField

from web.forms import Form
from web.i18n import _l


class FindForm(Form):
    """A name or a house number, with or without accents."""

    q = StringField(_l("Tìm tên, số nhà (không cần dấu)"))
