"""A plan as a spreadsheet: read as an office has it, judged row by row against the pack, written out to be filled in or looked at.

Nothing here writes to the database: `workflow.actions.import_plan` puts in force what was read and agreed to.
"""
