"""Pictures for the demo's reports: plain scenes, drawn here so that no photo of a real place is needed."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 960
FINER, FEWER = 1.5, 2  # drawn larger, and each square of points made one: smooth edges
INK = "#2b2f33"

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]


@cache
def picture(name: str) -> bytes:
    """The scene of that name, as a PNG."""
    image = Image.new("RGB", (int(WIDTH * FINER), int(HEIGHT * FINER)), "#d9d5cc")
    _SCENES[name](_Pen(image))
    image = image.reduce(FEWER)
    held = BytesIO()
    _lit(image).save(held, "PNG", compress_level=1)
    return held.getvalue()


def _lit(image: Image.Image) -> Image.Image:
    """Darker towards the corners, as a telephone's lens sees a room."""
    shade = Image.new("L", (64, 48), 0)
    ImageDraw.Draw(shade).ellipse((-6, -6, 70, 54), fill=255)
    shade = shade.filter(ImageFilter.GaussianBlur(9)).resize(image.size, Image.Resampling.BICUBIC)
    return Image.composite(image, image.point(lambda value: int(value * 0.62)), shade)


class _Pen:
    """Draws in the coordinates of the finished picture."""

    def __init__(self, image: Image.Image) -> None:
        self._draw: Draw = ImageDraw.Draw(image)

    @staticmethod
    def _fine(*values: float) -> tuple[float, ...]:
        return tuple(value * FINER for value in values)

    def box(self, *box: float, fill: str, edge: str | None = None, round: float = 0, line: int = 4) -> None:
        self._draw.rounded_rectangle(
            self._fine(*box), round * FINER, fill=fill, outline=edge, width=int(line * FINER)
        )

    def oval(self, *box: float, fill: str) -> None:
        self._draw.ellipse(self._fine(*box), fill=fill)

    def shape(self, *points: Point, fill: str) -> None:
        self._draw.polygon([(x * FINER, y * FINER) for x, y in points], fill=fill)

    def line(self, *points: Point, fill: str = INK, width: float = 6) -> None:
        self._draw.line(
            [(x * FINER, y * FINER) for x, y in points], fill=fill, width=int(width * FINER), joint="curve"
        )

    def room(self, wall: str, floor: str, level: float = 700) -> None:
        self.box(0, 0, WIDTH, level, fill=wall)
        self.box(0, level, WIDTH, HEIGHT, fill=floor)


def _lift(pen: _Pen, *, gap: float) -> None:
    pen.room("#cfc8ba", "#8d8577", 830)
    for x in range(0, WIDTH, 160):
        pen.line((x, 0), (x, 830), fill="#c2baab", width=3)
    pen.box(330, 120, 950, 830, fill="#6f7377")
    pen.box(370, 160, 910, 830, fill="#17191b" if gap else "#9ea4a8")
    for left, right in ((370, 640 - gap), (640 + gap, 910)):
        pen.box(left, 160, right, 830, fill="#aab0b4", edge="#868c90")
        pen.line(((left + right) / 2, 190), ((left + right) / 2, 810), fill="#bcc2c5", width=14)
    pen.box(1010, 400, 1090, 580, fill="#3b3f43", round=10)
    pen.oval(1033, 430, 1067, 464, fill="#8d2b26" if gap else "#4f9c7f")
    pen.oval(1033, 510, 1067, 544, fill="#d8d4cb")
    pen.box(560, 55, 720, 105, fill="#1d2023", round=8)
    if gap:
        pen.shape((400, 830), (460, 560), (520, 830), fill="#e2a13a")
        pen.line((425, 735), (496, 735), fill="#f4ecd9", width=16)
    else:
        pen.shape((625, 95), (640, 65), (655, 95), fill="#66c2a5")


def _garage(pen: _Pen, *, light: bool) -> None:
    wall, floor, beam = ("#b9bcb8", "#8b8f8c", "#dfe2dc") if light else ("#2c3033", "#1f2224", "#3a3f43")
    pen.room(wall, floor, 520)
    pen.shape((0, 0), (WIDTH, 0), (900, 240), (380, 240), fill=beam)
    for x in (120, 1010):
        pen.box(x, 120, x + 150, 760, fill="#a5a8a3" if light else "#43484c")
        for y in range(560, 760, 50):
            pen.box(x, y, x + 150, y + 25, fill="#d9b13b" if light else "#6b5a26")
    pen.line((430, 960), (560, 540), fill="#e8e6de" if light else "#4b4f52", width=10)
    pen.line((850, 960), (720, 540), fill="#e8e6de" if light else "#4b4f52", width=10)
    pen.box(520, 430, 760, 560, fill="#51677a" if light else "#2a323a", round=30)
    pen.shape((555, 435), (590, 370), (690, 370), (725, 435), fill="#3f5162" if light else "#232a31")
    for x in (545, 700):
        pen.oval(x, 530, x + 50, 580, fill="#191b1d")
    if light:
        pen.oval(360, 720, 930, 900, fill="#6d7f86")
        pen.oval(430, 745, 760, 840, fill="#8fa1a7")
    else:
        pen.oval(600, 20, 680, 44, fill="#55595c")


