"""A drawing as an SVG that stands alone, in greys and strokes: for a PDF, where no page gives it colours. Pure."""

from collections.abc import Mapping
from html import escape

from shared.reports.pictures.marks import Bar, Dot, Drawing, Label, Line, Mark, Path

FONT = "Noto Sans CJK SC, sans-serif"
STROKES: Mapping[str, str] = {
    "axis": 'stroke="#000"',
    "rule": 'stroke="#bbb" stroke-width="0.6"',
    "this": 'stroke="#000" stroke-width="2"',
    "before": 'stroke="#555" stroke-width="1.3" stroke-dasharray="5 4"',
    "upto": 'stroke="#000" stroke-width="2"',
}
DOTS: Mapping[str, str] = {
    "this": 'fill="#000"',
    "part": 'fill="#fff" stroke="#000" stroke-width="1.6"',
    "before": 'fill="#fff" stroke="#555" stroke-width="1.3"',
}
GROUNDS: Mapping[str, str] = {
    "ground": "#eee",
    "this": "#333",
    "heat-0": "#fff",
    "heat-1": "#eee",
    "heat-2": "#d5d5d5",
    "heat-3": "#b0b0b0",
    "heat-4": "#666",
    "heat-5": "#222",
}
INKS: Mapping[str, str] = {"ink": "#000", "soft": "#555", "on-dark": "#fff"}


def svg(drawing: Drawing) -> str:
    """The drawing with its title."""
    marks = "".join(_mark(mark) for mark in drawing.marks)
    size = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{drawing.width:g}" height="{drawing.height:g}"'
        f' fill="none" font-family="{FONT}" font-size="12"><title>{escape(drawing.title)}</title>{marks}</svg>'
    )


def _mark(mark: Mark) -> str:
    match mark:
        case Line():
            ends = f'x1="{mark.x1:g}" y1="{mark.y1:g}" x2="{mark.x2:g}" y2="{mark.y2:g}"'
            return f"<line {ends} {STROKES[mark.tone]}/>"
        case Path():
            return f'<polyline points="{mark.written}" {STROKES[mark.tone]}/>'
        case Dot():
            return f'<circle cx="{mark.x:g}" cy="{mark.y:g}" r="3.5" {DOTS[mark.tone]}/>'
        case Bar():
            size = f'width="{mark.width:g}" height="{mark.height:g}"'
            return f'<rect x="{mark.x:g}" y="{mark.y:g}" {size} fill="{GROUNDS[mark.tone]}"/>'
        case Label():
            where = f'x="{mark.x:g}" y="{mark.y:g}" text-anchor="{mark.anchor}"'
            return f'<text {where} fill="{INKS[mark.tone]}">{escape(mark.text)}</text>'
