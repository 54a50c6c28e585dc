"""Fines come from the bonus of the month until it is used up, in the order in which they were decided (GZ-20). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paid:
    """Of one fine: what it comes to, and what the bonus still paid of it; None while no bonus is known."""

    entry_id: int
    fine: int
    paid: int | None

    @property
    def is_capped(self) -> bool:
        return self.paid is not None and self.paid < self.fine


def pay(fines: Sequence[tuple[int, int]], bonus: int | None, *, capped: bool = True) -> list[Paid]:
    """*fines* are (entry, amount) in order of decision; not *capped*: each is paid whole, whatever the bonus."""
    left, found = bonus, []
    for entry_id, fine in fines:
        if not capped:
            found.append(Paid(entry_id, fine, fine))
        elif left is None:
            found.append(Paid(entry_id, fine, None))
        else:
            paid = min(fine, left)
            left -= paid
            found.append(Paid(entry_id, fine, paid))
    return found
