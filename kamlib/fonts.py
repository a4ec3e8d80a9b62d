"""The fonts of every page and chart, by path from their packages: Inter, and Noto Sans SC for Chinese."""

import io
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

LATIN, CHINESE, MONO = "Inter", "Noto Sans SC", "Noto Sans Mono"
WEB_CHARACTERS = [
    *range(0x20, 0x180),
    0x2009,
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
    0x2026,
    0x202F,
    0x20AC,
    0x2192,
    0x2212,
    0x25A0,
    0x25B2,
    0x25BC,
    0x25CF,
    0x2264,
    0x2265,
]
WEB_FEATURES = ["kern", "tnum", "calt", "ccmp", "mark", "mkmk", "locl"]


def _package_folder(package: str) -> Path:
    return Path(find_spec(package).submodule_search_locations[0])


@cache
def font_files() -> dict[str, Path]:
    """Family → font file, for matplotlib and for coverage."""
    western = _package_folder("justmytype_western_core") / "fonts" / "ofl"
    chinese = next(_package_folder("pylopdf_fonts_zh_cn").rglob("NotoSansSC-Regular.otf"))
    return {
        LATIN: western / "inter" / "Inter[opsz,wght].ttf",
        CHINESE: chinese,
        MONO: western / "notosansmono" / "NotoSansMono[wdth,wght].ttf",
    }


@cache
def covered_characters() -> frozenset[int]:
    """The code points that the fonts can show together."""
    from fontTools.ttLib import TTFont

    covered: set[int] = set()
    for path in font_files().values():
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)


@cache
def web_font() -> bytes:
    """Inter's Latin characters as WOFF2, weights 400 to 700: small enough to stand inside every page.

    Made once (about two seconds) and kept in the user's cache folder.
    """
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kamlib" / f"inter-{_version()}.woff2"
    if cached.is_file():
        return cached.read_bytes()
    font = _subset()
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cached.parent, delete=False) as stream:
            stream.write(font)
        os.replace(stream.name, cached)
    except OSError:
        return font  # a read-only home costs two seconds a run, nothing else
    return font


def _version() -> str:
    return f"{version('justmytype-western-core')}-{version('fonttools')}-{len(WEB_CHARACTERS)}"


def _subset() -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options()
    options.layout_features, options.hinting = WEB_FEATURES, False
    font = TTFont(font_files()[LATIN])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=WEB_CHARACTERS)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 400, 700)})
    font.flavor = "woff2"
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()
