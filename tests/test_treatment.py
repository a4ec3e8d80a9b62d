"""What is done about risks: mitigations and their price, the register, the calendar, plans, actions."""

import itertools
import multiprocessing
from types import SimpleNamespace

import icalendar
import pandas as pd
import pytest
from conftest import HOUSE, make_invoices, make_receipts
from hypothesis import given
from hypothesis import strategies as st

from kamlib.alerting.actions import add_action, close_action, read_actions
from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import Policy, load_policy
from kamlib.protection.mitigation import break_even_probability, efficient_sets, pick_under_budget
from kamlib.protection.protection_effects import Protection
from kamlib.treatment import (
    FIGURES,
    MITIGATIONS,
    chosen_playbook,
    client_effect,
    diary_file,
    discount_rates,
    insurance_calendar,
    playbook_for,
    read_playbooks,
    read_register,
    review_treatment,
    score_actions,
)
from kamlib.treatment.mitigations import applicable, insurance_offer
from kamlib.treatment.playbooks import Playbook, PlaybookHead
from kamlib.wording import heading_treatment, note_register, note_score, say_score
from kamlib.wording.playbooks import drill_text, note_playbook
from kamlib.wording.treatment_cover import diary_entries

POLICY = load_policy()
MONEY = st.floats(0, 5_000_000)
COST = st.integers(-5, 40).map(float)


@st.composite
def clients(draw):
    balance, revenue = draw(MONEY), draw(st.floats(1, 2e7))
    receivable, own = balance * 0.45, draw(MONEY)
    held = draw(
        st.lists(
            st.builds(
                Protection,
                st.sampled_from(["deposit", "guarantee", "insurance"]),
                MONEY,
                st.floats(0, 1),
                st.floats(0, 100_000),
            ),
            max_size=3,
        )
    )
    client = SimpleNamespace(
        client_id="a",
        balance=balance,
        revenue=revenue,
        margin=revenue * draw(st.floats(0, 0.6)),
        receivable_loss=receivable,
        own_loss=own,
        overdue=balance * draw(st.floats(0, 1)),
        later_share=draw(st.floats(0, 1)),
        goods=balance * draw(st.floats(0, 0.4)),
        days=balance / revenue * 365,
        grade=draw(st.sampled_from(["A", "BB", "CCC", "C"])),
        level=draw(st.sampled_from(["low", "high", "critical", "unknown"])),
        loss=float("inf"),
    )
    client.loss = client_effect(client, held, (), POLICY).loss
    return client, held


@given(clients(), st.sets(st.sampled_from(MITIGATIONS), min_size=2, max_size=4))
def test_none_saves_more_than_the_loss_and_together_never_more_than_alone(drawn, kinds):
    client, held = drawn
    found = client_effect(client, held, kinds, POLICY)
    alone = [client.loss - client_effect(client, held, (kind,), POLICY).loss for kind in kinds]
    assert all(-0.02 <= saved <= client.loss + 0.02 for saved in alone)
    assert 0 <= found.loss <= client.loss + 0.01
    assert client.loss - found.loss <= sum(alone) + 0.05


@given(st.lists(st.lists(st.tuples(COST, st.integers(0, 40).map(float)), min_size=1, max_size=4), max_size=4), COST)
def test_the_exact_pick_equals_brute_force(options, budget):
    every = [
        (sum(cost for cost, _ in chosen), sum(worth for _, worth in chosen)) for chosen in itertools.product(*options)
    ]
    paid = [worth - cost for cost, worth in every if cost <= budget]
    sets = efficient_sets(options)
    found = pick_under_budget(sets, budget)
    assert (found is None) == (not paid)
    if found is not None:
        assert found.net == pytest.approx(max(paid))
        picked = [own[place] for own, place in zip(options, found.options, strict=True)]
        assert sum(cost for cost, _ in picked) == pytest.approx(found.cost)
    rises = [(a.cost < b.cost, a.benefit < b.benefit) for a, b in itertools.pairwise(sets)]
    assert all(all(pair) for pair in rises)  # dearer at equal effect is never there


def test_break_even_and_faults_of_the_search():
    assert break_even_probability(-5, 0) == 0
    assert break_even_probability(5, 0) == float("inf")
    with pytest.raises(DataError, match="doing nothing"):
        efficient_sets([[]])
    with pytest.raises(DataError, match="finite"):
        efficient_sets([[(float("nan"), 1)]])


