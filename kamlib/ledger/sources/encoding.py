"""The encoding of a text file, found with its evidence, and the file as UTF-8."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from kamlib.errors import DataError, Fault

CHUNK = 2**22
SAMPLE = 2**20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "big5", "shift_jis", "euc_kr", "cp437")


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes are read as text, and how that is known.

    Attributes
    ----------
    name : str
        Python's name of the codec.
    evidence : str
        Why it was chosen, in words.
    """

    name: str
    evidence: str


def find_encoding(path: Path) -> Encoding:
    """The encoding of a text file: by its mark, by its zero bytes, by strict UTF-8, else by its letters.

    Raises
    ------
    DataError
        A file that is no text.

    References
    ----------
    Ousret, charset-normalizer: the least noise and most coherent letters among the candidates.
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name, "its byte order mark")
    for name in _wide(head):
        return Encoding(name, "every second byte is zero")
    if _is_utf8(path):
        return Encoding("utf-8", "every byte is valid UTF-8")
    control = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27, 31))
    if control > len(head) // 100:
        raise DataError(Fault(path.name, "not text", "Export it as CSV, Excel or Parquet: this file is binary."))
    return _by_letters(head, path.name)


def as_utf8(path: Path, encoding: Encoding, target: Path) -> tuple[Path, list[str]]:
    """The file as UTF-8 without zero bytes: itself where it already is, else a copy at `target`.

    Returns
    -------
    path, notes
        Where the text stands, and what was changed on the way.
    """
    zeros, broken, same = 0, 0, encoding.name in ("utf-8", "utf-8-sig")
    if same and not _has_zero(path):
        return path, []
    decoder = codecs.getincrementaldecoder(encoding.name)(errors="replace")
    with path.open("rb") as stream, target.open("w", encoding="utf-8", newline="") as out:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            text = decoder.decode(chunk)
            zeros += text.count("\0")
            broken += text.count("\ufffd")
            out.write(text.replace("\0", ""))
        out.write(decoder.decode(b"", final=True).replace("\0", ""))
    notes = [] if same else [f"{path.name}: read as {encoding.name} ({encoding.evidence})"]
    if zeros:
        notes.append(f"{path.name}: {zeros:,} zero bytes were taken out")
    if broken:
        notes.append(f"{path.name}: {broken:,} characters are not {encoding.name} and stand as \ufffd")
    return target, notes


def _has_zero(path: Path) -> bool:
    with path.open("rb") as stream:
        return any(b"\0" in chunk for chunk in iter(lambda: stream.read(CHUNK), b""))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> list[str]:
    """UTF-16 without a mark: zero bytes at every even or every odd place."""
    if len(head) < 4:
        return []
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return ["utf-16-le"]
    return ["utf-16-be"] if even > 0.4 and odd < 0.1 else []


def _by_letters(head: bytes, name: str) -> Encoding:
    sample = head[: head.rfind(b"\n") + 1] or head
    han = _han_share(sample, "gb18030")
    if han > 0.6:
        return Encoding("gb18030", f"{han:.0%} of its letters beyond ASCII are Chinese characters then")
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample[:65_536], cp_isolation=list(WESTERN)))
    first = min(((match.chaos, -match.coherence) for match in matches), default=None)
    level = [match for match in matches if (match.chaos, -match.coherence) == first]
    alike = {name for match in level for name in (match.encoding, *match.could_be_from_charset)}
    best = next((name for name in WESTERN if name in alike), None)  # ties: the commoner one
    if best is not None and best != "cp437":
        return Encoding(best, f"its letters fit {best} best, {level[0].language} by charset-normalizer")
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        remedy = "Name its encoding in the profile (encoding: …), or export it as UTF-8."
        raise DataError(Fault(name, "its encoding is not known", remedy)) from None
    return Encoding("cp1252", "it is not UTF-8 and every byte stands for a Western letter")


def _han_share(sample: bytes, codec: str) -> float:
    """Which share of the letters beyond ASCII are common Chinese characters or full-width marks."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return 0.0
    beyond = [letter for letter in text[:200_000] if letter > "\x7f"]
    plain = "".join(beyond).encode("gb2312", "ignore").decode("gb2312")  # what Western accents never make
    fits = sum(
        "\u4e00" <= letter <= "\u9fa5" or "\u3000" <= letter <= "\u303f" or letter >= "\uff00" for letter in plain
    )
    return fits / len(beyond) if beyond else 0.0
