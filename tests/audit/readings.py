"""A figure beside its gate, and the table that shows many of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What was measured on which page. A gate is the most allowed, or, for scores, the least."""

    page: str
    what: str
    value: float
    gate: float
    is_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.value >= self.gate if self.is_least else self.value <= self.gate

    def __str__(self) -> str:
        sign = "≥" if self.is_least else "≤"
        value = f"{self.value:,.3f}".rstrip("0").rstrip(".")
        verdict = "" if self.is_kept else "   MISSED"
        return f"  {self.page:28}{self.what:26}{value:>10}   {sign} {self.gate:,g}{verdict}"


def show(title: str, readings: Iterable[Reading]) -> None:
    print(f"\n{title}")
    for reading in readings:
        print(reading)
