"""Every indicator and level at each month end, from a panel: what the signs of trouble would have said."""

from dataclasses import dataclass

from kamlib.early_warning.catalogue import read_all
from kamlib.early_warning.levels import Levels, warning_levels
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import Reading
from kamlib.policy import Policy


@dataclass(frozen=True)
class Replay:
    """Every indicator and level at each month end, each from what was known by then.

    Attributes
    ----------
    panel : Panel
    readings : dict
        Indicator → `Reading`.
    levels : Levels
    """

    panel: Panel
    readings: dict[str, Reading]
    levels: Levels


def replay_panel(panel: Panel, policy: Policy) -> Replay:
    """The replay of a panel that is read already: thresholds, weights and levels can be tried on it.

    Parameters
    ----------
    panel : Panel
    policy : Policy
        It may differ from the panel's own in thresholds, weights and levels, not in what is read.
    """
    readings = read_all(panel, policy.early_warning)
    strengths = {name: found.strength for name, found in readings.items()}
    return Replay(panel, readings, warning_levels(strengths, panel.context.hard, policy.early_warning))
