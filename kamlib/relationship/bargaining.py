"""Who gives way: unit prices against the book's, discounts, and how long a client may take to pay."""

import numpy as np
import pandas as pd


def relative_prices(own: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """What a client pays for a unit, against what the whole book pays, by period and product.

    Parameters
    ----------
    own, book : DataFrame
        ``period, product_line, amount, quantity``, one row each; the book includes the client. Rows without a
        positive quantity and amount have no price and are left out.

    Returns
    -------
    DataFrame, one row a period and product that the client bought
        ``period, product_line, amount, quantity, price, book_price, ratio``; the book's price is its average over
        the *other* clients, NaN where nobody else bought.

    Examples
    --------
    >>> own = pd.DataFrame({"period": [1], "product_line": ["x"], "amount": [90.0], "quantity": [10.0]})
    >>> book = pd.DataFrame({"period": [1], "product_line": ["x"], "amount": [290.0], "quantity": [30.0]})
    >>> relative_prices(own, book)["ratio"].item()
    0.9
    """
    keys = ["period", "product_line"]
    priced = own[(own["quantity"] > 0) & (own["amount"] > 0)]
    both = priced.merge(book[[*keys, "amount", "quantity"]], on=keys, how="left", suffixes=("", "_book"))
    others = both["quantity_book"] - both["quantity"]
    rest = (both["amount_book"] - both["amount"]).where(others > 1e-9 * both["quantity"])
    both["price"] = both["amount"] / both["quantity"]
    both["book_price"] = rest.where(rest > 0) / others.where(others > 0)
    both["ratio"] = both["price"] / both["book_price"]
    return both[[*keys, "amount", "quantity", "price", "book_price", "ratio"]]


def price_position(prices: pd.DataFrame) -> float:
    """The client's prices as a ratio to the book's, over its own basket.

    Parameters
    ----------
    prices : DataFrame
        From `relative_prices`, any span of periods.

    Returns
    -------
    float
        What it paid ÷ what the same quantities would have cost at the book's prices (a Paasche index); NaN
        without comparable purchases.

    Examples
    --------
    >>> price_position(pd.DataFrame({"amount": [90.0], "quantity": [10.0], "book_price": [10.0]}))
    0.9
    """
    known = prices.dropna(subset=["book_price"])
    cost = float((known["quantity"] * known["book_price"]).sum())
    return float(known["amount"].sum()) / cost if cost > 0 else float("nan")


def price_change(prices: pd.DataFrame, split: pd.Timestamp) -> float:
    """Change of the client's own unit prices from before a day to after it, at the later quantities.

    Parameters
    ----------
    prices : DataFrame
        ``period`` (Timestamp), ``product_line, amount, quantity``.
    split : Timestamp
        Periods up to it are before.

    Returns
    -------
    float
        Fraction; only products bought in both spans count. NaN without any.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-06-01", "2026-06-01"])
    >>> prices = pd.DataFrame({"period": days, "product_line": "x", "amount": [10.0, 19.0], "quantity": [1.0, 2.0]})
    >>> round(price_change(prices, pd.Timestamp("2025-12-31")), 3)
    -0.05
    """
    late = prices["period"] > split
    sums = {
        name: part.groupby("product_line")[["amount", "quantity"]].sum()
        for name, part in (("then", prices[~late]), ("now", prices[late]))
    }
    both = sums["now"].join(sums["then"].add_suffix("_then"), how="inner")
    cost = float((both["quantity"] * both["amount_then"] / both["quantity_then"]).sum())
    return float(both["amount"].sum()) / cost - 1 if cost > 0 else float("nan")


def credited_share(amounts: pd.Series) -> float:
    """Credit notes as a share of what was billed: discounts given afterwards.

    Examples
    --------
    >>> credited_share(pd.Series([100.0, -5.0]))
    0.05
    """
    billed = float(amounts[amounts > 0].sum())
    return -float(amounts[amounts < 0].sum()) / billed if billed > 0 else float("nan")


def payment_terms(invoices: pd.DataFrame) -> float:
    """Days from issue to due date, weighted by amount, credit notes left out; NaN without an invoice.

    Parameters
    ----------
    invoices : DataFrame
        ``issue_date, due_date, amount``.
    """
    billed = invoices[(invoices["amount"] > 0) & invoices["due_date"].notna()]
    total = float(billed["amount"].sum())
    days = (billed["due_date"] - billed["issue_date"]).dt.days.to_numpy()
    return float(np.sum(days * billed["amount"].to_numpy()) / total) if total > 0 else float("nan")


def terms_cost(days_longer: float, revenue: float, window_days: int, rate: float) -> tuple[float, float]:
    """Money tied up by longer terms, and what it costs a year.

    Parameters
    ----------
    days_longer : float
        Negative when terms got shorter.
    revenue : float
        Of the window.
    window_days : int
    rate : float
        Cost of money a year.

    Returns
    -------
    (float, float)
        days × revenue ÷ days of the window; that × rate.

    Examples
    --------
    >>> terms_cost(10, 365.0, 365, 0.08)
    (10.0, 0.8)
    """
    tied = days_longer * revenue / window_days
    return tied, tied * rate
