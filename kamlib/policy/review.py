"""When a client's figures call for attention."""

from pydantic import Field, model_validator

from kamlib.settings import Strict


class Review(Strict):
    """When a client's figures call for attention."""

    overdue_share_watch: float = Field(0.15, ge=0, le=1)
    overdue_share_alarm: float = Field(0.30, ge=0, le=1)
    days_late_watch: float = Field(15, ge=0)
    days_late_alarm: float = Field(30, ge=0)
    minor_revenue_share: float = Field(0.0002, ge=0, le=1)
    cover_ends_days: int = Field(60, ge=0)
    old_days: int = Field(90, ge=1)
    old_share_alarm: float = Field(0.05, ge=0, le=1)

    @model_validator(mode="after")
    def _alarm_above_watch(self) -> "Review":
        for name in ("overdue_share", "days_late"):
            if getattr(self, f"{name}_alarm") < getattr(self, f"{name}_watch"):
                raise ValueError(f"{name}_alarm must not be below {name}_watch: every watch would be an alarm before")
        return self
