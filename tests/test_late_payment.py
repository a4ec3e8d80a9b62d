import numpy as np
import pandas as pd
import pytest
from conftest import real_data

from kamlib import model_validation as mv
from kamlib.errors import DataError
from kamlib.scoring import late_payment as lp


def make_items(clients: int = 12, each: int = 30, seed: int = 4, told: float = 1.5) -> pd.DataFrame:
    """Clients who differ in how late they are; large invoices are paid later."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.arange(clients), each)
    issue = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, clients * each), unit="D")
    amount = rng.lognormal(4, 1, clients * each)
    late = rng.normal(-4, 6, clients)[number] + told * 4 * (np.log(amount) - 4) + rng.normal(0, 4, clients * each)
    due = issue + pd.Timedelta(days=30)
    return pd.DataFrame(
        {"client_id": number.astype(str), "issue_date": issue, "due_date": due, "amount": amount}
        | {"settled_date": due + pd.to_timedelta(np.maximum(np.round(late), -29), unit="D")}
    )


def test_the_record_by_hand_and_by_brute_force():
    items = make_items(4, 25)
    items.loc[items.index[::7], "settled_date"] = pd.NaT
    record = lp.payment_record(items)
    for index, row in items.iterrows():
        own = items[items["client_id"] == row["client_id"]]
        day = row["issue_date"]
        paid, past = own["settled_date"] < day, own["due_date"] < day
        assert record.loc[index, "known"] == (paid | past).sum()
        assert record.loc[index, "late"] == (past & ~(own["settled_date"] <= own["due_date"])).sum()
        assert record.loc[index, "overdue"] == (past & ~paid).sum()
        assert record.loc[index, "settled"] == paid.sum()
        days = (own["settled_date"] - own["due_date"]).dt.days
        assert record.loc[index, "timing_sum"] == days[paid].sum()


def test_nothing_later_than_the_day_is_seen():
    items, day = make_items(), pd.Timestamp("2025-03-01")
    model = lp.choose_late_model(items, day)
    hidden = items.copy()
    later = hidden["settled_date"] > day
    hidden.loc[later, "settled_date"] += pd.Timedelta(days=99)
    hidden = hidden[hidden["issue_date"] <= day]
    assert lp.choose_late_model(hidden, day) == model


def test_the_logit_is_taken_only_where_it_has_proved_better():
    strong = lp.choose_late_model(make_items(told=3), "2026-06-30")
    assert strong.method == "logit"
    assert strong.trial.gain.low > 0
    idle = lp.choose_late_model(make_items(told=0, seed=8), "2026-06-30")
    assert idle.method == "past_average"
    assert idle.trial is not None
    few = lp.choose_late_model(make_items(2, 10), "2026-06-30")
    assert (few.method, few.trial) == ("past_average", None)
    assert lp.choose_late_model(make_items().head(0), "2026-06-30").base_rate == 0.5


def test_an_unknown_client_has_the_rate_of_the_company():
    model = lp.fit_late_model(make_items(), "2026-06-30", "past_average")
    nobody = pd.DataFrame([dict.fromkeys(("known", "late", "overdue", "settled", "timing_sum"), 0.0) | {"amount": 1.0}])
    assert lp.late_probability(model, nobody).iloc[0] == pytest.approx(model.base_rate)


def test_what_cannot_be_fitted_is_told():
    with pytest.raises(DataError, match="use past_average"):
        lp.fit_late_model(make_items(2, 5), "2026-06-30")
    with pytest.raises(DataError, match="past_average, logit"):
        lp.fit_late_model(make_items(2, 5), "2026-06-30", "forest")


def test_expected_days_depend_on_how_late_it_is_already():
    past = pd.Series([-5.0, 0, 10, 20, 40])
    assert lp.expected_payment_days(past, -20).value == 10
    assert lp.expected_payment_days(past, 15).value == 30
    assert np.isnan(lp.expected_payment_days(past, 40).value)
    assert np.isnan(lp.expected_payment_days(past.head(0), 0).low)


@pytest.mark.real_data
def test_ibm_invoices_of_2013_from_what_was_known_on_the_issue_date():
    raw = pd.read_csv(real_data("ibm_receivables/WA_Fn-UseC_-Accounts-Receivable.csv"))
    days = {
        name: pd.to_datetime(raw[column], format="%m/%d/%Y")
        for name, column in (("issue_date", "InvoiceDate"), ("due_date", "DueDate"), ("settled_date", "SettledDate"))
    }
    items = pd.DataFrame({"client_id": raw["customerID"], "amount": raw["InvoiceAmount"]} | days)
    model = lp.fit_late_model(items, "2013-01-01")
    judged = items["issue_date"] >= "2013-01-01"
    outcomes = lp.late_outcomes(items, "2014-06-30")[judged]
    assert outcomes.mean() == pytest.approx(0.318, abs=0.0005)
    record = lp.payment_record(items)[judged]
    trial = lp.try_late_model(model, record, outcomes)
    # measured: past average 0.867, Brier 0.137; logit 0.879 [0.859, 0.899], Brier 0.130; better by 0.012 [0.005, 0.019]
    assert trial.past_average.value == pytest.approx(0.867, abs=0.002)
    assert trial.better
    assert trial.logit.value > 0.875
    assert trial.logit.low < trial.logit.value < trial.logit.high
    assert trial.past_average_brier - trial.logit_brier > 0.005
    groups = mv.calibration_table(outcomes, lp.late_probability(model, record))
    assert (groups["expected_rate"] - groups["observed_rate"]).abs().max() < 0.10
    assert groups["expected"].sum() == pytest.approx(groups["observed"].sum(), rel=0.06)
    assert lp.choose_late_model(items, "2013-09-30").method == "logit"
