"""The figures that a paper is made from: those of a kept close of the whole unit."""

import uuid

from sqlalchemy.orm import Session

from workflow.closing.frozen import Frozen, read_frozen
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import bytes_of_close


def frozen_of_close(session: Session, context: CampaignContext, close_id: uuid.UUID) -> Frozen:
    """Return the figures of a close of the whole unit. Raises NotFound."""
    return read_frozen(bytes_of_close(session, context, close_id))
