"""Whatever somebody filters the open data by, they find nobody, or five and more (CO-M8)."""

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from shared.exports.cells import safe
from shared.reports.anonymity import FEWEST, publishable
from shared.reports.open_data import STEPS, OpenRow

rows = st.builds(
    OpenRow,
    filed=st.sampled_from(["2026-01", "2026-02", "2026-05", "2025-12"]),
    kind=st.sampled_from(["complaint", "repair"]),
    category=st.sampled_from(["facilities", "attitude"]),
    building=st.sampled_from(["1号楼", "2号楼", ""]),
    length=st.sampled_from(["within_1", "longer", ""]),
    on_time=st.sampled_from(["yes", "no"]),
    outcome=st.sampled_from(["resolved", "cannot"]),
    satisfied=st.sampled_from(["yes", "no", "unasked"]),
    round=st.sampled_from(["first", "later"]),
)
estates = st.dictionaries(rows, st.integers(0, 9), max_size=40)


@given(estates)
def test_no_combination_of_columns_finds_fewer_than_five(counts):
    told = publishable(counts, STEPS)
    for size in (1, 2, 3, len(OpenRow._fields)):
        for columns in combinations(range(len(OpenRow._fields)), size):
            found: Counter[tuple[str, ...]] = Counter()
            for row, n in told.items():
                found[tuple(row[column] for column in columns)] += n
            assert all(n >= FEWEST for n in found.values()), (columns, found)


@given(estates)
def test_no_case_is_left_out_unless_all_are(counts):
    told = publishable(counts, STEPS)
    assert sum(told.values()) in (sum(counts.values()), 0)
    assert told or sum(counts.values()) < FEWEST


@given(estates)
def test_nothing_is_told_that_was_not_so(counts):
    """A field of a row that is told stands in some exact row, or is coarser: a quarter, a year, nothing."""
    exact = {value for row in counts for value in row}
    for row in publishable(counts, STEPS):
        for value in row[1:]:
            assert not value or value in exact
        assert not row[0] or any(each.startswith(row[0][:4]) for each in exact)


def test_five_alike_stay_as_exact_as_they_are():
    row = OpenRow("2026-02", "repair", "facilities", "3号楼", "within_1", "yes", "resolved", "yes", "first")
    alone = row._replace(building="4号楼")
    assert publishable({row: 5}, STEPS) == {row: 5}
    assert publishable({row: 6, alone: 1}, STEPS) == {OpenRow(*[""] * 9): 7}
    assert publishable({row: 4}, STEPS) == {}


def test_t16_a_cell_is_never_a_formula():
    assert [safe(text) for text in ("=1+1", "@SUM", "3号楼", "")] == ["'=1+1", "'@SUM", "3号楼", ""]
