"""Every definition, and the whole policy in force, as tables."""

from kamlib.blocks import Column, Table
from kamlib.language import phrase, sentences, tr
from kamlib.methods import SECTIONS, Definition, values_in_force, whole_policy
from kamlib.policy import Policy
from kamlib.tables.shared import table_of

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


def tables_methods(policy: Policy) -> list[Table]:
    """The definitions of each section: what, formula, policy in force, code."""
    values = values_in_force(policy)
    columns = [
        Column("name", tr("Measure"), False),
        Column("says", tr("Definition"), False),
        Column("policy", tr("Policy in force"), False),
    ]
    tables = []
    for section, definitions in SECTIONS.items():
        rows = [_row(definition, values) for definition in definitions]
        tables.append(table_of(tr(SECTION_NAMES[section]), columns, rows, rows, key=f"methods_{section}"))
    return tables


def table_policy(policy: Policy) -> Table:
    """Every value of the policy in force, by its dotted key."""
    rows = [list(item) for item in whole_policy(policy).items()]
    columns = [Column("key", tr("Key"), False), Column("value", tr("Value in force"), False)]
    return table_of(tr("The whole policy in force"), columns, rows, rows, key="policy")


def _row(definition: Definition, values: dict[str, str]) -> list[str]:
    source = tr("Source: {source}.", source=definition.source) if definition.source else ""
    policy = "; ".join(f"{key} = {values[key]}" for key in definition.policy)
    formula = tr("Formula: {formula}.", formula=tr(definition.formula)) if definition.formula else ""
    home = tr("Code: {home}.", home=f"kamlib.{definition.home}")
    return [tr(definition.name), sentences(tr(definition.says), formula, source, home), policy]