def test_an_insurer_that_cuts_the_limit_covers_what_was_delivered_before():
    client = SimpleNamespace(grade="A", level="low", later_share=0.4, revenue=1_000.0)
    assert insurance_offer(100.0, client, (), POLICY)[0] == pytest.approx(60.0)  # kept limit 50 is full already
    client.later_share = 1.0
    assert insurance_offer(100.0, client, (), POLICY) == (50.0, pytest.approx(1.5))
    client.level = "critical"
    assert insurance_offer(100.0, client, (), POLICY) == (0.0, 0.0)


def test_the_discount_by_each_method_and_none_where_terms_are_too_short():
    rates = discount_rates(POLICY, 30)
    assert [round(rate, 4) for rate in rates.values()] == [0.3724, 0.3673, 0.4459]
    assert discount_rates(POLICY, 10) == {}


def ledger(**more):
    end = pd.Timestamp("2026-12-31")
    protections = pd.DataFrame(
        {
            "client_id": ["a"],
            "kind": ["insurance"],
            "start_date": pd.to_datetime(["2025-01-01"]),
            "end_date": [end],
            "limit": [150.0],
            "insured_share": [0.9],
            "deductible": [0.0],
            "max_extension_days": [60.0],
        }
    )
    people = pd.DataFrame(
        {"client_id": ["a", "b"], "name": ["Ada", "Bob"], "account_manager": ["Eve", None], "region": ["China", None]}
    )
    frames = {"invoices": make_invoices(), "receipts": make_receipts(), "clients": people, "protections": protections}
    return snapshot_from_frames(frames | more, "2026-03-31", "EUR", {"fixed_cost": 200.0})


@pytest.fixture(scope="module")
def small_policy():
    rules = POLICY.treatment
    calendar = rules.calendar.model_copy(update={"smallest_amount": 0.0})
    treatment = rules.model_copy(update={"materiality": 0.0, "accept_below": 1.0, "calendar": calendar})
    return POLICY.model_copy(update={"treatment": treatment})


@pytest.fixture(scope="module")
def review(small_policy):
    return review_treatment(ledger(), small_policy)


def test_the_register_reckons_in_money_and_probability(review):
    entries = review.register.entries
    assert (entries["expected"] - entries["probability"] * entries["residual"]).abs().max() < 0.01
    assert (entries["planned"] <= entries["residual"] + 1e-9).all()
    assert (entries["residual"] <= entries["inherent"] + 1e-9).all()
    credit = entries[entries["risk_id"] == "credit-a"].iloc[0]
    assert credit["inherent"] == pytest.approx(250 * 0.45)
    assert credit["residual"] == pytest.approx(250 * 0.45 * 0.1, abs=0.01)
    assert entries["owner_known"].all()
    assert not entries["past_review"].any()


def test_the_file_edits_adds_and_is_told_when_out_of_order(tmp_path, small_policy):
    file = tmp_path / "register.yaml"
    file.write_text(
        """entries:
  - {id: credit-a, owner: Nobody, review: 2026-01-31, note: asked}
  - {id: fire, kind: operational, title: Fire, probability: 0.01, inherent: 900, residual: 100}
  - {id: credit-zz, owner: Eve}
""",
        encoding="utf-8",
    )
    found = review_treatment(ledger(), small_policy, file).register
    assert found.unmatched == ("credit-zz",)
    assert found.past_review["risk_id"].tolist() == ["credit-a"]
    assert set(found.unowned["owner"]) == {"Nobody", ""}
    fire = found.entries[found.entries["risk_id"] == "fire"].iloc[0]
    assert (fire["expected"], fire["expected_inherent"]) == (1.0, 9.0)
    said = " ".join(note_register(found).paragraphs)
    for words in ("credit-zz", "past its day of review", "Nobody", "nobody named"):
        assert words in said


def test_a_faulty_register_is_refused_with_every_fault(tmp_path):
    file = tmp_path / "register.yaml"
    file.write_text("entries:\n  - {id: a, probability: 2}\n  - {id: b, inherent: 1, residual: 2}\n  - {colour: red}\n")
    with pytest.raises(DataError) as caught:
        read_register(file)
    assert len(caught.value.faults) >= 3
    file.write_text("entries:\n  - {id: a}\n  - {id: a}\n")
    with pytest.raises(DataError, match="stands twice"):
        read_register(file)
    file.write_text("")
    assert read_register(file) == ()


