"""The clients of the generated company: who they are, what they buy, how they pay."""

import numpy as np
import pandas as pd

TOP_SHARES = (0.25, 0.12, 0.09, 0.075, 0.065, 0.035, 0.03, 0.026, 0.022, 0.019)
DEFAULTED = 10  # position of the client that becomes insolvent
DEFAULTED_PEAK = 0.06  # of the revenue a year before its insolvency
FIRST = (
    "Halden",
    "Norvik",
    "Aster",
    "Brenta",
    "Calder",
    "Dunmore",
    "Eskdale",
    "Fallow",
    "Garrick",
    "Harrow",
    "Ivelin",
    "Juniper",
    "Kestrel",
    "Lorne",
    "Marlow",
    "Nairn",
    "Orsova",
    "Penrose",
    "Quillon",
    "Rossmere",
    "Selwyn",
    "Tamar",
    "Ulster",
    "Varden",
    "Whitby",
    "Yarrow",
    "Zelten",
    "Ardmore",
    "Bellamy",
    "Corvin",
    "Dalby",
    "Elmira",
)
SECOND = (
    "Maritime",
    "Pumps",
    "Castings",
    "Motion",
    "Rail",
    "Hydraulics",
    "Instruments",
    "Energy",
    "Foods",
    "Optics",
    "Robotics",
    "Textiles",
    "Tooling",
    "Valves",
    "Wind",
    "Medical",
    "Packaging",
    "Agri",
    "Controls",
    "Bearings",
)
FORMS = ("Ltd", "GmbH", "S.p.A.", "AB", "Inc.", "B.V.", "plc", "S.A.")
CITIES = ("宁海", "苏安", "青岭", "杭川", "佛南", "东陵", "常远", "温溪", "嘉禾", "沧州湾")
TRADES = ("精密机械", "新能源", "电子科技", "智能装备", "包装材料", "医疗器械", "轨道交通", "食品机械")
INDUSTRIES = ("Machinery", "Energy", "Transport", "Medical", "Food", "Electronics")
REGIONS = ("DACH", "Nordics", "UK & Ireland", "Southern Europe", "North America", "China")
MANAGERS = ("A. Lindqvist", "B. Okafor", "C. Marchetti", "D. 王敏", "E. Haas", "F. O'Brien")


def draw_clients(rng: np.random.Generator, n: int, default_client: int | None = DEFAULTED) -> pd.DataFrame:
    """Clients and the traits that their trade is generated from.

    Parameters
    ----------
    rng : Generator
        Seeded by the caller.
    n : int
        At least 20; the first ten are large.
    default_client : int or None
        Position of the client that has defaulted, the eleventh unless told otherwise; None for no default.

    Returns
    -------
    DataFrame, one row a client
        The columns of the canonical ``clients`` that are drawn here, and the traits ``share`` (of the last
        twelve months' revenue), ``path``, ``terms``, ``delay``, ``spread``, ``margin``, ``currency``.
    """
    small = rng.lognormal(0, 0.9, n - len(TOP_SHARES) - 1)
    shares = np.concatenate([TOP_SHARES, [DEFAULTED_PEAK], small / small.sum() * (1 - sum(TOP_SHARES))])
    chinese = rng.random(n) < 0.2
    chinese[:11] = [False, False, False, True, False, False, True, False, False, False, False]
    path = rng.choice(
        ["steady", "growing", "shrinking", "slipping", "improving", "churned"],
        n,
        p=[0.55, 0.14, 0.12, 0.07, 0.06, 0.06],
    )
    path[:11] = [
        "growing",
        "slipping",
        "steady",
        "steady",
        "steady",
        "shrinking",
        "steady",
        "steady",
        "growing",
        "steady",
        "defaulted",
    ]
    if default_client != DEFAULTED:
        path[DEFAULTED] = "steady"
    if default_client is not None:
        path[default_client] = "defaulted"
    currency = np.where(chinese, "CNY", rng.choice(["EUR", "USD"], n, p=[0.76, 0.24]))
    currency[:3] = ["EUR", "EUR", "USD"]
    groups = np.array([f"G{i + 1:04d}" for i in range(n)], dtype=object)
    groups[[2, 4]] = "G-ASTER"  # two large clients under one parent
    for start in range(20, min(n - 2, 60), 10):
        groups[start : start + 2] = groups[start]
    margin = rng.uniform(0.22, 0.38, n)
    margin[:5] = (0.20, 0.24, 0.26, 0.27, 0.25)  # large clients bargain
    return pd.DataFrame(
        {
            "client_id": [f"C{i + 1:04d}" for i in range(n)],
            "name": _names(rng, chinese),
            "group_id": groups,
            "industry": rng.choice(INDUSTRIES, n),
            "region": np.where(chinese, "China", rng.choice(REGIONS[:5], n)),
            "status": np.where(np.isin(path, ["churned", "defaulted"]), "lost", "current"),
            "account_manager": rng.choice(MANAGERS, n),
            "reputation": rng.integers(3, 11, n).astype(float),
            "need_for_product": rng.integers(2, 11, n).astype(float),
            "relationship_strength": rng.integers(2, 11, n).astype(float),
            "industry_leader": np.arange(n) % 37 == 1,
            "related_party": np.arange(n) == 9,
            "share": shares,
            "path": path,
            "terms": rng.choice([14, 30, 45, 60, 90], n, p=[0.08, 0.47, 0.2, 0.2, 0.05]),
            "delay": np.where(
                path == "slipping", 5, rng.choice([-4, 0, 3, 8, 18], n, p=[0.26, 0.34, 0.22, 0.12, 0.06])
            ),
            "spread": rng.uniform(2, 6, n),
            "margin": margin,
            "currency": currency,
        }
    )


