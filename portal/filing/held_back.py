"""What is said when enough has come today: plainly, with another way to reach us, and the draft is kept (T24).

The page tells nothing of what came before: whoever reads it may have typed another person's number.
"""

from http import HTTPStatus

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from shared import clock
from shared.cases.caps import Hindrance, midnight
from shared.identity.models import Estate


def page(estate: Estate, hindrance: Hindrance) -> Response:
    now = clock.now()
    if hindrance is Hindrance.WORDS:
        title = _("同样的内容今天已经收到")
        text = _("不用再交一次，我们会处理。有新情况，请改一改内容再提交。")
    else:
        title = _("今天网上先收到这里")
        text = _("这个电话今天反映的已经比较多。明天可以接着提交。")
    answer = make_response(
        render_template("portal/file_held.html", title=title, text=text), HTTPStatus.TOO_MANY_REQUESTS
    )
    answer.headers["Retry-After"] = str(int((midnight(now, estate.zone, 1) - now).total_seconds()) + 1)
    return answer
