"""The reports of a run: which notebook for which client, with which parameters, to which files."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamlib.dependence import revenue_by_client
from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy, load_policy
from kamlib.post_mortem.case import CASE_FOLDER, CaseFile, load_case
from kamlib.reports.notebooks import UNITS, NotebookFacts, check_parameters, inspect_notebook, shipped_notebooks
from kamlib.runs import Run, Selection, check_place, code_hash
from kamlib.settings import HOUSE, house_path
from kamlib.treatment.playbooks import PLAYBOOKS
from kamlib.treatment.register import REGISTER_FILE

OWN_PARAMETERS = ("source", "client_id", "policy_file", "lang", "previous")
PARTS = {
    "data": "the data",
    "notebook": "the notebook",
    "parameters": "the parameters",
    "policy": "the policy",
    "code": "kamlib",
}


@dataclass(frozen=True)
class Task:
    """One report to be made; plain values only, so that it can be sent to another process.

    Attributes
    ----------
    unit : str
        The notebook's folder: ``portfolio``, ``client``, ``case`` or ``reference``.
    client_id, client_name : str
        Empty for the portfolio; of a case its client, or none where no ledger knows it, and the case's name.
    stem : str
        Path of the report below the run's folder, without suffix.
    key : dict
        What the report depends on: a hash for each of `PARTS`.
    """

    unit: str
    client_id: str
    client_name: str
    notebook: str
    notebook_path: str
    parameters: dict[str, Any]
    stem: str
    key: dict[str, str]

    @property
    def name(self) -> str:
        """How the run calls it: ``credit_review of C0001``."""
        title = self.notebook.split("/")[-1]
        return f"{title} of {self.client_id}" if self.client_id else title

    @property
    def hash(self) -> str:
        """The whole key as one hash."""
        return hashlib.sha256(json.dumps(self.key, sort_keys=True).encode()).hexdigest()


def check_request(run: Run) -> tuple[list[NotebookFacts], Policy | None, list[Fault]]:
    """Everything about a run that can be checked without its ledger: notebooks, their parameters, the policy."""
    faults: list[Fault] = []
    notebooks: list[NotebookFacts] = []
    for case in run.cases:
        try:
            load_case(case)
        except DataError as error:
            faults += error.faults
    by_default = shipped_notebooks() if run.ledger.figures is None else []
    by_default += shipped_notebooks(units=("case",)) if run.cases else []
    for name in dict.fromkeys(by_default if run.notebooks is None else run.notebooks):
        try:
            notebooks.append(inspect_notebook(name))
        except DataError as error:
            faults += error.faults
    known = {facts.name for facts in notebooks}
    names = [facts.name for facts in notebooks]
    faults += [
        Fault("notebooks", name, "Give one of them another file name: their reports would have the same place.")
        for name in sorted(known)
        if names.count(name) > 1
    ]
    faults += check_place(run)
    for notebook, given in run.parameters.items():
        facts = next((facts for facts in notebooks if facts.name == notebook), None)
        if facts is None:
            faults.append(
                Fault(f"parameters: {notebook}", "unknown notebook", f"Use one of {', '.join(sorted(known))}.")
            )
        else:
            faults += check_parameters(facts, given)
            faults += [
                Fault(
                    f"parameters of {notebook}: {name}",
                    "set by the run itself",
                    "Take it out; use ledger, policy and clients.",
                )
                for name in given
                if name in OWN_PARAMETERS
            ]
    policy = None
    try:
        policy = load_policy(run.policy)
    except DataError as error:
        faults += error.faults
    return notebooks, policy, faults


def choose_clients(selection: Selection, snapshot: Snapshot, policy: Policy) -> list[str]:
    """The clients that get a report, largest revenue first.

    Raises
    ------
    DataError
        As-of day before the first invoice, unknown clients, unknown columns: every fault at once.
    """
    invoices = snapshot.invoices
    if invoices.empty:
        ledger = snapshot.facts.get("ledger", {}).get("tables", {}).get("invoices", {})
        remedy = f"Choose a day from {ledger.get('first_day')} to {ledger.get('last_day')}."
        raise DataError(Fault("as_of", f"{snapshot.date:%Y-%m-%d} is before the first invoice", remedy))
    revenue = revenue_by_client(snapshot, policy.concentration.window_months)
    every = dict.fromkeys(invoices["client_id"], 0.0) | revenue.to_dict()
    ranked = sorted(every, key=lambda client: (-every[client], client))
    named = [*selection.ids, *selection.also]
    faults = [
        Fault(
            "clients",
            client,
            f"Name a client with an invoice up to {snapshot.date:%Y-%m-%d}; there are {len(ranked):,}.",
        )
        for client in named
        if client not in every
    ]
    master = snapshot.table("clients").set_index("client_id")
    for column in selection.where:
        if column not in master.columns:
            faults.append(
                Fault("clients.where", column, f"Use a column of the clients table: {', '.join(master.columns)}.")
            )
    raise_faults(faults)
    for column, allowed in selection.where.items():
        ranked = [client for client in ranked if client in master.index and str(master.at[client, column]) in allowed]
    if selection.ids:
        chosen = [client for client in ranked if client in selection.ids]
    else:
        chosen = ranked if selection.top is None or selection.all else ranked[: selection.top]
    return list(dict.fromkeys([*chosen, *selection.also]))


def plan_tasks(run: Run, notebooks: list[NotebookFacts], snapshot: Snapshot, policy: Policy, engine: str) -> list[Task]:
    """The tasks of a run, portfolio first."""
    folder = run.folder / "snapshot"
    source = _relative(folder)
    policy_path = house_path(run.policy)
    described = {name: snapshot.facts.get(name) for name in ("key", "as_of", "title", "source", "company")}
    base = {
        "data": _hash(described),
        "policy": hashlib.sha256(policy_path.read_bytes()).hexdigest(),
        "code": _hash([code_hash(), engine]),
    }
    names = snapshot.table("clients").set_index("client_id")["name"].dropna().to_dict()
    offered = {"source": source, "policy_file": _relative(policy_path), "lang": run.lang}
    if run.previous:
        offered["previous"] = _relative(house_path(run.previous))
    chosen = choose_clients(run.clients, snapshot, policy) if any(facts.unit == "client" for facts in notebooks) else []
    tasks = []
    cases = [load_case(case) for case in run.cases]
    for facts in sorted(notebooks, key=lambda facts: UNITS.index(facts.unit)):
        for subject in _subjects(facts.unit, chosen, names, cases):
            automatic = offered | subject.offers
            parameters = {k: v for k, v in automatic.items() if k in facts.parameters} | run.parameters.get(
                facts.name, {}
            )
            stem = f"{subject.place}/{facts.path.stem}"
            files = [*_files_read(run, facts, parameters), *([subject.content] if subject.content else [])]
            key = base | {"notebook": facts.sha256, "parameters": _hash([parameters, run.lang, *files])}
            path = str(facts.path.resolve())
            tasks.append(Task(facts.unit, subject.client_id, subject.name, facts.name, path, parameters, stem, key))
    root = run.folder.resolve()
    for task in tasks:
        if not (root / task.stem).resolve().is_relative_to(root):
            raise AssertionError(f"{task.stem} leaves {root}")
    return tasks


@dataclass(frozen=True)
class _Subject:
    """What a notebook is run for: whose, under which name, where its report goes, the parameters it is offered."""

    client_id: str
    name: str
    place: str
    offers: dict[str, str]
    content: str = ""


def _subjects(unit: str, chosen: list[str], names: dict[str, str], cases: list[CaseFile]) -> list[_Subject]:
    if unit == "client":
        return [
            _Subject(client, names.get(client, client), f"clients/{client_folder(client)}", {"client_id": client})
            for client in chosen
        ]
    if unit == "case":
        return [_subject_of(case) for case in cases]
    return [_Subject("", "", unit, {})]


def _subject_of(file: CaseFile) -> _Subject:
    """A case depends on its file, on the policy of then beside it, and on the library that it is compared with."""
    texts = [path.read_bytes() for path in (file.path, *sorted(CASE_FOLDER.glob("*.yaml")))]
    if file.case.policy_then and (file.path.parent / file.case.policy_then).is_file():
        texts.append((file.path.parent / file.case.policy_then).read_bytes())
    content = hashlib.sha256(b"".join(texts)).hexdigest()
    place = f"cases/{client_folder(file.slug)}"
    return _Subject(file.case.client_id or "", file.slug, place, {"case_file": _relative(file.path)}, content)


def _files_read(run: Run, facts: NotebookFacts, parameters: dict[str, Any]) -> list[str]:
    """The content of what people write and a notebook reads besides the policy: register, action log, playbooks."""
    given = facts.parameters | parameters
    paths: list[Path] = []
    if "actions_file" in given:
        paths.append(house_path(given["actions_file"]) if given["actions_file"] else run.action_log)
    if "register_file" in given:
        paths.append(house_path(given["register_file"] or REGISTER_FILE))
        paths += sorted(PLAYBOOKS.glob("*/*.md"))
    return [hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in paths]


def client_folder(client_id: str) -> str:
    """A folder name for any id: what can be read of it, and a short hash that keeps ids apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", client_id.lower()).strip("-")[:40] or "client"
    return f"{slug}-{hashlib.sha256(client_id.encode()).hexdigest()[:8]}"


def changed_parts(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Which parts of a report's key differ, in words."""
    return [words for part, words in PARTS.items() if old.get(part) != new.get(part)]


def _relative(path: Path) -> str:
    """A path from the project's folder where it lies inside, so that a moved project changes nothing."""
    resolved = path.resolve()
    return resolved.relative_to(HOUSE).as_posix() if resolved.is_relative_to(HOUSE) else str(resolved)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
