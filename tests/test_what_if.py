"""The what-if of the concentration page: its figures are those of the measures, in Chromium as in Python."""

import numpy as np
import pytest
from conftest import CHROMIUM_FLAGS, find_chromium, make_invoices

from kamlib import formats, stress, tables
from kamlib.language import speaking
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.reports.document import Document
from kamlib.reports.html import html_of
from kamlib.reports.pdf import pdf_of
from kamlib.samples.company import generate_company

COMPANY = {"fixed_cost": 2_400_000, "opening_cash": 4_200_000, "minimum_cash": 1_500_000}
KEYS = {"revenue": "revenue", "margin": "margin", "profit": "profit", "first": "first_year_profit", "cash": "cash"}


@pytest.fixture(scope="module")
def company() -> Snapshot:
    frames = generate_company(7, clients=40, months=30, scale=0.15)
    wanted = ("invoices", "receipts", "clients", "contracts", "fx")
    return snapshot_from_frames({n: frames[n] for n in wanted}, "2026-09-30", "EUR", COMPANY)


@pytest.fixture(scope="module")
def model(company, policy):
    return stress.cash_model(company, policy, 52)


def random_sets(clients: list[str], count: int) -> list[list[str]]:
    draw = np.random.default_rng(12)
    return [list(draw.choice(clients, draw.integers(2, len(clients)), replace=False)) for _ in range(count)]


def expected_of(company: Snapshot, chosen: list[str], model) -> dict[str, float]:
    last = stress.lose_clients(company, chosen, 12, model).steps.iloc[-1]
    return {key: float(last[name]) for key, name in KEYS.items()}


def page_of(company, policy, model, lang="en") -> Document:
    with speaking(lang):
        block = tables.choose_clients(stress.loss_parts(company, policy, model))
        head = {"block": "heading", "title": "Losses", "finding_value": 0.0}
        head |= dict.fromkeys(("kicker", "period", "decision", "level", "level_word", "finding", "finding_label"), "")
        return Document("Losses", [head, block.to_json()], lang)


def test_parts_add_up_to_the_loss_of_any_set(company, policy, model):
    parts = stress.loss_parts(company, policy, model)
    for chosen in random_sets(parts.clients.index.tolist(), 10):
        lost = parts.clients.loc[chosen].sum(numeric_only=True)
        wanted = expected_of(company, chosen, model)
        assert parts.revenue - lost["revenue"] == pytest.approx(wanted["revenue"], abs=0.02)
        assert parts.margin - lost["margin"] - parts.fixed_cost == pytest.approx(wanted["profit"], abs=0.02)
        assert parts.cash - lost["cash"] == pytest.approx(wanted["cash"], abs=0.02)


def test_what_is_not_known_stays_unknown(policy):
    bare = snapshot_from_frames({"invoices": make_invoices().drop(columns="cost")}, "2026-03-31", "EUR")
    content = tables.choose_clients(stress.loss_parts(bare, policy)).to_json()["content"]
    assert content["margin"] is content["cash"] is content["fixed"] is None
    assert content["revenue"] > 0


def test_only_pages_that_need_it_have_the_script_and_paper_has_none(company, policy, model):
    document = page_of(company, policy, model)
    html = html_of(document)
    assert html.count("<script>") == 1
    assert "script-src 'sha256-" in html
    assert "unsafe-inline'; script" in html
    other = html_of(Document("Losses", document.blocks[:1], "en"))
    assert "script-src" not in other
    assert "<script>" not in other
    assert pdf_of(document).startswith(b"%PDF")


def test_a_hostile_name_stays_text(policy, small_snapshot):
    import pandas as pd

    names = ['"><script>alert(1)</script>', "</div>'", "{{ 7 * 7 }}"]
    clients = pd.DataFrame({"client_id": ["a", "b", "c"], "name": names})
    hostile = snapshot_from_frames({"invoices": small_snapshot.invoices, "clients": clients}, "2026-03-31", "EUR")
    html = html_of(page_of(hostile, policy, None))
    assert "<script>alert" not in html
    assert html.count("<script>") == 1


@pytest.fixture(scope="module")
def browser():
    path = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


CHOOSE = """chosen => {
  const wanted = new Set(chosen), out = {};
  for (const box of document.querySelectorAll('.whatif-list input')) box.checked = wanted.has(box.value);
  document.querySelector('.whatif-list input').dispatchEvent(new Event('change'));
  return [...document.querySelectorAll('.whatif .kpi .text')].map(p => [Number(p.dataset.value), p.textContent]);
}"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_chromium_reckons_as_python_does(browser, company, policy, model, tmp_path, lang):
    file = tmp_path / "page.html"
    file.write_text(html_of(page_of(company, policy, model, lang)), encoding="utf-8")
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(file.as_uri())
    clients = stress.loss_parts(company, policy, model).clients.index.tolist()
    assert page.locator(".whatif-list input").count() == len(clients)
    for chosen in [*([client] for client in clients), *random_sets(clients, 100)]:
        shown = page.evaluate(CHOOSE, chosen)
        for (value, text), (key, wanted) in zip(shown, expected_of(company, chosen, model).items(), strict=True):
            assert value == pytest.approx(wanted, abs=0.05 + 0.005 * len(chosen)), (chosen, key)
            with speaking(lang):
                near = {formats.money(value + step, lang) for step in (-0.01, 0, 0.01)}
            assert text in near, (chosen, key)
    page.fill(".whatif-bar input", clients[0] + "no such")
    assert page.locator(".whatif-list label:visible").count() == 0
    page.fill(".whatif-bar input", "")
    page.locator(".whatif-bar button").nth(1).click()
    assert page.locator(".whatif-list input:checked").count() == 3
    page.emulate_media(media="print")
    assert not page.locator(".whatif-part").is_visible()
    assert problems == []
    page.close()
