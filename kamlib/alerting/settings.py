"""What a run file says of monitoring: where the log stands, and where alerts are sent. Secrets stay in the environment."""

from typing import Literal

from pydantic import Field, model_validator

from kamlib.settings import Strict

SMTP_PASSWORD, WEBHOOK_TOKEN, WEBHOOK_URL = "KAM_SMTP_PASSWORD", "KAM_WEBHOOK_TOKEN", "KAM_WEBHOOK_URL"


class Email(Strict):
    """A mail server that speaks TLS; the password of `user` is in ``KAM_SMTP_PASSWORD``."""

    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65_535)
    security: Literal["starttls", "tls"] = "starttls"
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    to: list[str] = Field(min_length=1)
    user: str | None = None
    ca_file: str | None = None


class Webhook(Strict):
    """An address that takes JSON by POST: `url`, or ``KAM_WEBHOOK_URL``; a bearer token in ``KAM_WEBHOOK_TOKEN``."""

    url: str | None = Field(None, pattern=r"^https?://")
    from_environment: bool = False

    @model_validator(mode="after")
    def _one_address(self) -> "Webhook":
        if (self.url is None) != self.from_environment:
            raise ValueError(f"give url, or from_environment: true and the address in {WEBHOOK_URL}")
        return self


class Monitor(Strict):
    """Where alerts are kept and sent."""

    alert_log: str | None = Field(None, min_length=1)
    timeout_seconds: float = Field(20, gt=0, le=600)
    email: Email | None = None
    webhook: Webhook | None = None
