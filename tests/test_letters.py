"""Letters to clients: amounts are the ledger's to the cent, the tone is the stage's, data never become markup."""

import io

import pandas as pd
import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_credit_review import FX, invoice, ledger

from kamlib import credit
from kamlib.credit.letters import TOTALS, language_of
from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.reports.letters import REMINDER, STATEMENT, Writer, reminder_of, statement_of, write_letters
from kamlib.runs.run import Sender

WRITER = Writer("Meridian Drives", Sender(address=["1 Example Street"], bank=["IBAN XX00"], contact=["A. Writer"]))
ROWS = [
    invoice(1, "2025-10-01", "2025-11-01", 900.0),
    invoice(2, "2026-01-01", "2026-02-01", 450.25),
    invoice(3, "2026-03-10", "2026-04-09", 400.0),
    invoice(4, "2026-01-05", "2026-02-10", 1_000.0, "USD"),
    invoice(5, "2026-01-05", "2026-02-20", -50.0),
]
RECEIPTS = [("r1", "1", "2025-12-01", 300.1, "a"), ("r2", "none", "2026-03-01", 200.0, "a")]


def clients(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"client_id": ["a"], "name": ["Halden"], "region": "DACH"} | columns)


def account(policy, rows=ROWS, receipts=RECEIPTS, lang="en", only=(), **tables):
    snapshot = ledger(rows, receipts, **{"clients": clients(), "fx": FX} | tables)
    worklist = credit.collection_worklist(snapshot, policy)
    return credit.accounts_to_write(snapshot, policy, worklist, lang, only)[0]


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().replace("\xa0", " ").split()) for page in pages)


def test_a_balance_is_what_was_billed_less_what_was_received(policy):
    totals = account(policy).totals
    assert totals.loc["EUR", "balance"] == round(900 + 450.25 + 400 - 50 - 300.1 - 200, 2)
    assert totals.loc["USD", "balance"] == 1_000
    assert totals.loc["EUR", ["owed", "credits", "unapplied"]].tolist() == [1_450.15, -50, -200]
    assert (totals[["owed", "credits", "unapplied"]].sum(axis=1) == totals["balance"]).all()


def test_credits_are_set_off_against_the_oldest_items_and_interest_is_of_what_is_left(policy):
    found = account(policy)
    asked = found.asked_items.set_index("invoice_id")
    assert asked["asked"].to_dict() == {"1": 349.9, "2": 450.25, "4": 1_000}
    days = {"1": 150, "2": 58, "4": 49}
    assert asked["interest"].to_dict() == {i: round(a * 0.1015 * days[i] / 365, 2) for i, a in asked["asked"].items()}
    assert found.fixed_sum == 3 * 40
    assert found.totals.loc["EUR", ["set_off", "asked"]].tolist() == [250, 800.15]


@pytest.mark.parametrize(("amount", "expected"), [(500.0, 40.0), (1_200.0, 70.0), (20_000.0, 100.0)])
def test_the_fixed_sum_follows_the_amount_in_the_currency_of_the_law(policy, amount, expected):
    rates = pd.concat([FX, FX.head(1).assign(currency="GBP", rate=1.0)])
    row = [invoice(1, "2026-01-01", "2026-02-01", amount)]
    assert account(policy, row, [], clients=clients(region="UK & Ireland"), fx=rates).fixed_sum == expected
    assert account(policy, row, [], clients=clients(region="UK & Ireland")).fixed_sum == 40  # no rate of GBP known


@pytest.fixture(scope="module")
def nobody(policy):
    """A worklist of no one: only what is owed matters."""
    return credit.collection_worklist(ledger([invoice(1, "2026-03-10", "2026-04-09", 400.0)]), policy)


money = st.integers(-2_000_00, 20_000_00).filter(bool)