def draw_credit_terms(rng: np.random.Generator, clients: pd.DataFrame, annual_revenue: float) -> pd.DataFrame:
    """What credit the company grants each client: the limit and the usual terms.

    Parameters
    ----------
    rng : Generator
        Of its own, so that nothing else of the company depends on it.
    clients : DataFrame
        From `draw_clients`.
    annual_revenue : float
        Of the whole company, in the reporting currency.

    Returns
    -------
    DataFrame, index of `clients`
        ``credit_limit`` (a typical balance with head-room; 0 for those who pay before delivery; empty where
        nobody has set one) and ``payment_terms_days``.
    """
    n = len(clients)
    balance = clients["share"] * annual_revenue * (clients["terms"] + 20) / 365
    limit = (balance * rng.uniform(0.8, 1.9, n)).clip(lower=5_000)
    step = 10.0 ** (np.floor(np.log10(limit)) - 1) * 5  # people set round limits
    limit = (limit / step).round() * step
    prepays, unset = rng.random((2, n))
    limit = limit.mask(prepays < 0.06, 0.0).mask(unset < 0.08)
    limit.iloc[:11] = limit.iloc[:11].fillna(500_000.0).where(limit.iloc[:11] != 0, 500_000.0)
    return pd.DataFrame({"credit_limit": limit, "payment_terms_days": clients["terms"].astype(float)})


def draw_prospects(rng: np.random.Generator, n: int, first: int) -> pd.DataFrame:
    """Companies that are no clients yet, with what they might buy.

    Parameters
    ----------
    rng : Generator
        Seeded by the caller.
    n : int
        How many.
    first : int
        Number of the first one's id.
    """
    return pd.DataFrame(
        {
            "client_id": [f"P{first + i:04d}" for i in range(n)],
            "name": [f"{name} Group" for name in _names(rng, np.zeros(n, dtype=bool))],
            "industry": rng.choice(INDUSTRIES, n),
            "region": rng.choice(REGIONS, n),
            "status": "prospect",
            "account_manager": rng.choice(MANAGERS, n),
            "potential_revenue": np.round(rng.lognormal(14, 0.8, n), -3),
            "reputation": rng.integers(4, 11, n).astype(float),
            "need_for_product": rng.integers(4, 11, n).astype(float),
            "industry_leader": np.arange(n) % 3 == 0,
        }
    )


def _names(rng: np.random.Generator, chinese: np.ndarray) -> list[str]:
    """Invented names, no two alike."""
    english = [f"{first} {second}" for first in FIRST for second in SECOND]
    local = [f"{city}{trade}有限公司" for city in CITIES for trade in TRADES]
    order, local_order = rng.permutation(len(english)), rng.permutation(len(local))
    names = []
    for i, is_chinese in enumerate(chinese):
        if is_chinese:
            serial = i // len(local)
            names.append(local[local_order[i % len(local)]] + (f"{serial}厂" if serial else ""))
        else:
            serial = i // len(english)
            suffix = f" {serial + 1}" if serial else ""
            names.append(f"{english[order[i % len(english)]]} {FORMS[i % len(FORMS)]}{suffix}")
    return names
