"""A superior's own forms: shown as tables, their cells named once, filled from a close with nothing else in the file changed."""

from workflow.documents.superior.cells import Cell, Grid
from workflow.documents.superior.choices import Choice, choice_of, choices_for, value_of
from workflow.documents.superior.grids import fill_form, read_grids

__all__ = ["Cell", "Choice", "Grid", "choice_of", "choices_for", "fill_form", "read_grids", "value_of"]