@given(
    st.lists(st.tuples(money, st.integers(0, 400), st.booleans()), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 9_000_00), st.integers(0, 14)), max_size=6),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_account_adds_up(policy, nobody, billed, paid):
    day = pd.Timestamp("2026-03-31")
    rows = [
        (str(n), day - pd.Timedelta(days=age), day - pd.Timedelta(days=age - 30), cents / 100, "EUR", "a")
        for n, (cents, age, _) in enumerate(billed)
    ]
    receipts = [(f"r{n}", str(target), "2026-03-30", cents / 100, "a") for n, (cents, target) in enumerate(paid)]
    receipts = receipts or [("none", "none", "2026-03-30", 1.0, "a")]
    received = round(sum(row[3] for row in receipts), 2)
    found = credit.accounts_to_write(ledger(rows, receipts), policy, nobody, "en", ("a",))[0]
    owed = sum(row[3] for row in rows) - received
    totals = found.totals.reindex(["EUR"], fill_value=0.0).loc["EUR"]  # all settled: there is no line
    assert totals["balance"] == pytest.approx(owed, abs=1e-6)
    assert 0 <= totals["asked"] <= totals["overdue"] - totals["disputed"]
    assert totals["asked"] >= totals["overdue"] - totals["disputed"] + totals["credits"] + totals["unapplied"] - 0.005
    if len(found.ageing):
        assert found.ageing.loc["EUR"].sum() == pytest.approx(totals["owed"])
    assert list(found.totals.columns) == TOTALS


def test_what_is_disputed_is_not_asked_for_and_ages_no_stage(policy):
    rows = [invoice(1, "2025-10-01", "2025-11-01", 900.0), invoice(2, "2026-02-01", "2026-03-21", 700.0)]
    snapshot = ledger(rows, [])
    invoices = snapshot.table("invoices").assign(disputed=[True, False])
    receipts = pd.DataFrame({"receipt_id": ["r"], "client_id": "b", "invoice_id": "x", "paid_date": pd.to_datetime(["2026-01-01"]), "amount": 1.0, "currency": "EUR"})  # fmt: skip
    frames = {"invoices": invoices, "clients": clients(), "receipts": receipts}
    snapshot = snapshot_from_frames(frames, "2026-03-31", "EUR")
    worklist = credit.collection_worklist(snapshot, policy)
    found = credit.accounts_to_write(snapshot, policy, worklist, "en")[0]
    assert found.stage.names["en"] == "Friendly reminder"
    assert found.totals.loc["EUR", ["asked", "disputed"]].tolist() == [700, 900]
    assert "Not asked for here are EUR 900.00 in dispute" in text_of(reminder_of(found, WRITER))


@pytest.mark.parametrize(
    ("due", "tone", "says", "silent"),
    [
        ("2026-03-21", "friendly", "may have been overlooked", "interest"),
        ("2026-03-10", "firm", "We reserve the right to claim it", "last request"),
        ("2026-02-10", "final", "we claim statutory late interest", "handing the claim"),
        ("2025-12-01", "legal", "We are handing the claim to legal collection", "overlooked"),
    ],
)
def test_each_stage_has_its_tone(policy, due, tone, says, silent):
    found = account(policy, [invoice(1, "2025-11-01", due, 900.0)], RECEIPTS[1:])
    assert found.stage.tone == tone
    text = text_of(reminder_of(found, WRITER))
    assert says in text
    assert silent not in text
    assert "EUR 700.00" in text
    assert "10 April 2026" in text


def test_a_client_reads_its_own_language(policy):
    assert language_of({"language": "en", "region": "China"}, policy, "zh") == "en"
    assert language_of({"region": "China"}, policy, "en") == "zh"
    assert language_of({}, policy, "en") == "en"
    found = account(policy, clients=clients(name="杭川新能源有限公司", language="zh"))
    statement, reminder = text_of(statement_of(found, WRITER)), text_of(reminder_of(found, WRITER))
    assert "对账单" in statement
    assert "杭川新能源有限公司" in statement
    assert "法律催收" in reminder
    for amount in ("1,200.15", "1,000.00"):
        assert amount in statement
    assert "800.15" in reminder


@pytest.mark.parametrize("name", ['#panic("x") *bold* $x$ <a> [b]', "=HYPERLINK(1)", "汉" * 120, "a\x00\u202eb 🙂"])
def test_hostile_names_stay_text(policy, name):
    rows = [(name[:40], *row[1:]) if row[0] == "1" else row for row in ROWS]
    found = account(policy, rows, RECEIPTS, clients=clients(name=name))
    text = text_of(statement_of(found, Writer(name, Sender(bank=[name])))).replace(" ", "")
    assert name.replace(" ", "")[:6].split("\x00")[0] in text


