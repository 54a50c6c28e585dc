"""The parts that the cases behind an indicator fall into."""

YES = "yes"  # what the rate counts
NO = "no"
SILENT = "silent"  # nobody knows: the owner has not said, or could not be asked
WAITING = "waiting"  # not decided yet; stands beside the rate, not in it
BEFORE = "before"  # of the same days a year before

PARTS = (YES, NO, SILENT, WAITING, BEFORE)
