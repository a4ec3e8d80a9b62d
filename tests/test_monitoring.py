"""Monitoring: the alert log survives crashes and two runs at once; mail and webhook against real local servers."""

import json
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from kamlib.alerting.log import append, close_alert, locked, read_log
from kamlib.alerting.settings import SMTP_PASSWORD, WEBHOOK_TOKEN, WEBHOOK_URL, Monitor
from kamlib.early_warning import LEVELS, warning_signals
from kamlib.early_warning.changes import changes_since, levels_now
from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.monitoring import Monitored, monitor_snapshot
from kamlib.runs import Run, parse_run
from kamlib.samples.company import generate_company, write_company

NOW = "2026-10-01T08:00:00+02:00"


@pytest.fixture(scope="module")
def company() -> dict[str, pd.DataFrame]:
    """A small generated company, in one currency."""
    tables = generate_company(11, clients=22, months=30, scale=0.1)
    for name in ("invoices", "receipts"):
        tables[name]["currency"] = "EUR"
    return {name: tables[name] for name in ("invoices", "receipts", "clients", "events", "ratings")}


@pytest.fixture(scope="module")
def ledger(company, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    write_company(company, folder)
    return folder


@pytest.fixture(scope="module")
def monitor_run(company):
    """Monitor the company as of a run's day, without reading files anew."""
    snapshot = snapshot_from_frames(company, "2026-09-30", "EUR")

    def go(run: Run, now: str) -> Monitored:
        return monitor_snapshot(snapshot.as_of(run.as_of), run, now)

    return go


@pytest.fixture
def run_at(ledger, tmp_path):
    def at(day: str = "2025-06-30", **monitor) -> Run:
        monitor["timeout_seconds"] = 3
        content = {"run": "watch", "title": "Small & Co", "as_of": day, "ledger": {"path": str(ledger)}}
        return parse_run(content | {"out": str(tmp_path / "out" / "watch"), "monitor": monitor}, "test")

    return at


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Postbox:
    def __init__(self) -> None:
        self.messages: list[str] = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(envelope.content.decode())
        return "250 taken"


@pytest.fixture
def mail_server(authority, tmp_path, monkeypatch):
    """A mail server on this machine that wants STARTTLS and a password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    monkeypatch.setenv(SMTP_PASSWORD, "open sesame")

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"kam", b"open sesame"))

    box = Postbox()
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        box,
        hostname="localhost",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    controller.start()
    settings = {"host": "localhost", "port": port, "sender": "kam@example.org", "to": ["cfo@example.org"]}
    yield box, settings | {"user": "kam", "ca_file": str(ca_file)}
    controller.stop()


@pytest.fixture
def web_server():
    """A web server on this machine that keeps what is posted to it, and answers as told."""
    received: list[tuple[dict, dict]] = []
    answers = {"status": 200}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append((dict(self.headers), body))
            self.send_response(answers["status"])
            if answers["status"] == 302:
                self.send_header("Location", "http://localhost:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/hook", received, answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_second_run_on_the_same_day_says_nothing_again(run_at, monitor_run):
    first = monitor_run(run_at(), NOW)
    assert first.alerts
    assert {alert["change"] for alert in first.alerts} == {"new"}
    content = first.log.read_bytes()
    second = monitor_run(run_at(), "2026-10-01T09:00:00+02:00")
    assert second.alerts == ()
    assert first.log.read_bytes() == content


def test_changes_follow_the_levels_from_run_to_run(run_at, monitor_run):
    monitor_run(run_at("2025-06-30"), NOW)
    changed = set()
    for day in ("2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"):
        done = monitor_run(run_at(day), NOW)
        changed |= {alert["change"] for alert in done.alerts}
        state = read_log(done.log).state
        assert state["as_of"] == day
        assert len(state["clients"]) == done.listed
    assert changed >= {"new", "cleared"}
    assert done.overdue
    with pytest.raises(DataError, match="The log already knows 2026-09-30"):
        monitor_run(run_at("2025-06-30"), NOW)


def test_mail_over_tls(run_at, mail_server, monitor_run):
    box, email = mail_server
    done = monitor_run(run_at(email=email), NOW)
    assert done.sent == {"email": len(done.alerts)}
    message = box.messages[0]
    assert "Subject: Small & Co: " in message
    assert "To: cfo@example.org" in message
    assert monitor_run(run_at(email=email), NOW).sent == {}
    assert len(box.messages) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(run_at, mail_server, monitor_run):
    box, email = mail_server
    done = monitor_run(run_at(email=email | {"ca_file": None}), NOW)
    assert "CERTIFICATE_VERIFY_FAILED" in done.failures["email"]
    assert box.messages == []


def test_a_failing_mail_server_loses_nothing_and_is_tried_again(run_at, mail_server, monkeypatch, monitor_run):
    box, email = mail_server
    down = monitor_run(run_at(email=email | {"port": 1}), NOW)
    assert down.failures["email"]
    assert down.unsent == {"email": len(down.alerts)}
    monkeypatch.setenv(SMTP_PASSWORD, "wrong")
    refused = monitor_run(run_at(email=email), NOW)
    assert "wrong" not in refused.failures["email"]
    monkeypatch.delenv(SMTP_PASSWORD)
    assert SMTP_PASSWORD in monitor_run(run_at(email=email), NOW).failures["email"]
    monkeypatch.setenv(SMTP_PASSWORD, "open sesame")
    assert monitor_run(run_at(email=email), NOW).sent == {"email": len(down.alerts)}
    assert len(box.messages) == 1


def test_a_webhook_gets_json_and_its_token(run_at, web_server, monkeypatch, monitor_run):
    url, received, answers = web_server
    monkeypatch.setenv(WEBHOOK_TOKEN, "s3cret")
    answers["status"] = 500
    failed = monitor_run(run_at(webhook={"url": url}), NOW)
    assert "500" in failed.failures["webhook"]
    answers["status"] = 302
    assert "302" in monitor_run(run_at(webhook={"url": url}), NOW).failures["webhook"]
    answers["status"] = 200
    monkeypatch.setenv(WEBHOOK_URL, url)
    done = monitor_run(run_at(webhook={"from_environment": True}), NOW)
    assert done.sent == {"webhook": len(failed.alerts)}
    headers, body = received[-1]
    assert headers["Authorization"] == "Bearer s3cret"
    assert [alert["alert_id"] for alert in body["alerts"]] == [alert["alert_id"] for alert in failed.alerts]
    assert "s3cret" not in failed.log.read_text()
    monkeypatch.delenv(WEBHOOK_URL)
    monitor_run(run_at("2025-12-31"), NOW)
    again = monitor_run(run_at("2025-12-31", webhook={"from_environment": True}), NOW)
    assert WEBHOOK_URL in again.failures["webhook"]


@pytest.mark.slow
def test_two_runs_at_once_write_each_alert_once(run_at, tmp_path):
    run = run_at()
    code = (
        "import json, sys; from kamlib.runs import parse_run; from kamlib.monitoring import monitor_run;"
        f"monitor_run(parse_run(json.loads(sys.argv[1]), 'test'), {NOW!r})"
    )
    command = [sys.executable, "-c", code, run.model_dump_json()]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in started:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    lines = [json.loads(line) for line in (tmp_path / "out" / "watch.alerts.jsonl").read_text().splitlines()]
    ids = [line["alert_id"] for line in lines if line["event"] == "alert"]
    assert ids
    assert len(ids) == len(set(ids))
    assert sum(line["event"] == "state" for line in lines) == 1


def test_a_line_cut_short_by_a_crash_is_passed_over(tmp_path):
    path = tmp_path / "log.jsonl"
    append(path, [{"event": "alert", "alert_id": "a", "change": "new"}])
    with path.open("a") as stream:
        stream.write('{"event": "alert", "alert_')
    append(path, [{"event": "alert", "alert_id": "b", "change": "new"}])
    log = read_log(path)
    assert list(log.alerts) == ["a", "b"]
    assert log.broken == 1


def test_an_alert_is_closed_once_with_its_decision(tmp_path):
    path = tmp_path / "log.jsonl"
    with locked(path):
        append(path, [{"event": "alert", "alert_id": "a", "name": "Halden", "change": "new"}])
    with pytest.raises(DataError, match="Say what was decided"):
        close_alert(path, "a", " ", "", "me", NOW)
    close_alert(path, "a", "limit cut", "paid", "me", NOW)
    assert read_log(path).alerts["a"]["outcome"] == "paid"
    with pytest.raises(DataError, match="It was closed on"):
        close_alert(path, "a", "again", "", "me", NOW)
    with pytest.raises(DataError, match="kam alert list"):
        close_alert(path, "b", "x", "", "me", NOW)


def test_what_is_not_known_any_more_clears_nothing(policy):
    invoices = pd.DataFrame(
        {
            "invoice_id": ["1"],
            "client_id": ["a"],
            "issue_date": pd.to_datetime(["2026-01-10"]),
            "amount": [10.0],
            "currency": ["EUR"],
        }
    )
    review = warning_signals(snapshot_from_frames({"invoices": invoices}, "2026-01-31", "EUR"), policy)
    before = {"a": {"level": "high", "score": 7.0}}
    assert review.clients["level"].item() == "unknown"
    assert levels_now(review, before) == before
    assert changes_since(review, before).empty


@pytest.mark.parametrize(
    "content",
    [
        {"email": {"host": "x", "sender": "nobody", "to": ["a@b"]}},
        {"email": {"host": "x", "sender": "a@b", "to": []}},
        {"email": {"host": "x", "sender": "a@b", "to": ["a@b"], "password": "in the file"}},
        {"webhook": {"url": "file:///etc/passwd"}},
        {"webhook": {}},
    ],
)
def test_settings_that_cannot_work_are_refused(content):
    with pytest.raises(ValueError, match="validation error"):
        Monitor.model_validate(content)


@pytest.mark.slow
def test_the_commands(run_kam, ledger, tmp_path):
    file = tmp_path / "watch.yaml"
    content = {"run": "watch", "title": "Small & Co", "as_of": "2025-06-30", "ledger": {"path": str(ledger)}}
    file.write_text(json.dumps(content | {"out": str(tmp_path / "watch"), "clients": {"top": 1}}))
    done = run_kam("monitor", file)
    assert done.returncode == 0, done.stderr
    assert "New (" in done.stdout
    listed = run_kam("alert", "list", file)
    key = listed.stdout.split("[")[1].split("]")[0]
    closed = run_kam("alert", "close", file, key, "--decision", "limit cut", "--outcome", "paid", "--by", "E. Haas")
    assert closed.returncode == 0, closed.stderr
    assert key not in run_kam("alert", "list", file).stdout
    assert "limit cut → paid" in run_kam("alert", "list", file, "--all").stdout
    assert run_kam("alert", "close", file, "nothing", "--decision", "x").returncode == 2


def test_weekly_runs_do_not_let_a_level_flicker(company, policy):
    snapshot = snapshot_from_frames(company, "2026-09-30", "EUR")
    state: dict = {}
    reached: dict[str, list] = {}
    for day in pd.date_range("2025-03-03", "2025-09-29", freq="7D"):
        review = warning_signals(snapshot.as_of(day), policy)
        before, state = state, levels_now(review, state)
        raw = dict(zip(review.replay.panel.clients, review.replay.levels.raw[:, -1], strict=True))
        for client, rank in raw.items():
            reached.setdefault(client, []).append((day, rank))
        for client, entry in before.items():
            fallen = LEVELS.index(entry["level"]) > LEVELS.index(state.get(client, {"level": "low"})["level"])
            lately = [
                rank
                for seen, rank in reached[client]
                if seen > day - pd.DateOffset(months=policy.early_warning.quiet_months)
            ]
            assert not fallen or max(lately) < LEVELS.index(entry["level"])
    assert state