def test_letters_are_pdf_ua_and_equal_each_time(policy):
    found = account(policy)
    content = reminder_of(found, WRITER)
    assert content == reminder_of(found, WRITER)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        assert str(pdf.Root.Lang) == "en"


def test_old_letters_of_the_day_go_and_other_files_stay(policy, tmp_path):
    found = account(policy)
    (tmp_path / "gone-1").mkdir()
    (tmp_path / "gone-1" / REMINDER).write_bytes(b"old")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    paths = write_letters([found], WRITER, tmp_path, whole=True)
    assert [path.name for path in paths] == [STATEMENT, REMINDER]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([paths[0].parent.name, "mine"])
    settled = account(policy, ROWS, [("r9", "none", "2026-03-02", 9_999.0, "a")], only=("a",))
    write_letters([settled], WRITER, tmp_path, whole=False)
    assert (paths[0].exists(), (tmp_path / "mine" / "notes.txt").exists()) == (True, True)


def test_an_insolvent_client_gets_a_statement_only_and_without_receipts_nothing_is_written(policy):
    events = pd.DataFrame({"client_id": ["a"], "date": pd.to_datetime(["2026-01-10"]), "kind": "insolvency"})
    found = account(policy, events=events)
    assert (found.stage, found.insolvent) == (None, True)
    assert "EUR 1,200.15" in text_of(statement_of(found, WRITER))
    bare = snapshot_from_frames({"invoices": ledger(ROWS[:3]).table("invoices")}, "2026-03-31", "EUR")
    with pytest.raises(DataError, match="receipts"):
        credit.accounts_to_write(bare, policy, credit.collection_worklist(bare, policy), "en", ("a",))
    with pytest.raises(DataError) as caught:
        account(policy, only=("x", "y"))
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    "rows", [[invoice(1, "2026-01-01", "2026-02-01", -80.0)], [invoice(1, "2026-03-10", "2026-04-09", 200.0)]]
)
def test_credit_in_the_clients_favour_and_a_settled_account_are_said(policy, rows):
    found = account(policy, rows, RECEIPTS[1:], only=("a",))
    text = text_of(statement_of(found, WRITER))
    assert ("Nothing is open on either side." in text) == (rows[0][3] == 200)
    assert ("The balance in your favour is EUR 280.00." in text) == (rows[0][3] == -80)


def test_the_command_writes_a_client_and_refuses_an_unknown_one(run_kam, tmp_path):
    (tmp_path / "books").mkdir()
    frames = {
        "invoices": "invoice_id,client_id,issue_date,due_date,amount,currency\n1,a,2026-01-01,2026-01-31,700.00,EUR\n",
        "receipts": "receipt_id,client_id,invoice_id,paid_date,amount,currency\nr,a,1,2026-02-10,100.00,EUR\n",
        "clients": "client_id,name,language\na,Halden,zh\n",
    }
    for name, content in frames.items():
        (tmp_path / "books" / f"{name}.csv").write_text(content, encoding="utf-8")
    asked = ("letters", "--ledger", tmp_path / "books", "--as-of", "2026-03-31", "--title", "Ours")
    done = run_kam(*asked, "--out", tmp_path / "letters")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 letters to 1 client: a statement each, 1 reminder\n  1 × Final notice")
    text = text_of(next((tmp_path / "letters").glob("*/reminder.pdf")).read_bytes())
    assert "最后通知：EUR 600.00" in text
    chinese = run_kam(*asked, "--out", tmp_path / "zh", "--lang", "zh")
    assert chinese.stdout.startswith("致1家客户的2封信函：每家一份对账单，另有1封催款函\n  1 × 最后通知"), (
        chinese.stdout
    )
    done = run_kam(*asked, "--client", "nobody", "--out", tmp_path / "none")
    assert done.returncode == 2
    assert "--client" in done.stderr
    assert not (tmp_path / "none").exists()