def _leak(pen: _Pen) -> None:
    pen.box(0, 0, WIDTH, HEIGHT, fill="#e6e1d6")
    pen.shape((0, 0), (WIDTH, 0), (1050, 330), (230, 330), fill="#f3f0e9")
    for box, fill in (
        ((430, 60, 900, 270), "#cdb98f"),
        ((480, 90, 840, 250), "#b99f70"),
        ((560, 120, 760, 220), "#8f7a52"),
    ):
        pen.oval(*box, fill=fill)
    for x, y in ((560, 380), (660, 470), (720, 360), (610, 560)):
        pen.shape((x, y - 46), (x - 15, y), (x + 15, y), fill="#7fa3b8")
        pen.oval(x - 16, y - 14, x + 16, y + 18, fill="#7fa3b8")
    pen.shape((500, 930), (530, 760), (790, 760), (820, 930), fill="#b3261e")
    pen.oval(526, 735, 794, 790, fill="#8fb2c4")


def _flood(pen: _Pen) -> None:
    pen.room("#ded8cb", "#7b6a4c", 520)
    pen.box(120, 170, 380, 610, fill="#9a7b57", edge="#7c6143")
    pen.oval(330, 390, 352, 412, fill="#d9b13b")
    pen.box(660, 360, 1120, 560, fill="#6e7f77", round=24)
    pen.box(700, 300, 1080, 430, fill="#7f9189", round=24)
    for y, fill in ((560, "#8a7753"), (650, "#94825c"), (760, "#877450"), (860, "#7d6b49")):
        pen.oval(-200, y, 900, y + 120, fill=fill)
        pen.oval(520, y + 30, 1500, y + 150, fill=fill)


def _slide(pen: _Pen) -> None:
    pen.room("#bfd6dd", "#c98d5f", 640)
    pen.oval(-100, 420, 420, 760, fill="#7d9b6a")
    pen.oval(900, 400, 1500, 780, fill="#88a674")
    pen.box(0, 680, WIDTH, HEIGHT, fill="#b9764d")
    for x in (330, 470):
        pen.line((x, 250), (x, 800), fill="#3c6e8f", width=22)
    for y in range(340, 800, 90):
        pen.line((330, y), (470, y), fill="#3c6e8f", width=16)
    pen.shape((300, 250), (500, 250), (400, 120), fill="#b3261e")
    pen.line((480, 330), (720, 560), fill="#e0a92f", width=70)
    pen.line((790, 640), (1010, 800), fill="#e0a92f", width=70)
    pen.shape((700, 500), (760, 560), (730, 620), (670, 570), fill="#8f6a17")
    pen.shape((770, 590), (830, 620), (800, 690), (760, 650), fill="#8f6a17")


def _wall(pen: _Pen) -> None:
    pen.box(0, 0, WIDTH, HEIGHT, fill="#8f8a80")
    fallen = {(3, 4), (4, 4), (4, 5), (5, 5), (3, 5), (4, 6)}
    for row in range(12):
        for column in range(-1, 11):
            x, y = column * 130 + (row % 2) * 65, row * 80
            fill = "#7c756a" if (column, row) in fallen else ("#c9a083", "#c2977a", "#cfa98e")[row % 3]
            pen.box(x + 3, y + 3, x + 127, y + 77, fill=fill)
    pen.line((380, 250), (450, 340), (430, 420), (520, 560), width=4)
    pen.box(0, 830, WIDTH, HEIGHT, fill="#9a9c98")
    for x, y in ((430, 870), (560, 890), (640, 860), (760, 895)):
        pen.shape((x, y), (x + 70, y - 20), (x + 95, y + 18), (x + 20, y + 30), fill="#c2977a")


