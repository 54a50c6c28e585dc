"""What a picture is made of, in units of its own; a page gives each tone its colour, paper its grey. Pure."""

from dataclasses import dataclass
from typing import ClassVar

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight one."""

    kind: ClassVar[str] = "line"
    x1: float
    y1: float
    x2: float
    y2: float
    tone: str


@dataclass(frozen=True, slots=True)
class Path:
    """From point to point without a gap."""

    kind: ClassVar[str] = "path"
    points: tuple[Point, ...]
    tone: str

    @property
    def written(self) -> str:
        """As an SVG takes it."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Dot:
    """A value."""

    kind: ClassVar[str] = "dot"
    x: float
    y: float
    tone: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words or a number; *anchor*: start, middle or end."""

    kind: ClassVar[str] = "label"
    x: float
    y: float
    text: str
    anchor: str
    tone: str


Mark = Line | Path | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """*title* says what is seen; later marks lie over earlier ones."""

    width: float
    height: float
    title: str
    marks: tuple[Mark, ...]
