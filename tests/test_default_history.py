import numpy as np
import pandas as pd
import pytest

from kamlib.credit.default_history import default_history, default_spells
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import Policy

DAY = "2026-09-30"


def draw_ledger(clients: int = 160, seed: int = 3) -> dict[str, pd.DataFrame]:
    """Monthly invoices over four years; the later a client pays, the likelier it stops paying for good."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2022-10-15", "2026-09-15", freq="MS") + pd.Timedelta(days=14)
    invoices, receipts = [], []
    for number in range(clients):
        slow = rng.gamma(1.5, 10)
        stops = rng.geometric(min(0.0014 * slow, 0.5)) + 14
        for step, month in enumerate(months):
            key = f"{number}-{step}"
            due = month + pd.Timedelta(days=30)
            invoices.append((key, f"c{number}", month, due, 100.0, "EUR"))
            paid = due + pd.Timedelta(days=round(slow * rng.uniform(0.5, 1.5)))
            if step < stops and paid <= pd.Timestamp(DAY):
                receipts.append((key, f"c{number}", key, paid, 100.0, "EUR"))
            if step >= stops + 6:
                break
    return {
        "invoices": pd.DataFrame(
            invoices, columns=["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency"]
        ),
        "receipts": pd.DataFrame(
            receipts, columns=["receipt_id", "client_id", "invoice_id", "paid_date", "amount", "currency"]
        ),
    }


def any_amount(policy):
    """The policy without a smallest amount of default: the invoices here are of a hundred."""
    return policy.model_copy(update={"impairment": policy.impairment.model_copy(update={"least_default_amount": 0.0})})


@pytest.fixture(scope="module")
def ledger():
    return snapshot_from_frames(draw_ledger(), DAY, "EUR")


def test_with_enough_defaults_a_model_is_fitted_and_judged_on_the_last_year(ledger, policy):
    found = default_history(ledger, any_amount(policy))
    assert found.model is not None
    assert found.auc.value > 0.6
    assert found.auc.low < found.auc.value < found.auc.high
    assert 0 < found.brier < 0.2
    assert len(found.cohorts) == 2
    clients = found.clients
    assert set(clients["method"]) == {"model", "in default"}
    assert ((clients["low"] <= clients["probability"]) & (clients["probability"] <= clients["high"])).all()
    modelled = clients[clients["method"] == "model"]
    assert modelled["probability"].corr(modelled["days_late"], method="spearman") > 0.3


def test_with_few_defaults_the_grade_speaks_and_the_rate_keeps_its_interval(small_snapshot, policy):
    found = default_history(small_snapshot, policy, pd.Series({"a": "B"}))
    assert (found.model, found.auc) == (None, None)
    assert len(found.cohorts) == 0
    assert found.clients["method"].tolist() == ["grade"] * 3
    assert found.clients.loc["a", "probability"] == policy.loss.pd_by_grade["B"]
    assert found.clients.loc["b", "probability"] == policy.loss.pd_by_grade[policy.loss.unrated_grade]
    assert found.rate.low < found.rate.value < found.rate.high


def test_no_cohort_sees_what_came_later(ledger, policy):
    now, early = default_history(ledger, policy), default_history(ledger.as_of("2025-09-30"), policy)
    pd.testing.assert_frame_equal(now.cohorts.head(1), early.cohorts.tail(1))


def test_default_is_insolvency_or_a_material_invoice_too_long_open(policy):
    frames = draw_ledger(4)
    events = pd.DataFrame({"client_id": ["c0"], "date": [pd.Timestamp("2023-01-05")], "kind": ["insolvency"]})
    found = default_spells(snapshot_from_frames(frames | {"events": events}, DAY, "EUR"), policy)
    assert found.loc[found["client_id"] == "c0", "start"].min() == pd.Timestamp("2023-01-05")
    bare = default_spells(snapshot_from_frames({"invoices": frames["invoices"], "events": events}, DAY, "EUR"), policy)
    assert bare["client_id"].tolist() == ["c0"]


def test_a_default_ends_with_payment_and_a_dispute_is_none(policy):
    frames = draw_ledger(1)
    invoices, receipts = frames["invoices"].head(2), frames["receipts"].head(0)
    paid = pd.DataFrame(
        {"receipt_id": ["r"], "client_id": ["c0"], "invoice_id": [invoices["invoice_id"].iloc[0]]}
        | {"paid_date": [pd.Timestamp("2023-06-01")], "amount": [100.0], "currency": ["EUR"]}
    )
    invoices = invoices.assign(disputed=[False, True])
    snapshot = snapshot_from_frames({"invoices": invoices, "receipts": pd.concat([receipts, paid])}, DAY, "EUR")
    policy = any_amount(policy)
    spells = default_spells(snapshot, policy)
    assert spells["end"].tolist() == [pd.Timestamp("2023-06-01")]
    assert spells["start"].iloc[0] == invoices["due_date"].iloc[0] + pd.Timedelta(days=91)
    early = default_spells(snapshot.as_of("2023-05-31"), policy)
    assert early["end"].isna().all()


def spells_of(policy, amounts: list[float], settled: list[str | None], yearly: float = 0.0):
    """Spells of one client whose invoices fell due on 30 June 2025, after a year of prompt trade of `yearly`."""
    due = [pd.Timestamp("2024-06-30")] + [pd.Timestamp("2025-06-30")] * len(amounts)
    paid = ["2024-06-30", *settled]
    invoices = pd.DataFrame(
        {"invoice_id": [str(n) for n in range(len(due))], "client_id": "a", "issue_date": due, "due_date": due}
        | {"amount": [yearly or 1.0, *amounts], "currency": "EUR"}
    )
    receipts = invoices.assign(receipt_id=invoices["invoice_id"], paid_date=pd.to_datetime(pd.Series(paid)))
    receipts = receipts.dropna(subset=["paid_date"])[
        ["receipt_id", "client_id", "invoice_id", "paid_date", "amount", "currency"]
    ]
    return default_spells(snapshot_from_frames({"invoices": invoices, "receipts": receipts}, DAY, "EUR"), policy)


def test_a_few_euros_are_no_default_however_small_the_client(policy):
    least = policy.impairment.least_default_amount
    assert spells_of(policy, [least - 1], [None]).empty
    assert len(spells_of(policy, [least], [None])) == 1


def test_many_small_invoices_of_a_large_client_are_a_default_together(policy):
    found = spells_of(policy, [900.0] * 40, [None] * 40, yearly=1e6)
    assert found["start"].tolist() == [pd.Timestamp("2025-06-30") + pd.Timedelta(days=91)]
    assert spells_of(policy, [900.0] * 2, [None] * 2, yearly=1e6).empty


def test_a_default_ends_when_what_is_left_is_no_longer_material(policy):
    found = spells_of(policy, [400.0, 400.0], ["2026-01-15", None])
    assert found["start"].tolist() == [pd.Timestamp("2025-09-29")]
    assert found["end"].tolist() == [pd.Timestamp("2026-01-15")]


def test_a_client_in_default_has_no_range():
    rules = Policy().loss
    assert rules.likely_range(1.0) == (1.0, 1.0)
    assert rules.likely_range(0.6) == (0.3, 1.0)
