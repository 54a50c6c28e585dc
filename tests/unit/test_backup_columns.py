"""A value goes from a row of SQLite into a line of COPY and back as it was, whatever somebody typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.backup.columns import Kind, line, row

# PostgreSQL holds no NUL, and neither does the desk.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = {
    Kind.BOOLEAN: st.integers(0, 1),
    Kind.BYTES: st.binary(),
    Kind.INSTANT: st.datetimes().map(lambda at: at.isoformat(" ", "microseconds")),
    Kind.INTEGER: st.integers(),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    Kind.TERMS: st.lists(st.text("电梯又坏了abc123", min_size=1), min_size=1, unique=True).map(" ".join),
    Kind.TEXT: TEXTS,
}


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_a_value_comes_back_as_it_was(kind: Kind, data: st.DataObject) -> None:
    values = [data.draw(VALUES[kind] | st.none()), "beside"]
    written = line(values, [kind, Kind.TEXT])
    assert written.count("\n") == 1
    assert row(written, [kind, Kind.TEXT]) == values


def test_lines_are_read_as_postgresql_writes_them() -> None:
    kinds = [Kind.INSTANT, Kind.BOOLEAN, Kind.BYTES, Kind.TERMS, Kind.TEXT, Kind.TEXT]
    written = "2026-03-02 02:00:00.5+00\tt\t\\\\x00ff\t'又坏' '电梯'\ta\\tb\\\\n\\N\t\\N\n"
    assert row(written, kinds) == ["2026-03-02 02:00:00.500000", 1, b"\0\xff", "又坏 电梯", "a\tb\\nN", None]
    with pytest.raises(ValueError, match="not in UTC"):
        row("2026-03-02 10:00:00+08\n", [Kind.INSTANT])
    with pytest.raises(ValueError, match="zip"):
        row("1\t2\n", [Kind.INTEGER])
