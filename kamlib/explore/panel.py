"""A panel: dials above, the answer below, and the lines of the policy file that say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import yaml
from ipywidgets import HTML, Dropdown, FloatSlider, HBox, IntSlider, Layout, VBox
from pydantic import ValidationError

from kamlib.blocks import Block, jupyter_style, render_block
from kamlib.errors import DataError
from kamlib.language import current_language, speaking, tr
from kamlib.policy import Policy

WIDE, LABEL = "430px", "230px"


@dataclass(frozen=True)
class Dial:
    """One thing to turn: a number between two ends, whole where its step is, or a choice of (label, value) pairs."""

    label: str
    value: Any
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    choices: tuple[tuple[str, Any], ...] = ()

    def widget(self) -> Any:
        """The dial as JupyterLab shows it."""
        common = {"description": self.label, "style": {"description_width": LABEL}, "layout": Layout(width=WIDE)}
        if self.choices:
            return Dropdown(options=list(self.choices), value=self.value, **common)
        if isinstance(self.step, int):
            return IntSlider(value=int(self.value), min=int(self.low), max=int(self.high), step=self.step, **common)
        return FloatSlider(
            value=self.value, min=self.low, max=self.high, step=self.step, readout_format=".2f", **common
        )


@dataclass(frozen=True)
class Answer:
    """What a turn of the dials shows, and the part of the policy file that amounts to it."""

    blocks: tuple[Block, ...]
    policy: Mapping[str, Any]


class Panel(VBox):
    """Dials whose every turn asks the same function of the batch again.

    Parameters
    ----------
    title : str
    dials : mapping
        Name → `Dial`.
    ask : callable
        Takes the dials' values by name, returns an `Answer`.
    """

    def __init__(self, title: str, dials: Mapping[str, Dial], ask: Callable[..., Answer]) -> None:
        self.dials = {name: dial.widget() for name, dial in dials.items()}
        self.shown, self.pasted = HTML(), HTML()
        self._ask, self._lang = ask, current_language()
        head = HTML(f"<style>{jupyter_style()}</style><div class='kam'><h3>{escape(title)}</h3></div>")
        layout = Layout(flex_flow="row wrap")
        super().__init__([head, HBox(list(self.dials.values()), layout=layout), self.shown, self.pasted])
        for dial in self.dials.values():
            dial.observe(self.turn, names="value")
        self.turn()

    @property
    def values(self) -> dict[str, Any]:
        """Where the dials stand."""
        return {name: dial.value for name, dial in self.dials.items()}

    def turn(self, _: Any = None) -> None:
        """Ask again and show the answer; what the policy does not allow is told in its place."""
        with speaking(self._lang):
            try:
                answer = self._ask(**self.values)
            except (DataError, ValidationError) as error:
                faults = error.faults if isinstance(error, DataError) else [part["msg"] for part in error.errors()]
                lines = "".join(f"<p>{escape(str(fault).removeprefix('Value error, '))}</p>" for fault in faults)
                self.shown.value, self.pasted.value = f"<div class='kam tone-alarm'>{lines}</div>", ""
                return
            self.shown.value = "".join(str(render_block(block.to_json())) for block in answer.blocks)
            said = tr("For params/policy.yaml:")
            lines = policy_lines(answer.policy)
            self.pasted.value = f"<div class='kam'><p class='muted'>{escape(said)}</p><pre>{escape(lines)}</pre></div>"


def policy_lines(changes: Mapping[str, Any]) -> str:
    """Part of a policy file as YAML, short lists and mappings on one line.

    Examples
    --------
    >>> print(policy_lines({"limits": {"block_oldest_days": 30, "utilisation": [0.7, 0.9, 1.0]}}), end="")
    limits:
      block_oldest_days: 30
      utilisation: [0.7, 0.9, 1.0]
    """
    return yaml.safe_dump(dict(changes), sort_keys=False, allow_unicode=True, default_flow_style=None, width=88)


def policy_with(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """The policy with some values changed, checked as the file is.

    Raises
    ------
    ValidationError
        A value that the section does not allow, or a name that is not in it.

    Examples
    --------
    >>> policy_with(Policy(), {"early_warning": {"limits": {"disputes": 0.2}}}).early_warning.limits.disputes
    0.2
    """
    return type(policy).model_validate(_merged(policy.model_dump(mode="json"), changes))


def _merged(content: Any, changes: Any) -> Any:
    if not isinstance(content, dict) or not isinstance(changes, Mapping):
        return changes
    return content | {name: _merged(content.get(name), value) for name, value in changes.items()}
