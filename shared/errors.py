"""What a verb raises when it will not do what was asked."""


class Refused(Exception):
    """An act that the rules do not allow now.

    *message* is a whole sentence for the person on the screen; *clause* is the article it rests on, if one does.
    Turned into 409 in one place (`shared.web.pages`).
    """

    def __init__(self, message: str, clause: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.clause = clause


class NotFound(Exception):
    """The thing does not exist, or this person may not know that it does: both look the same (T09)."""
