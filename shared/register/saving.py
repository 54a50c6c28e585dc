"""Views of the register that people keep under a name (保存的视图): each their own, or shared with an estate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.register.filters import Filters
from shared.register.models import SavedView

LONGEST_NAME = 40
LONGEST_QUERY = 1000
MOST = 30  # more chips than this nobody reads


def query_of(filters: Filters, columns: str = "") -> str:
    """The address of a register without page and without the words searched for: those are names and telephones."""
    kept = {name: value for name, value in filters.values.items() if name != "q"}
    return urlencode({**kept, "columns": columns} if columns else kept)


def arguments_of(view: SavedView) -> dict[str, str]:
    """What stands in the address of *view*."""
    return dict(parse_qsl(view.query))


_VISIBLE = or_(
    and_(SavedView.user_id == bindparam("reader"), SavedView.estate_id.is_(None)),
    SavedView.estate_id.in_(bindparam("estates", expanding=True)),
)


def _reader(user: User) -> dict[str, Any]:
    """What `_VISIBLE` asks of a person."""
    return {"reader": user.id, "estates": user.estates_where(Permission.CASE_VIEW)}


# Built once: every page of the register asks it.
_OFFERED = (
    select(SavedView)
    .where(SavedView.ended_at.is_(None), _VISIBLE)
    .options(joinedload(SavedView.user))
    .order_by(SavedView.name, SavedView.id)
)


def views_of(user: User) -> Sequence[SavedView]:
    """One's own first, then those shared at one's estates, each by name."""
    found = db.session.scalars(_OFFERED, _reader(user))
    return sorted(found, key=lambda view: view.estate_id is not None)


def can_change(user: User, view: SavedView) -> bool:
    """Its maker; of a shared one whoever manages the estate's settings too."""
    if view.user_id == user.id:
        return True
    return view.estate_id is not None and user.can(Permission.SETTINGS_MANAGE, view.estate_id)


def _name_of(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise Refused(_("请给视图起个名字。"))
    if len(name) > LONGEST_NAME:
        raise Refused(_("最多 %(n)s 个字。", n=LONGEST_NAME))
    return name


def _refuse_namesake(name: str, estate_id: int | None, user_id: int, but: int | None = None) -> None:
    """Two chips that read the same help nobody: one's own differ, and so do those of an estate."""
    among = SavedView.estate_id == estate_id
    if estate_id is None:
        among = SavedView.estate_id.is_(None) & (SavedView.user_id == user_id)
    same = select(SavedView.id).where(among, SavedView.name == name, SavedView.ended_at.is_(None))
    if [found for found in db.session.scalars(same) if found != but]:
        raise Refused(_("已有叫“%(name)s”的视图。请换个名字。", name=name))


def save(query: str, *, by: User, at: datetime, name: str, estate_id: int | None = None) -> SavedView:
    """Keep an address (from `query_of`) under a name; with *estate_id* for everybody of that estate.

    Raises Refused for a name that is empty, too long or taken, and for more views than MOST; NotFound for an estate
    at which *by* sees no register.
    """
    if estate_id is not None and estate_id not in by.estates_where(Permission.CASE_VIEW):
        raise NotFound
    if not query or len(query) > LONGEST_QUERY:
        raise Refused(_("请先在台账选好条件，再保存。"))
    kept = _name_of(name)
    mine = select(SavedView.id).where(SavedView.user_id == by.id, SavedView.ended_at.is_(None))
    if len(db.session.scalars(mine.limit(MOST)).all()) == MOST:
        raise Refused(_("每人最多保存 %(n)s 个视图。请先删掉不用的。", n=MOST))
    _refuse_namesake(kept, estate_id, by.id)
    view = SavedView(user_id=by.id, estate_id=estate_id, name=kept, query=query, made_at=at)
    db.session.add(view)
    db.session.flush()
    return view


def _hold(view_id: int, by: User) -> SavedView:
    """The view, to be changed. Raises NotFound where *by* does not see it, Refused where it is somebody else's."""
    view = db.session.scalar(
        select(SavedView)
        .where(SavedView.id == view_id, SavedView.ended_at.is_(None), _VISIBLE)
        .with_for_update(of=SavedView)
        .execution_options(populate_existing=True),
        _reader(by),
    )
    if view is None:
        raise NotFound
    if not can_change(by, view):
        raise Refused(_("这个视图由%(name)s保存，请本人或主任来改。", name=view.user.name))
    return view


def rename(view_id: int, *, by: User, name: str) -> SavedView:
    """Raises NotFound and Refused as `save` does, and Refused for a view of somebody else."""
    view = _hold(view_id, by)
    kept = _name_of(name)
    _refuse_namesake(kept, view.estate_id, view.user_id, but=view.id)
    view.name = kept
    return view


def remove(view_id: int, *, by: User, at: datetime) -> SavedView:
    """Take the view from every list. Raises NotFound, and Refused for a view of somebody else."""
    view = _hold(view_id, by)
    view.ended_at = at
    return view
