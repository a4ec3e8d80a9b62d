"""Files that people write (runs, policy, profiles): YAML, checked against a model, every fault told at once."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from kamlib.errors import DataError, Fault, raise_faults

HOUSE = Path(__file__).resolve().parents[1]
MOVED = "KAM_MOVED"  # on a worker far away: what a report's parameters name, and where it lies there
MOST_OPENINGS = 4_000  # of lists and mappings in a text that the parser in C is given
ModelT = TypeVar("ModelT", bound=BaseModel)
FAULT_WORDS = {"extra_forbidden": "unknown key", "missing": "missing"}


class Strict(BaseModel):
    """A part of a file in which an unknown key is a fault, not a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def check_texts(**given: Any) -> None:
    """Parameters of a notebook that must be texts; None counts as empty.

    Raises
    ------
    DataError
        Each that is something else, with its type and what to write.
    """
    raise_faults(
        Fault(name, f"{value!r} is a {type(value).__name__}", 'Give a text in quotes, such as "demo".')
        for name, value in given.items()
        if value is not None and not isinstance(value, str)
    )


def check_day(name: str, value: Any) -> date | None:
    """A day given as a date or as a text such as 2026-06-30; None for none.

    Raises
    ------
    DataError
        Anything else: a number would be read as a moment of 1970.
    """
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise DataError(Fault(name, repr(value), 'Give a day such as "2026-06-30", or "" for the latest.')) from error


def house_path(path: str | Path) -> Path:
    """A path from the working folder if it is there, else from the project's folder."""
    moved = json.loads(os.environ.get(MOVED, "{}"))
    given = Path(moved.get(str(path), path))
    return given if given.is_absolute() or given.exists() else HOUSE / given


def named_file(name: str | Path, folder: Path) -> Path:
    """A YAML file by its path, or by its name in a folder of ``params``."""
    path = house_path(name)
    return path if path.is_file() or str(name).endswith((".yaml", ".yml")) else folder / f"{name}.yaml"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, or one clear fault."""
    try:
        content = _parsed(path.read_text(encoding="utf-8"))
        json.dumps(content, default=str, ensure_ascii=False).encode()  # no half of a character that no file can hold
        return content
    except OSError as error:
        raise DataError(
            Fault(str(path), error.strerror or "unreadable", "Give the path of a readable file.")
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())
        raise DataError(
            Fault(str(path), problem, "Mend the file: it must be YAML in UTF-8, with real dates and texts.")
        ) from error


def _parsed(text: str) -> Any:
    """YAML by the parser in C, which is quick; by the one in Python where a text may be nested so deep that C falls."""
    deep = sum(map(text.count, ("[", "{", "- ", "? "))) > MOST_OPENINGS
    return yaml.load(text, Loader=yaml.SafeLoader if deep else getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def checked_model(model: type[ModelT], content: Any, where: str) -> ModelT:
    """`content` as a pydantic model; every fault becomes one of a single `DataError`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DataError(
            Fault(
                f"{where}: {'.'.join(str(part) for part in fault['loc']) or 'file'}",
                FAULT_WORDS.get(fault["type"]) or repr(fault["input"]),
                _remedy(fault, model),
            )
            for fault in error.errors()
        ) from error


def _remedy(fault: dict, model: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"Use one of {', '.join(model.model_fields)}."
    return f"{fault['msg'].removeprefix('Value error, ')}."
