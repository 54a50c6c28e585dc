"""The form with which an owner adds words and photos. The field is called as in filing."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, MultipleFileField, TextAreaField
from wtforms.validators import Length


class AdditionForm(Form):
    description = TextAreaField(
        _l("补充说明"), [Length(max=2000, message=_l("最多写 %(max)d 个字。请删短一些。"))]
    )
    photos = MultipleFileField(_l("照片"))
