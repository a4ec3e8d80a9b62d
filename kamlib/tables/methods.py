"""Every measure with its worked example, the index of terms, and the whole policy in force."""

from typing import Any

from kamlib.blocks import Block, Column, Note, Prose, Section, Table
from kamlib.language import current_language, listing, phrase, sentences, tr
from kamlib.methods import (
    SECTIONS,
    Definition,
    index_of_terms,
    values_in_force,
    whole_policy,
    worked_example,
)
from kamlib.policy import Policy
from kamlib.tables.shared import table_of
from kamlib.wording.confidence import table_name

SECTION_NAMES = {
    "executive": phrase("The company"),
    "concentration": phrase("Concentration"),
    "stress": phrase("Stress and money at risk"),
    "ranking": phrase("Key clients"),
    "credit": phrase("Credit and receivables"),
    "collections": phrase("Collections"),
    "early_warning": phrase("Early warning"),
    "profile": phrase("Contract, demand, relationship, churn"),
    "treatment": phrase("Risk treatment"),
    "post_mortem": phrase("Case post-mortem"),
}


def blocks_methods(policy: Policy) -> list[Block]:
    """The measures of each subject: what, formula, source, worked example as it runs now, policy in force, code.

    An example that explains several measures is shown with the first.
    """
    values, blocks = values_in_force(policy), []
    shown: dict[str, str] = {}
    for section, definitions in SECTIONS.items():
        blocks.append(Section(tr(SECTION_NAMES[section])))
        for place, definition in enumerate(definitions):
            example = worked_example(definition)
            session = example.session if example is not None else ""
            alike = shown.get(session, "")
            nodes = [{"type": "rule"}] if place else []
            blocks.append(Prose((*nodes, *_measure(definition, "" if alike else session))))
            blocks.append(Note("", (_rests_on(definition, values, alike),), small=True))
            if session:
                shown.setdefault(session, definition.name)
    return blocks


def table_terms() -> Table:
    """The words of the field in both languages; the language in use stands first and gives the order."""
    rows = [[english, chinese, tr(SECTION_NAMES[section])] for english, chinese, section in index_of_terms()]
    columns = [Column("english", "English", False), Column("chinese", "中文", False)]
    if current_language() == "zh":
        columns = columns[::-1]
        rows = sorted(([zh, en, where] for en, zh, where in rows), key=lambda row: row[0].encode("gb18030"))
    columns.append(Column("subject", tr("Subject"), False))
    return table_of("", columns, rows, rows, key="methods_terms")


def table_policy(policy: Policy) -> Table:
    """Every value of the policy in force, by its dotted key."""
    rows = [list(item) for item in whole_policy(policy).items()]
    columns = [Column("key", tr("Key"), False), Column("value", tr("Value in force"), False)]
    return table_of(tr("The whole policy in force"), columns, rows, rows, key="policy")


def _measure(definition: Definition, session: str) -> list[dict[str, Any]]:
    """Name, meaning, formula and example as running text."""
    nodes = [_node("heading", _text(tr(definition.name))), _node("paragraph", _text(tr(definition.says)))]
    if definition.formula:
        nodes.append(_node("paragraph", _node("emphasis", _text(tr(definition.formula)))))
    if session:
        nodes.append({"type": "codeblock", "text": session})
    return nodes


def _rests_on(definition: Definition, values: dict[str, str], alike: str) -> str:
    """Source, policy, tables and code; `alike` is the measure whose example explains this one, too."""
    policy = "; ".join(f"{key} = {values[key]}" for key in definition.policy)
    return sentences(
        tr("Example: as for “{name}”.", name=tr(alike)) if alike else "",
        tr("Source: {source}.", source=definition.source) if definition.source else "",
        tr("Policy in force: {values}.", values=policy) if policy else "",
        tr("Reads {tables}.", tables=listing(map(table_name, definition.tables))) if definition.tables else "",
        tr("Code: {home}.", home=f"kamlib.{definition.home}"),
    )


def _node(kind: str, child: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "children": [child]}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
