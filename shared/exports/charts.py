"""Drawings as SVG for paper: in greys and one dark green, told apart by their kind of line where colours fail."""

from xml.sax.saxutils import escape, quoteattr  # nosec B406 # written, never read

from shared.reports.pictures.marks import Dot, Drawing, Line, Mark, Path

STYLES = {
    "axis": 'stroke="#1B1F24"',
    "rule": 'stroke="#D9D5CC"',
    "this": 'stroke="#0F5C4D" stroke-width="2.5"',
    "before": 'stroke="#59605F" stroke-width="1.5" stroke-dasharray="5 4"',
}
DOTS = {"this": "#0F5C4D", "part": "#FFFFFF", "before": "#FFFFFF"}
SOFT, INK = "#59605F", "#1B1F24"


def svg_of(drawing: Drawing) -> str:
    """Without classes and without a style sheet: paper has none."""
    marks = "".join(map(_mark, drawing.marks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:g} {drawing.height:g}">'
        f"<title>{escape(drawing.title)}</title>{marks}</svg>"
    )


def _mark(mark: Mark) -> str:
    if isinstance(mark, Line):
        place = f'x1="{mark.x1}" y1="{mark.y1}" x2="{mark.x2}" y2="{mark.y2}"'
        return f"<line {place} {STYLES.get(mark.tone, STYLES['axis'])}/>"
    if isinstance(mark, Path):
        return f'<polyline points="{mark.written}" fill="none" {STYLES.get(mark.tone, STYLES["axis"])}/>'
    if isinstance(mark, Dot):
        fill = DOTS.get(mark.tone, INK)
        return f'<circle cx="{mark.x}" cy="{mark.y}" r="4" fill="{fill}" stroke="{SOFT}" stroke-width="1.5"/>'
    anchor = quoteattr(mark.anchor)
    fill = SOFT if mark.tone == "soft" else INK
    return (
        f'<text x="{mark.x}" y="{mark.y}" text-anchor={anchor} fill="{fill}" font-size="13"'
        f' font-family="Noto Sans SC">{escape(mark.text)}</text>'
    )
