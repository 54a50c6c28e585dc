"""Numbers and clauses that stay on one line."""

import pytest

from shared.web.unbroken import unbroken


@pytest.mark.parametrize(
    "part",
    ["JX-26-0147", "JX-26-900001", "GZ-17B", "AH-2.1", "CO-M3", "MS-T", "VK-4a"],
)
def test_a_number_or_a_clause_is_held_together_wherever_it_stands(part: str) -> None:
    assert unbroken(f"请看{part}。") == f'请看<span class="unbroken">{part}</span>。'


@pytest.mark.parametrize("text", ["GZ-17B-x", "138-26-0147", "A" * 9 + "-26-0147", "2026-03-02"])
def test_nothing_else_is(text: str) -> None:
    assert unbroken(text) == text


def test_what_somebody_typed_stays_text() -> None:
    assert unbroken("<b>GZ-10</b>") == '&lt;b&gt;<span class="unbroken">GZ-10</span>&lt;/b&gt;'
