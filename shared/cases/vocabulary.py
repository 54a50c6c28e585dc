"""The closed sets a case is described with. Pure; the values are the contract's form values."""

from enum import StrEnum


class Kind(StrEnum):
    """AH-1, TR-4."""

    COMPLAINT = "complaint"
    REPAIR = "repair"
    HELP = "help"


class Category(StrEnum):
    """MS-2."""

    FACILITIES = "facilities"
    SECURITY = "security"
    ENVIRONMENT = "environment"
    ATTITUDE = "attitude"
    OTHER = "other"


class Channel(StrEnum):
    """How it reached us (CO-1, MS-1, AH-2.1, VK-4a)."""

    PORTAL = "portal"
    HOTLINE = "hotline"
    WALK_IN = "walk_in"
    LETTER = "letter"
    EMAIL = "email"
    FORUM = "forum"
    CITY_HOTLINE = "city_hotline"  # 12345
    STREET_OFFICE = "street_office"
    RELAY = "relay"  # told to any employee (VK-3.2)
    PARTNER = "partner"  # an app or mini-program, over Open311 (MS-1)
    INTERNAL = "internal"  # staff about what is wrong inside; supervision alone sees it (CO-M5)


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


class Severity(StrEnum):
    ORDINARY = "ordinary"
    MAJOR = "major"


class Complexity(StrEnum):
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class Validity(StrEnum):
    """TR-2."""

    UNDECIDED = "undecided"
    VALID = "valid"
    INVALID = "invalid"


class Fault(StrEnum):
    """TR-3: presumed ours until the investigation says otherwise."""

    PRESUMED = "presumed"
    OURS = "ours"
    NOT_OURS = "not_ours"


class Rating(StrEnum):
    """What an owner says of a round (MS-4)."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"


class PartyType(StrEnum):
    """CO-9, VK-2."""

    OWNER = "owner"
    TENANT = "tenant"
    VISITOR = "visitor"
    BUYER = "buyer"
    STAFF = "staff"
    OTHER = "other"


class Outcome(StrEnum):
    RESOLVED = "resolved"
    PARTLY = "partly"
    CANNOT = "cannot"
    NOT_OURS = "not_ours"


class Method(StrEnum):
    """How a person was reached (AH-4.2, TR-12)."""

    TELEPHONE = "telephone"
    DOOR = "door"
    EMAIL = "email"
    LETTER = "letter"
    MESSAGE = "message"
    QUESTIONNAIRE = "questionnaire"


class Hindrance(StrEnum):
    """Why a revisit did not come to an answer."""

    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    AWAY = "away"
    REFUSED = "refused"


class Evidence(StrEnum):
    """What proves in writing that a time was agreed with the owner (GZ-12)."""

    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"
    SIGNATURE = "signature"
    PORTAL = "portal"  # the owner agreed on the progress page


TOPICS: dict[str, tuple[Kind, Category]] = {
    # sub-categories as owners think of them; each settles kind and category in one tap
    "lift": (Kind.COMPLAINT, Category.FACILITIES),
    "water_power": (Kind.COMPLAINT, Category.FACILITIES),
    "cleaning": (Kind.COMPLAINT, Category.ENVIRONMENT),
    "noise": (Kind.COMPLAINT, Category.ENVIRONMENT),
    "parking": (Kind.COMPLAINT, Category.SECURITY),
    "gate": (Kind.COMPLAINT, Category.SECURITY),
    "public": (Kind.COMPLAINT, Category.FACILITIES),
    "attitude": (Kind.COMPLAINT, Category.ATTITUDE),
    "fees": (Kind.COMPLAINT, Category.OTHER),
    "home": (Kind.REPAIR, Category.FACILITIES),
    "errand": (Kind.HELP, Category.OTHER),
    "other": (Kind.COMPLAINT, Category.OTHER),
}
