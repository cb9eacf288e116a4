"""The refusal of a file."""

from workflow.errors import WorkflowError


class FileRefused(WorkflowError):
    """A file that is not taken, with why and what to do. `reason` is a word a program may branch on."""

    status = 422
    code = "file_refused"
    message = "%(what)s. %(todo)s."

    def __init__(self, reason: str, what: str, todo: str) -> None:
        self.reason = reason
        super().__init__(what=what, todo=todo)
