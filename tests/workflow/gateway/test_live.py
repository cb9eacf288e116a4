"""A live door and a live case name every column of their tables: a column that is added to one is added to the other."""

from dataclasses import fields

import pytest

from workflow.gateway.live import LiveCase, LiveDoor
from workflow.tables import Case, Door, table_of


@pytest.mark.parametrize(("live", "model"), [(LiveCase, Case), (LiveDoor, Door)])
def test_every_column_has_its_field(live, model):
    assert {field.name for field in fields(live)} >= {column.name for column in table_of(model).columns}
