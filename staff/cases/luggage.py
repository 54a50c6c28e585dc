"""Words that came from somebody whose sign-in had ended, on their way through the sign-in page, sealed (F44).

Whoever sits down there next neither reads them nor gets them into a form of their own.
"""

import base64
import binascii
import json
from datetime import datetime

from flask import request

from shared.errors import NotFound
from shared.identity.models import User
from shared.sealing import Unsealable, seal, unseal
from staff.cases import unsent

PURPOSE = "luggage"


def pack(owner: User) -> str:
    """What this request sends to one of the forms whose words are kept, for *owner* alone; empty without any."""
    place = unsent.asked()
    fields = place.typed(request.form) if place else {}
    if place is None or not place.takes(fields):
        return ""
    packed = json.dumps([owner.id, place.name, fields], ensure_ascii=False)
    return base64.urlsafe_b64encode(seal(packed, PURPOSE)).decode()


def unpack(packed: str, user: User, at: datetime) -> str:
    """Put the words back where *user* wrote them; gives the address of that form, or nothing where none is theirs."""
    try:
        owner_id, name, fields = json.loads(unseal(base64.urlsafe_b64decode(packed), PURPOSE))
        place = unsent.find(name, user) if owner_id == user.id else None
    except (binascii.Error, ValueError, Unsealable, NotFound):
        return ""
    if place is None:
        return ""
    unsent.keep(place, fields, by=user, at=at)
    return place.address
