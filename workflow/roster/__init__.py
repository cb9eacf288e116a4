"""Spreadsheets in: read behind a fence, recognise columns, judge every row, compare with what is known, apply."""
