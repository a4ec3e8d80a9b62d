"""What of the receivables will not come in: flow rates of the company's own invoices, loss rates, provision matrix,
and the stages of IFRS 9.

Rates are fractions in [0, 1]. The simplified approach for trade receivables (IFRS 9 5.5.15) always takes lifetime
losses; the stages are shown beside it as flags.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.receivables.ageing import AGEING_EDGES, bucket_labels
from kamlib.receivables.open_items import CENT, Day

STAGES = {1: "performing", 2: "significant increase in risk", 3: "credit-impaired"}


def payment_lags(invoices: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """What fell due each day and after how many days it was paid: all that flow rates need, in a few rows.

    Parameters
    ----------
    invoices : DataFrame
        ``invoice_id, due_date, amount``; credit notes (not positive) are left out.
    receipts : DataFrame
        ``invoice_id, paid_date, amount`` in the invoice's currency; those of no such invoice are left out.

    Returns
    -------
    DataFrame, one row a due date and lag
        ``due_date, lag_days`` (paid less due; 0 when paid before), ``billed`` (on the row of lag 0) and ``paid``.

    Examples
    --------
    >>> invoices = pd.DataFrame({"invoice_id": ["1"], "due_date": pd.to_datetime(["2026-01-31"]), "amount": [100.0]})
    >>> receipts = pd.DataFrame({"invoice_id": ["1"], "paid_date": pd.to_datetime(["2026-02-10"]), "amount": [60.0]})
    >>> payment_lags(invoices, receipts)[["lag_days", "billed", "paid"]].values.tolist()
    [[0.0, 100.0, 0.0], [10.0, 0.0, 60.0]]
    """
    owed = invoices.loc[invoices["amount"] > 0, ["invoice_id", "due_date", "amount"]]
    paid = receipts[["invoice_id", "paid_date", "amount"]].merge(
        owed[["invoice_id", "due_date"]], on="invoice_id", validate="many_to_one"
    )
    lag = (paid["paid_date"] - paid["due_date"]).dt.days.clip(lower=0).astype(float)
    rows = pd.concat(
        [
            pd.DataFrame({"due_date": owed["due_date"], "lag_days": 0.0, "billed": owed["amount"], "paid": 0.0}),
            pd.DataFrame({"due_date": paid["due_date"], "lag_days": lag, "billed": 0.0, "paid": paid["amount"]}),
        ]
    )
    return rows.groupby(["due_date", "lag_days"], as_index=False)[["billed", "paid"]].sum()


def flow_rates(
    lags: pd.DataFrame, as_of: Day, edges: Sequence[int] = AGEING_EDGES, months: int = 24, loss_days: int = 365
) -> pd.DataFrame:
    """The part of what reached an ageing bucket that went on into the next one, invoice by invoice.

    Parameters
    ----------
    lags : DataFrame
        From `payment_lags`; later rows than `as_of` are not seen.
    as_of : date
        The day of the measure.
    edges : sequence of int
        Last day of each bucket, see `ageing_schedule`.
    months : int
        Invoices that fell due in that many months count, for each step as soon as they are old enough.
    loss_days : int
        What is still open that many days past due counts as lost.

    Returns
    -------
    DataFrame, one row a bucket
        ``bucket``, ``reached_amount`` (open when the bucket began), ``flowed_amount`` (still open when the next
        began; for the last bucket at `loss_days`), ``flow_rate``; where nothing reached a bucket the rate is 1 and
        ``assumed`` is True, because nothing tells that less would be lost.

    Raises
    ------
    DataError
        `loss_days` not above the last edge.

    Notes
    -----
    A credit note that names no invoice does not lower it here: companies that correct invoices so will see
    too high a rate.

    Examples
    --------
    >>> lags = pd.DataFrame({"due_date": pd.to_datetime(["2026-01-31"] * 3), "lag_days": [0.0, 10.0, 45.0],
    ...     "billed": [100.0, 0.0, 0.0], "paid": [60.0, 20.0, 20.0]})
    >>> flow_rates(lags, "2027-06-30", (30,), loss_days=90)[["reached_amount", "flow_rate"]].values.tolist()
    [[100.0, 0.4], [40.0, 0.5], [20.0, 0.0]]
    """
    if loss_days <= edges[-1]:
        raise_faults([Fault("loss_days", str(loss_days), f"Give more days than the last bucket's {edges[-1]}.")])
    day = pd.Timestamp(as_of)
    seen = lags[(lags["due_date"] > day - pd.DateOffset(months=months)) & (lags["due_date"] <= day)]
    due, place = np.unique(seen["due_date"].to_numpy(), return_inverse=True)
    billed = np.bincount(place, weights=seen["billed"], minlength=len(due))
    lag, paid = seen["lag_days"].to_numpy(), seen["paid"].to_numpy()
    age = (day.to_datetime64() - due) / np.timedelta64(1, "D")
    thresholds = [-1, 0, *edges, loss_days]
    still_open = {
        limit: np.maximum(
            billed - np.bincount(place, weights=np.where(lag <= limit, paid, 0.0), minlength=len(due)), 0.0
        )
        for limit in thresholds
    }
    rows = []
    for start, end in pairwise(thresholds):
        old_enough = age >= end
        reached, flowed = (float(still_open[limit][old_enough].sum()) for limit in (start, end))
        rows.append({"reached_amount": reached, "flowed_amount": flowed})
    table = pd.DataFrame(rows)
    table.insert(0, "bucket", bucket_labels(edges))
    table["assumed"] = table["reached_amount"] < CENT
    rates = table["flowed_amount"] / table["reached_amount"].where(~table["assumed"])
    table["flow_rate"] = rates.fillna(1.0).clip(0, 1)
    return table[["bucket", "reached_amount", "flowed_amount", "flow_rate", "assumed"]]


def loss_rates(flows: Sequence[float] | pd.Series) -> np.ndarray:
    """The part of each bucket that is lost in the end: the product of the flow rates from there on.

    Parameters
    ----------
    flows : sequence of float, shape (n_buckets,)
        From bucket to bucket, the last one from the last bucket to the loss; in [0, 1].

    Returns
    -------
    ndarray, shape (n_buckets,)

    Raises
    ------
    DataError
        A rate outside [0, 1] or missing.

    Examples
    --------
    >>> [round(float(rate), 4) for rate in loss_rates([0.5, 0.46, 8 / 23, 0.25, 1.0])]
    [0.02, 0.04, 0.087, 0.25, 1.0]
    """
    rates = np.asarray(flows, dtype=float)
    if not ((rates >= 0) & (rates <= 1)).all():
        raise_faults([Fault("flows", str(rates.tolist()), "Give fractions from 0 to 1.")])
    return np.cumprod(rates[::-1])[::-1]


def provision_matrix(
    balances: pd.Series, rates: Sequence[float] | pd.Series, overlay: float = 1.0, floor: float = 0.0
) -> pd.DataFrame:
    """The allowance for expected credit losses by ageing bucket.

    Parameters
    ----------
    balances : Series, index bucket
        Gross amounts; a bucket in credit takes no allowance.
    rates : sequence of float, shape (n_buckets,)
        Historical loss rates, see `loss_rates`.
    overlay : float
        Forward-looking adjustment that multiplies the rates: 1.10 raises them by a tenth.
    floor : float
        The least rate of any bucket after the overlay; no rate is above 1.

    Returns
    -------
    DataFrame, one row a bucket
        ``bucket, balance, historical_rate, loss_rate, allowance``.

    Raises
    ------
    DataError
        As many rates as buckets are not there, rates outside [0, 1], or a negative overlay.

    References
    ----------
    IFRS 9 B5.5.35 and Illustrative Example 12; ASC 326-20-55-37 (Example 5) for an overlay.

    Examples
    --------
    >>> matrix = provision_matrix(pd.Series({"not due": 1_000.0, "1–30": 200.0}), [0.01, 0.05], overlay=1.2)
    >>> [round(amount, 2) for amount in matrix["allowance"]]
    [12.0, 12.0]
    """
    history = np.asarray(rates, dtype=float)
    faults = []
    if history.shape != (len(balances),):
        faults.append(Fault("rates", f"{history.size} for {len(balances)} buckets", "Give one rate a bucket."))
    if not ((history >= 0) & (history <= 1)).all():
        faults.append(Fault("rates", str(history.tolist()), "Give fractions from 0 to 1."))
    if not overlay >= 0:
        faults.append(Fault("overlay", str(overlay), "Give a factor of at least 0; 1 changes nothing."))
    raise_faults(faults)
    adjusted = np.clip(history * overlay, floor, 1.0)
    gross = balances.astype(float)
    return pd.DataFrame(
        {
            "bucket": gross.index,
            "balance": gross.to_numpy(),
            "historical_rate": history,
            "loss_rate": adjusted,
            "allowance": gross.clip(lower=0).to_numpy() * adjusted,
        }
    )


def expected_credit_loss(
    balances: pd.Series, rates: Sequence[float] | pd.Series, overlay: float = 1.0, floor: float = 0.0
) -> float:
    """The whole allowance of a `provision_matrix`, never above the positive balances.

    Examples
    --------
    >>> round(expected_credit_loss(pd.Series({"not due": 1_000.0, "1–30": 200.0}), [0.01, 0.05]), 2)
    20.0
    """
    return float(provision_matrix(balances, rates, overlay, floor)["allowance"].sum())


def material_days_past_due(open_amounts: pd.Series, days_past_due: pd.Series, materiality: float = 0.01) -> float:
    """The most days by which a material part of what is open is past due.

    Parameters
    ----------
    open_amounts : Series, shape (n_items,)
        Money open; items in credit are left out.
    days_past_due : Series, shape (n_items,), in the same order
        Negative before the due date.
    materiality : float
        The smallest part of the open amount that counts; 0 takes the oldest item whatever its size.

    Returns
    -------
    float
        At least 0; NaN when nothing is open.

    References
    ----------
    EBA/GL/2016/07 and Delegated Regulation (EU) 2018/171 use 1 % as the relative threshold.

    Examples
    --------
    >>> material_days_past_due(pd.Series([990.0, 5.0, 200.0]), pd.Series([-4.0, 400.0, 35.0]))
    35.0
    """
    amounts, days = np.asarray(open_amounts, dtype=float), np.asarray(days_past_due, dtype=float)
    owed = amounts > 0
    if not owed.any():
        return float("nan")
    amounts, days = amounts[owed], days[owed]
    order = np.argsort(-days, kind="stable")
    reached = amounts[order].cumsum() >= materiality * amounts.sum() - CENT
    return float(max(days[order][reached][0], 0.0))


def impairment_stage(
    days_past_due: float, insolvent: bool = False, increase_days: int = 30, default_days: int = 90
) -> int:
    """The stage of IFRS 9 that days past due presume.

    Parameters
    ----------
    days_past_due : float
        See `material_days_past_due`; NaN (nothing open) counts as not past due.
    insolvent : bool
        Insolvency is default whatever the days.
    increase_days, default_days : int
        Above them a significant increase in risk, a default is presumed; both can be rebutted.

    Returns
    -------
    int
        1 performing, 2 significant increase in risk, 3 credit-impaired; see `STAGES`.

    References
    ----------
    IFRS 9 5.5.11 and B5.5.19 (30 days), B5.5.37 (90 days).

    Examples
    --------
    >>> [impairment_stage(days) for days in (30, 31, 90, 91)]
    [1, 2, 2, 3]
    """
    if insolvent or days_past_due > default_days:
        return 3
    return 2 if days_past_due > increase_days else 1
