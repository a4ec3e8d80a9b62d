"""Both languages: every sentence is translated, with the same figures in it."""

import re
from pathlib import Path

import nbformat
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from conftest import HOUSE

from kamlib import formats
from kamlib.errors import DataError
from kamlib.language import current_language, listing, sentences, tr, trn, use_language
from kamlib.reports.index import report_name

CATALOGUES = sorted((HOUSE / "kamlib" / "locale" / "zh").glob("*.po"))
KEYWORDS = {"tr": None, "trn": (1, 2), "phrase": None}
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
PLACEHOLDER = re.compile(r"{(\w+)}")


def sentences_in_the_code() -> dict[tuple[str, ...], str]:
    """Every sentence that is said through the catalogue, with the file it stands in."""
    found = {}
    for file, _, message, _, _ in extract_from_dir(HOUSE / "kamlib", METHODS, keywords=KEYWORDS):
        found[message if isinstance(message, tuple) else (message,)] = file
    for path in (HOUSE / "notebooks").glob("**/[!.]*.ipynb"):
        if ".ipynb_checkpoints" in path.parts:
            continue  # what JupyterLab keeps aside
        found[(report_name({"notebook": path.stem}),)] = path.name
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown" and "remove-cell" not in cell.metadata.get("tags", []):
                found[(cell.source,)] = path.name
    return found


def translated(path: Path) -> dict[tuple[str, ...], list[str]]:
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale="zh", abort_invalid=True)
    entries = {}
    for message in catalogue:
        if message.id:
            said = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            assert not message.fuzzy, message.id
            entries[said] = strings
    return entries


@pytest.fixture
def chinese():
    use_language("zh")
    yield
    use_language("en")


def test_every_sentence_is_translated_and_none_is_left_over():
    known = {said for path in CATALOGUES for said, strings in translated(path).items() if all(strings)}
    used = sentences_in_the_code()
    assert {said: place for said, place in used.items() if said not in known} == {}
    assert known - set(used) == set()


def test_a_translation_has_the_same_figures_and_one_wording():
    seen: dict[tuple[str, ...], list[str]] = {}
    for path in CATALOGUES:
        for said, strings in translated(path).items():
            wanted = set(PLACEHOLDER.findall(said[-1]))
            for string in strings:
                assert set(PLACEHOLDER.findall(string)) == wanted, said
            assert seen.setdefault(said, strings) == strings, f"{said} is translated twice, differently"


def test_the_language_is_chosen_once_and_a_wrong_one_is_told():
    assert current_language() == "en"
    with pytest.raises(DataError, match="Use one of en, zh"):
        use_language("fr")


def test_enumerations_and_sentences_follow_the_language(chinese):
    assert listing(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert sentences("一。", "", "二。") == "一。二。"
    assert formats.money(12_340_000) == "1,234.0万"
    use_language("en")
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert sentences("One.", "Two.") == "One. Two."


def test_values_are_never_read_as_placeholders():
    assert tr("{name} owes nothing.", name="{0.__class__}") == "{0.__class__} owes nothing."
    assert trn("{n} client", "{n} clients", 1, n=1) == "1 client"
