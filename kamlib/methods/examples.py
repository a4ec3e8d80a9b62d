"""Worked examples: the ones in docstrings, run anew where they are shown."""

import doctest
import importlib
import inspect
from dataclasses import dataclass
from functools import cache
from typing import Any

from kamlib.errors import DataError, Fault
from kamlib.methods.definition import Definition


@dataclass(frozen=True)
class WorkedExample:
    """What was typed and what came back, as in a Python session; `of` names the function below ``kamlib``."""

    of: str
    session: str


def worked_example(definition: Definition) -> WorkedExample | None:
    """The example of a definition, executed now; None where its function's docstring works none.

    Raises
    ------
    DataError
        The function gives something else than its docstring says.

    Examples
    --------
    >>> from kamlib.methods import definition_of
    >>> worked_example(definition_of("hhi_points")).session.split("\\n")[-1]
    '0.26'
    """
    return _executed(definition.example or definition.home)


@cache
def _executed(of: str) -> WorkedExample | None:
    """The example of a function, executed once however many definitions show it."""
    function = named(of)
    names = dict(vars(inspect.getmodule(function)))
    text = inspect.getdoc(function) or ""
    test = doctest.DocTestParser().get_doctest(text, names, of, None, None)
    if not test.examples:
        return None
    keeper = _Keeper(of)
    keeper.run(test, out=lambda _: None)
    return WorkedExample(of, "\n".join(keeper.lines))


def named(dotted: str) -> Any:
    """A function or class by its dotted name below ``kamlib``."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(["kamlib", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise DataError(Fault("name", dotted, "Name a module of kamlib and what stands in it."))


class _Keeper(doctest.DocTestRunner):
    """Keeps each input with what it printed."""

    def __init__(self, of: str) -> None:
        super().__init__(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
        self.of, self.lines = of, []

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        first, *rest = example.source.rstrip("\n").split("\n")
        self.lines += [f">>> {first}", *[f"... {line}" for line in rest]]

    def report_success(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.lines += got.rstrip("\n").split("\n") if got else []

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._wrong(example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        self._wrong(example, f"{exc_info[0].__name__}: {exc_info[1]}")

    def _wrong(self, example: doctest.Example, got: str) -> None:
        told = f"{example.source.strip()} gives {got.strip()}, not {example.want.strip()}"
        raise DataError(Fault(f"example of kamlib.{self.of}", told, "Mend the function or its docstring."))