def _wire(pen: _Pen) -> None:
    pen.room("#d5cbbb", "#9b9c97", 760)
    for row in range(3):
        for column in range(4):
            x, y = 120 + column * 290, 60 + row * 210
            pen.box(x, y, x + 170, y + 130, fill="#7f9bb0", edge="#f3efe6", line=10)
            pen.line((x + 85, y), (x + 85, y + 130), fill="#f3efe6", width=8)
    pen.line((490, 190), (560, 420), (700, 560), (820, 700), (850, 790), fill="#b3261e", width=9)
    for x in (760, 1010):
        pen.oval(x, 790, x + 120, 910, fill="#1d2023")
        pen.oval(x + 35, 825, x + 85, 875, fill="#9ea4a8")
    pen.line((820, 850), (900, 800), (1030, 800), (1070, 850), fill="#2f6f5e", width=30)
    pen.line((1040, 800), (1000, 690), (960, 690), width=14)
    pen.box(860, 745, 960, 785, fill=INK, round=14)


def _corridor(pen: _Pen) -> None:
    pen.box(0, 0, WIDTH, HEIGHT, fill="#ddd6c8")
    pen.shape((0, HEIGHT), (WIDTH, HEIGHT), (800, 560), (480, 560), fill="#a59c8c")
    pen.shape((0, 0), (480, 200), (480, 560), (0, HEIGHT), fill="#cbc3b3")
    pen.shape((WIDTH, 0), (800, 200), (800, 560), (WIDTH, HEIGHT), fill="#c4bbaa")
    pen.box(540, 260, 740, 560, fill="#3f7a5d", edge="#2f5f48")
    pen.box(575, 205, 705, 248, fill="#66c2a5", round=6)
    for x, y, size in ((150, 700, 210), (330, 620, 170), (210, 530, 180), (860, 690, 230), (840, 560, 150)):
        pen.box(x, y, x + size, y + size * 0.8, fill="#b98f5e", edge="#96724a")
        pen.line((x, y + size * 0.3), (x + size, y + size * 0.3), fill="#d8bd93", width=14)


def _bins(pen: _Pen, *, full: bool) -> None:
    pen.room("#c8cfc4", "#9c9b94", 610)
    pen.box(0, 330, WIDTH, 610, fill="#b5a892")
    colours = ("#2f6f5e", "#2f4b66", "#8d2b26", "#4d5358")
    for number, colour in enumerate(colours):
        x = 130 + number * 265
        if full:
            for dx, dy, fill in (
                (0, 20, "#2a2c2e"),
                (70, -25, "#e5e2da"),
                (120, 15, "#3a3d40"),
                (40, -5, "#c9b26b"),
            ):
                pen.oval(x + dx - 10, 380 + dy, x + dx + 110, 490 + dy, fill=fill)
        pen.shape((x, 450), (x + 215, 450), (x + 190, 790), (x + 25, 790), fill=colour)
        pen.box(
            x - 10,
            430 + (25 if full else 0),
            x + 225,
            470 + (15 if full else 0),
            fill=colour,
            edge=INK,
            round=10,
        )
        for wheel in (x + 40, x + 145):
            pen.oval(wheel, 770, wheel + 44, 814, fill=INK)
    if full:
        for x, fill in ((90, "#2a2c2e"), (380, "#e5e2da"), (650, "#3a3d40"), (930, "#2a2c2e")):
            pen.oval(x, 760, x + 190, 900, fill=fill)
            pen.shape((x + 75, 775), (x + 95, 735), (x + 118, 775), fill=fill)


def _pond(pen: _Pen) -> None:
    pen.room("#c3d3d6", "#b7b1a3", 430)
    pen.oval(-80, 260, 380, 560, fill="#7d9b6a")
    pen.oval(930, 250, 1420, 560, fill="#88a674")
    pen.oval(90, 430, 1190, 900, fill="#8d877a")
    pen.oval(130, 450, 1150, 860, fill="#6f8450")
    for box in ((230, 560, 520, 650), (620, 500, 900, 580), (560, 690, 960, 800), (300, 700, 480, 770)):
        pen.oval(*box, fill="#8fa05f")
    pen.box(600, 470, 680, 640, fill="#a39d90", round=10)
    pen.oval(540, 430, 740, 500, fill="#b5afa2")


_SCENES: dict[str, Callable[[_Pen], None]] = {
    "lift": lambda pen: _lift(pen, gap=70),
    "lift_mended": lambda pen: _lift(pen, gap=0),
    "garage": lambda pen: _garage(pen, light=False),
    "puddle": lambda pen: _garage(pen, light=True),
    "leak": _leak,
    "flood": _flood,
    "slide": _slide,
    "wall": _wall,
    "wire": _wire,
    "corridor": _corridor,
    "bins": lambda pen: _bins(pen, full=True),
    "bins_clean": lambda pen: _bins(pen, full=False),
    "pond": _pond,
}
