"""What went wrong, told so that it can be mended: field, value, remedy."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input.

    Attributes
    ----------
    field : str
        Where it stands: a column, a parameter, a file.
    value : str
        What was found there, shortened to what can be read.
    remedy : str
        What to do about it, in one sentence.
    """

    field: str
    value: str
    remedy: str

    def __post_init__(self) -> None:
        text = str(self.value)
        object.__setattr__(self, "value", text if len(text) <= 160 else text[:157] + "…")

    def __str__(self) -> str:
        return f"{self.field}: {self.value}. {self.remedy}"


class DataError(ValueError):
    """An input was refused; carries every fault that was found, not only the first.

    Parameters
    ----------
    faults : Fault or iterable of Fault
        At least one.
    """

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self):
        return type(self), (self.faults,)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows below the cell: the faults and their remedies, not the way through the code."""
        return ["Please mend this and run the cell again:", *[f"  {fault}" for fault in self.faults]]


def raise_faults(faults: Iterable[Fault]) -> None:
    """Raise one `DataError` for all `faults`; do nothing when there is none."""
    found = tuple(faults)
    if found:
        raise DataError(found)
