"""What can come of a mail, and why: the codes that its row holds."""

from enum import StrEnum


class Outcome(StrEnum):
    FILED = "filed"  # it became a case
    ADDED = "added"  # it became an addition to one
    WAITING = "waiting"  # a person decides
    IGNORED = "ignored"
    REFUSED = "refused"  # more from one sender than anybody means to read; it lies in the mailbox


class Why(StrEnum):
    """In the order in which a mail is looked at."""

    TAKING = "taking"  # only while its own change is open
    OWN = "own"  # our own mail, come back
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    NO_SENDER = "no_sender"
    FORGED = "forged"  # an answer's address that we never gave out (T18)
    SEVERAL_CASES = "several_cases"
    OTHER_ESTATE = "other_estate"
    CASE_ENDED = "case_ended"
    FLOOD = "flood"
    EMPTY = "empty"
    NEW = "new"  # no answer's address: a new matter
    ANSWER = "answer"  # to an address that we gave out
    # What staff say of a mail that waited.
    SPAM = "spam"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    DONE_OTHERWISE = "done_otherwise"
    EXPIRED = "expired"  # nobody decided in time
