"""What is known of a matter: whose fault, and what came of it. Pure."""

from dataclasses import dataclass

from shared.cases.vocabulary import Fault


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All answers as they stand after a finding; before the first one, the fault is presumed ours (TR-3)."""

    fault: Fault = Fault.PRESUMED
    loss: int = 0  # yuan
    injury: bool = False
    litigation: bool = False
    media: bool = False
    facility_failure: bool = False  # unforeseeable: power, water and drainage, air-conditioning, lifts (TR-3)
    people: int = 0  # who complain together, counted on the spot; 0: not counted (VK-4h)
    strong_complaint: bool = False
    serious_consequences: bool = False
