"""When two spellings are proposed as one client, and which clients count as one."""

from pydantic import Field

from kamlib.settings import Strict


class Identity(Strict):
    """When two spellings are proposed as one client, and which clients count as one."""

    min_similarity: float = Field(0.92, ge=0.5, le=1)
    dependence_share: float = Field(0.50, gt=0, le=1)
