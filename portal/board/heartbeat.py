"""A screen that says who it is when it asks for news is written down as alive, at most once a minute.

The one thing a look at the board may write (T27): a screen on a wall has nothing but its address to sign in with, and
what hangs there without a script is known too. A database that cannot write darkens no screen.
"""

import logging
from datetime import datetime

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from shared.database import db, transaction
from shared.notices import screens

log = logging.getLogger(__name__)


def layout() -> str:
    """How the screen hangs: `portrait`, `landscape`, or nothing when it says nothing."""
    asked = request.args.get("layout", "")
    return asked if asked in screens.LAYOUTS else ""


def mark(estate_id: int, at: datetime) -> None:
    """Note that the screen that `?screen=` names has asked. Call it when the answer is made: it ends what was
    read.
    """
    name = screens.understood(estate_id, request.args.get("screen"))
    if not name:
        return
    try:
        if screens.needs_mark(estate_id, name, at):
            with transaction():
                screens.mark(estate_id, name, layout(), at)
    except (SQLAlchemyError, OSError) as error:
        db.session.rollback()
        log.warning("screen not noted: %s", type(error).__name__)
