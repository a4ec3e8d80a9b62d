"""What a definition holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """What a figure or a table means, by what rule, from which rows.

    Attributes
    ----------
    keys : tuple of str
        Of the figures (`blocks.Kpi.key`) and tables (`blocks.Table.key`) that it explains; the first names it.
    name, says, formula : str
        English; said in the language in use by `language.tr`. A formula in symbols alone needs no translation.
    source : str
        Where the field has it from; empty for a rule of this house.
    policy : tuple of str
        Dotted names of the thresholds that it rests on.
    tables : tuple of str
        Canonical tables whose rows it reads.
    home : str
        The function or class below ``kamlib`` that computes it.
    example : str
        The function below ``kamlib`` whose docstring works it on small numbers; empty: `home`, if it does.
    """

    keys: tuple[str, ...]
    name: str
    says: str
    home: str
    formula: str = ""
    source: str = ""
    policy: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    example: str = ""

    @property
    def key(self) -> str:
        """Its own name: the first of its keys."""
        return self.keys[0]