def test_an_empty_register_says_so():
    quiet = POLICY.model_copy(update={"treatment": POLICY.treatment.model_copy(update={"materiality": 1e9})})
    found = review_treatment(ledger(), quiet)
    assert found.register.entries.empty
    assert "the register is empty" in note_register(found.register).paragraphs[0]
    assert "No mitigation is worth its price" in heading_treatment(found, "Us").decision


def test_the_pick_never_saves_more_than_each_alone(review):
    plan = review.plan
    assert plan.expected_saved <= plan.sum_alone + 0.01
    assert plan.expected_saved <= plan.expected + 0.01
    assert plan.tail_saved <= plan.shortfall + 0.01
    assert plan.cost <= plan.budget


def test_the_calendar_counts_from_due_dates(review):
    events = review.calendar.events.set_index("event")["day"]
    assert events["extension"] == pd.Timestamp("2026-05-11")  # invoice 2 of a, due 12 March
    assert events["notify"] == pd.Timestamp("2026-06-10")
    assert events["default"] == pd.Timestamp("2026-05-11")
    assert events["claim"] == pd.Timestamp("2026-11-07")
    assert events["renew"] == pd.Timestamp("2026-11-01")
    assert review.calendar.gap_amount == pytest.approx(100.0)
    weeks = review.calendar.weeks.set_index("week")
    assert weeks["exposure"].iloc[-1] == pytest.approx(250.0)
    assert weeks["gap"].iloc[-1] == pytest.approx(100.0)
    assert set(review.calendar.gaps["gap"]) == {"over_limit", "uncovered"}


def test_a_diary_reads_the_calendar(review):
    made = diary_file(diary_entries(review.calendar), "Cover; a, b", review.calendar.date.date())
    assert made == diary_file(diary_entries(review.calendar), "Cover; a, b", review.calendar.date.date())
    events = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert len(events) == len(review.calendar.coming) == len({str(event["uid"]) for event in events})
    assert [event.decoded("dtstart") for event in events] == [day.date() for day in review.calendar.coming["day"]]
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert icalendar.Calendar.from_ical(diary_file([], "none", review.calendar.date.date())).walk("VEVENT") == []


def test_without_protections_or_receipts_it_says_what_is_missing():
    frames = {"invoices": make_invoices(), "receipts": make_receipts()}
    found = review_treatment(snapshot_from_frames(frames, "2026-03-31", "EUR"), POLICY)
    assert found.calendar.absent
    assert found.calendar.cover.empty
    bare = snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR")
    found = review_treatment(bare, POLICY)
    assert not found.calendar.payments_known
    assert found.calendar.events.empty
    assert insurance_calendar(ledger(invoices=make_invoices().head(1)), POLICY).payments_known


def test_every_playbook_is_there_in_both_languages_with_the_same_figures_and_triggers():
    english, chinese = read_playbooks("en"), read_playbooks("zh")
    assert set(english) == set(chinese)
    assert len(english) == 6
    for name, book in english.items():
        assert book.head.triggers == chinese[name].head.triggers != ()
        assert [len(lines) for _, lines in book.sections] == [len(lines) for _, lines in chinese[name].sections]


def test_a_drill_is_filled_with_the_clients_own_figures(review):
    books = read_playbooks("en")
    case = next(case for case in review.cases if case.client_id == "a")
    for book in books.values():
        text = drill_text(case, book, "Us")
        assert "Ada" in text
        assert "{" not in text
        assert "- [ ] " in text
    assert case.legal.names["en"] == "China"
    assert "250" in note_playbook(case, books, "Us").paragraphs[1] or "Ada" in note_playbook(case, books, "Us").title


