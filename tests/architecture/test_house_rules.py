"""Rules of the house that no tool knows: one clock, no script or style in a page, no package without a noun."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "shared", "staff")
MODULES = sorted(
    [ROOT / "wsgi.py", *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))]
)
TEMPLATES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.*"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


# One clock

READS_THE_TIME = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)|func\.now)$"
)


def test_only_the_clock_asks_the_machine_for_the_time(trees: dict[str, ast.Module]) -> None:
    """Whoever takes the time from elsewhere cannot be tested with a frozen one."""
    found = [
        f"{name}:{line} {call}"
        for name, tree in trees.items()
        if name != "shared/clock.py"
        for line, call in _calls(tree)
        if READS_THE_TIME.search(call)
    ]
    assert found == []


def test_the_rule_of_the_clock_knows_what_it_forbids() -> None:
    written = ast.parse("datetime.now(UTC); dt.datetime.utcnow(); date.today(); time.time(); func.now()")
    assert all(READS_THE_TIME.search(call) for _line, call in _calls(written))
    allowed = ast.parse("clock.now(); time.monotonic(); time.perf_counter(); self.time.timeout()")
    assert not any(READS_THE_TIME.search(call) for _line, call in _calls(allowed))


# Imports

# The composition root and the faces import their views late, so that an unserved face is not even loaded.
LATE = {"wsgi.py", "portal/__init__.py", "staff/__init__.py"}


def _imported(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.ImportFrom):
        yield node.lineno, node.module or ""
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield node.lineno, alias.name


def test_no_function_smuggles_an_import_past_the_order(trees: dict[str, ast.Module]) -> None:
    found = [
        f"{name}:{line} {module}"
        for name, tree in trees.items()
        for function in ast.walk(tree)
        if name not in LATE and isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        for line, module in _imported(node)
        if module.split(".")[0] in PACKAGES
    ]
    assert found == []


def test_every_module_says_what_it_is_for(trees: dict[str, ast.Module]) -> None:
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


NO_NOUN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}


def test_no_module_is_named_for_want_of_a_noun() -> None:
    assert [_name(path) for path in MODULES if {path.stem, *path.relative_to(ROOT).parts} & NO_NOUN] == []


# Changes

# Entry points: faces, commands, the schedule and its jobs. Verbs never open a change of their own.
VERBS = ("cases", "ownership", "revisits", "identity", "policies", "calendars", "notices", "register")


def test_verbs_leave_the_change_to_whoever_calls_them(trees: dict[str, ast.Module]) -> None:
    """Only routes, jobs and commands commit: two verbs in one change stand or fall together."""
    found = []
    for name, tree in trees.items():
        if not name.startswith(tuple(f"shared/{package}/" for package in VERBS)):
            continue
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        commits = {
            call for _line, call in _calls(tree) if call.endswith(("session.commit", "session.rollback"))
        }
        if "transaction" in called or commits:
            found.append(name)
    assert found == []


# Templates

INLINE = {
    "a style attribute": re.compile(r"<[a-zA-Z][^>]*\sstyle\s*=", re.S),
    "a style element": re.compile(r"<style\b", re.I),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.I | re.S),
    "an event handler": re.compile(r"<[a-zA-Z][^>]*\s(on[a-z]+|hx-on[\w:-]*)\s*=", re.S),
    "a javascript address": re.compile(r"javascript:", re.I),
    "autoescape switched off": re.compile(r"autoescape\s+false", re.I),
}
# Made by us from parts that were escaped: the board's own rendered pages.
TRUSTED = {("portal/templates/board/show.html", "pages")}


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_a_page_holds_no_script_and_no_style(template: Path) -> None:
    """The content policy allows none; whatever slipped in would not work, and would not be safe if it did."""
    text = template.read_text(encoding="utf-8")
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


def test_the_patterns_find_what_they_are_for() -> None:
    samples = {
        "a style attribute": '<p class="a" style="color:red">',
        "a style element": "<style>p{}</style>",
        "a script in the page": '<script type="module">go()</script>',
        "an event handler": '<button hx-on:click="go()">',
        "a javascript address": '<a href="javascript:go()">',
        "autoescape switched off": "{% autoescape false %}",
    }
    assert all(INLINE[what].search(sample) for what, sample in samples.items())
    good = '<script src="a.js" defer></script><p data-style="x" class="on">{{ content }}</p>'
    assert not any(pattern.search(good) for pattern in INLINE.values())


def test_nothing_is_called_safe_but_what_is_listed_here() -> None:
    found = set()
    for template in TEMPLATES:
        for value in re.findall(r"([\w.()]+)\s*\|\s*safe\b", template.read_text(encoding="utf-8")):
            found.add((_name(template), value))
    assert found <= TRUSTED


# Languages

SIGNS = re.compile(r"\s*[、，；：（）]\s*")


def _put_together(tree: ast.AST) -> Iterator[int]:
    """Where signs of Chinese writing join texts outside the catalogue: within an f-string, or as what joins a list."""
    for node in ast.walk(tree):
        signs: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            signs = node.values
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            signs = [node.func.value]
        for sign in signs:
            if isinstance(sign, ast.Constant) and SIGNS.fullmatch(str(sign.value)):
                yield sign.lineno


def test_the_signs_between_words_are_those_of_the_readers_language(trees: dict[str, ast.Module]) -> None:
    """`Telephone，reached` is no English."""
    faces = {name: tree for name, tree in trees.items() if name.startswith(("portal/", "staff/"))}
    assert [f"{name}:{line}" for name, tree in faces.items() for line in _put_together(tree)] == []
    pages = [
        _name(path)
        for path in TEMPLATES
        if re.search("join\\(['\"][、，；]", path.read_text(encoding="utf-8"))
    ]
    assert pages == []


def test_the_rule_of_the_signs_knows_what_it_forbids() -> None:
    tree = ast.parse("""f"{a}（{b}）"; "、".join(c); _("，").join(d); _("%(a)s（%(b)s）", a=a, b=b)""")
    assert len(list(_put_together(tree))) == 3
