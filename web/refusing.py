"""What the engine refuses is shown in the form that asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from web.forms import Form
from workflow.errors import NotFound, WorkflowError


@contextmanager
def told_in(form: Form) -> Iterator[None]:
    """Put a refusal of what is done inside into the form, and go on behind it. NotFound passes: what is absent has its own page.

    So a view carries out, says so and leads on inside, and shows its page again behind.
    """
    try:
        yield
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