def test_a_missing_playbook_and_a_faulty_one_are_told(tmp_path, review):
    books = read_playbooks("en")
    assert playbook_for(books, ["no such trigger"]) is None
    assert "write one" in note_playbook(review.cases[0], {}, "Us").paragraphs[0]
    with pytest.raises(DataError, match="client_stops_paying"):
        chosen_playbook(books, "fire")
    with pytest.raises(DataError, match="Put the emergency plans there"):
        read_playbooks("en", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "bad.md").write_text("no head", encoding="utf-8")
    (tmp_path / "en" / "odd.md").write_text("---\ntitle: T\nowner: O\n---\n## One\n{salary}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_playbooks("en", tmp_path)
    said = str(caught.value)
    assert "no head" in said
    assert "{salary}" in said
    assert "1 sections" in said
    assert FIGURES[0] in said


def test_actions_are_scored_by_time_and_effect(tmp_path, small_policy):
    log = tmp_path / "actions.jsonl"
    add = {"owner": "Eve", "expected_saved": 100.0}
    add_action(log, "In time", deadline="2026-03-20", opened="2026-02-01", client_id="a", **add)
    add_action(log, "Late", deadline="2026-03-01", opened="2026-02-01", **add)
    add_action(log, "Overdue", deadline="2026-03-10", opened="2026-02-01", owner="Zed", expected_saved=5.0)
    add_action(log, "Open", deadline="2026-06-10", opened="2026-02-01", **add)
    add_action(log, "Tomorrow", deadline="2026-06-10", opened="2026-04-01", **add)
    close_action(log, "A0001", "done", "2026-03-15")
    close_action(log, "A0002", "done", "2026-03-05", saved=40.0)
    found = score_actions(log, ledger(), small_policy)
    told = found.actions.set_index("what")
    assert told["status"].to_dict() == {"In time": "in time", "Late": "late", "Overdue": "overdue", "Open": "open"}
    assert found.actions["what"].iloc[0] == "Overdue"
    assert told.loc["Overdue", "days_late"] == 21
    assert told.loc["Late", "saved"] == 40.0
    assert told["measured"].notna().sum() == 1
    assert told.loc["In time", "saved"] == told.loc["In time", "measured"]
    assert found.in_time_share == pytest.approx(1 / 3)
    assert "Zed" in say_score(found)
    assert "1 overdue" in say_score(found)
    told = note_score(found).paragraphs
    assert told[1:2] == ("Overdue: Overdue (Zed, due 10\xa0March\xa02026)",)
    assert [text.split(":")[0] for text in told[2:]] == ["Done late", "Done in time"]
    assert told[2].endswith("saved +40, expected 100.")
    assert (
        note_score(score_actions(tmp_path / "none.jsonl", ledger(), small_policy)).paragraphs[0].startswith("No action")
    )
    earlier = score_actions(log, ledger().as_of("2026-03-04"), small_policy)
    assert set(earlier.actions["status"]) == {"open", "overdue"}
    lead = review_treatment(ledger(), small_policy, actions=log)
    assert heading_treatment(lead, "Us").decision.startswith("1 action is overdue: Overdue")


def test_faulty_actions_are_refused_whole(tmp_path):
    log = tmp_path / "actions.jsonl"
    with pytest.raises(DataError) as caught:
        add_action(log, " ", "", "2026-01-01", -1, "2026-02-01")
    assert {fault.field for fault in caught.value.faults} == {"what", "owner", "deadline", "expected_saved"}
    assert not log.exists()
    with pytest.raises(DataError, match="such as"):
        add_action(log, "x", "Eve", "soon", 1, "2026-02-01")
    with pytest.raises(DataError, match="kam action list"):
        close_action(log, "A0009", "done", "2026-02-02")
    add_action(log, "x", "Eve", "2026-03-01", 1, "2026-02-01")
    with pytest.raises(DataError) as caught:
        close_action(log, "A0001", " ", "2026-01-02", float("inf"))
    assert {fault.field for fault in caught.value.faults} == {"--outcome", "--date", "--saved"}
    close_action(log, "A0001", "done", "2026-02-02")
    with pytest.raises(DataError, match="closed on 2026-02-02"):
        close_action(log, "A0001", "again", "2026-02-03")
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "action", "action_id"')
    assert read_actions(log).broken == 1
    assert add_action(log, "y", "Eve", "2026-03-01", 1, "2026-02-01")["action_id"] == "A0002"


def _write(path, name):
    for number in range(20):
        add_action(path, f"{name} {number}", "Eve", "2026-03-01", 1, "2026-02-01")


def test_two_writers_lose_nothing(tmp_path):
    log = tmp_path / "actions.jsonl"
    context = multiprocessing.get_context("forkserver")
    writers = [context.Process(target=_write, args=(log, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = read_actions(log)
    assert found.broken == 0
    assert len({action["action_id"] for action in found.actions}) == 40


def test_the_commands(run_kam, tmp_path):
    run = tmp_path / "q.yaml"
    run.write_text(
        "run: q\ntitle: Us\nas_of: 2026-09-30\nledger:\n  sample: {seed: 5, clients: 30, months: 30, scale: 0.15}\n"
        f"out: {tmp_path}/q\nclients: {{top: 2}}\n",
        encoding="utf-8",
    )
    done = run_kam(
        "action",
        "add",
        run,
        "Ask for security",
        "--owner",
        "Eve",
        "--by",
        "2026-08-31",
        "--saves",
        "500",
        "--client",
        "C0001",
        "--date",
        "2026-08-01",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "q.actions.jsonl").exists()
    done = run_kam("action", "list", run)
    assert "overdue" in done.stdout, done.stderr
    assert "Ask for security" in done.stdout
    done = run_kam("action", "close", run, "A0001", "--outcome", "given", "--date", "2026-08-20")
    assert done.returncode == 0
    done = run_kam("calendar", run)
    assert done.returncode == 0, done.stderr
    icalendar.Calendar.from_ical((tmp_path / "q.insurance.ics").read_bytes())
    done = run_kam("drill", "demand_halves", "--client", "C0001", "--run", run, "--lang", "zh")
    assert "演练" in done.stdout, done.stderr
    assert "{" not in done.stdout
    assert run_kam("drill", "fire", "--client", "C0001", "--run", run).returncode == 2


def test_the_policy_refuses_what_makes_no_sense():
    for wrong in (
        {"likelihood_bands": [0.5, 0.1, 0.2, 0.3]},
        {"legal": {}},
        {"instruments": {"title_by_age": [[30, 2]]}},
    ):
        with pytest.raises(ValueError):
            Policy.model_validate({"treatment": wrong})


def test_the_shipped_registers_can_be_read():
    assert read_register() == ()
    assert len(read_register(HOUSE / "params" / "demo_register.yaml")) == 3


def test_a_closed_action_and_an_edited_register_make_the_report_again(tmp_path):
    from kamlib.reports.notebooks import inspect_notebook
    from kamlib.reports.plan import plan_tasks
    from kamlib.runs import parse_run

    register = tmp_path / "register.yaml"
    register.write_text("entries: []\n", encoding="utf-8")
    content = {
        "run": "q",
        "title": "Us",
        "as_of": "2026-03-31",
        "ledger": {"path": "x"},
        "out": str(tmp_path / "q"),
        "parameters": {"portfolio/risk_treatment": {"register_file": str(register)}},
    }
    run = parse_run(content, "test")
    notebooks = [inspect_notebook("portfolio/risk_treatment"), inspect_notebook("portfolio/contracts")]

    def keys():
        return [task.hash for task in plan_tasks(run, notebooks, ledger(), POLICY, "kam")]

    first = keys()
    add_action(run.action_log, "x", "Eve", "2026-03-01", 1, "2026-02-01")
    second = keys()
    register.write_text("entries:\n  - {id: a}\n", encoding="utf-8")
    third = keys()
    assert len({first[0], second[0], third[0]}) == 3
    assert first[1] == second[1] == third[1]


def test_an_alert_leads_to_its_plan():
    from kamlib.wording.alerts import alert_line

    alert = {"name": "Ada", "client_id": "a", "before": "low", "level": "high", "exposure": 1.0, "currency": "EUR"}
    alert |= {"reason": "r", "action": "A", "owner": "O", "deadline": "2026-01-01", "alert_id": "1"}
    assert "kam drill" not in alert_line(alert)
    assert alert_line(alert | {"playbook": "demand_halves"}).endswith("kam drill demand_halves --client a")


def test_the_demo_finds_its_own_register():
    from kamlib.reports.plan import check_request
    from kamlib.runs import load_run

    assert [
        fault for fault in check_request(load_run("demo"))[2] if "register" in str(fault) or "risk" in str(fault)
    ] == []


def test_a_step_for_which_the_client_has_no_figure_is_left_out():
    plan = Playbook(
        "p",
        PlaybookHead(title="T", owner="O"),
        (("Steps", ("Call {client}.", "Claim by {claim_by}.")), ("Only", ("{limit}",))),
    )
    filled = plan.filled({"client": "A", "claim_by": "none", "limit": "none"}, {"claim_by", "limit"})
    assert filled.sections == (("Steps", ("Call A.",)), ("Only", ("none",)))


def test_title_that_contracts_retain_already_is_no_mitigation():
    client = SimpleNamespace(
        client_id="a", balance=1e6, revenue=4e6, margin=1e6, receivable_loss=4.5e5, own_loss=1e5, overdue=2e5,
        later_share=0.5, goods=3e5, days=91.0, grade="B", level="high", loss=float("inf"), titled=False,
    )  # fmt: skip
    client.loss = client_effect(client, (), (), POLICY).loss
    kinds = applicable(client, (), POLICY)
    assert "retention_of_title" in kinds
    client.titled = True
    assert [kind for kind in kinds if kind != "retention_of_title"] == applicable(client, (), POLICY)
