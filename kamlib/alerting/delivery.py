"""Alerts by e-mail (SMTP with TLS) and to a webhook (JSON by POST). A failure is told, never raised."""

import json
import os
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from kamlib.alerting.settings import SMTP_PASSWORD, WEBHOOK_TOKEN, WEBHOOK_URL, Email, Monitor, Webhook

FAILURES = (OSError, smtplib.SMTPException, ssl.SSLError, URLError, ValueError)


def channels(monitor: Monitor) -> dict[str, Email | Webhook]:
    """The configured ways of sending, by the name that the log keeps."""
    ways = {"email": monitor.email, "webhook": monitor.webhook}
    return {name: way for name, way in ways.items() if way is not None}


def deliver(
    way: Email | Webhook, subject: str, text: str, alerts: Sequence[dict[str, Any]], timeout: float
) -> str | None:
    """Send alerts on one channel.

    Returns
    -------
    str or None
        None when they were taken; else what went wrong, without any secret.
    """
    try:
        if isinstance(way, Email):
            _mail(way, subject, text, timeout)
        else:
            _post(way, {"subject": subject, "text": text, "alerts": list(alerts)}, timeout)
    except FAILURES as error:
        return f"{type(error).__name__}: {_plain(error)}"
    return None


def _mail(way: Email, subject: str, text: str, timeout: float) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = " ".join(subject.split()), way.sender, ", ".join(way.to)
    message.set_content(text)
    password = os.environ.get(SMTP_PASSWORD, "")
    if way.user and not password:
        raise ValueError(f"the environment has no {SMTP_PASSWORD}")
    context = ssl.create_default_context(cafile=way.ca_file)
    if way.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(way.host, way.port, timeout=timeout)
    with server:
        if way.security == "starttls":
            server.starttls(context=context)
        if way.user:
            server.login(way.user, password)
        server.send_message(message)


class _NoRedirect(HTTPRedirectHandler):
    """An alert and its token go to the address that was given, or nowhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(way: Webhook, content: dict[str, Any], timeout: float) -> None:
    url = os.environ.get(WEBHOOK_URL, "") if way.from_environment else (way.url or "")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"the environment has no address in {WEBHOOK_URL}")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    token = os.environ.get(WEBHOOK_TOKEN)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = Request(url, data=json.dumps(content, ensure_ascii=False).encode(), headers=headers, method="POST")
    opener = build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))
    with opener.open(request, timeout=timeout) as answer:
        answer.read(1024)


def _plain(error: BaseException) -> str:
    text = " ".join(str(error).split())
    for name in (SMTP_PASSWORD, WEBHOOK_TOKEN, WEBHOOK_URL):
        secret = os.environ.get(name)
        text = text.replace(secret, "…") if secret else text
    return text[:300]
