"""How charts look: colours and matplotlib's settings, applied around our own drawing only.

An analyst's own figures keep matplotlib's defaults; nothing here changes a setting for good.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import matplotlib as mpl
from matplotlib import font_manager

from kamlib.fonts import CHINESE, LATIN, font_files

INK, GREY, LIGHT, POINT, ALARM, CALM = "#1d2733", "#8794a1", "#cdd5dc", "#0b5fa5", "#a63a0e", "#5f9a80"
FONT_SIZE = 8.5
SETTINGS = {
    "font.family": [LATIN, CHINESE, "sans-serif"],
    "font.size": FONT_SIZE,
    "text.color": INK,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "svg.fonttype": "none",
    "svg.hashsalt": "kam",
    "figure.dpi": 72,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings of the house for the time of a `with` block, or of a decorated function."""
    _register_fonts()
    with mpl.rc_context(SETTINGS):
        yield


@cache
def _register_fonts() -> None:
    for name in (LATIN, CHINESE):
        font_manager.fontManager.addfont(font_files()[name])
