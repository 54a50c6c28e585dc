"""Why a photo was not taken, in words: first what is the matter, then what to do."""

from flask_babel import gettext as _

from shared.attachments.images import Reason, Unfit
from shared.attachments.storage import NotStored


def sentence(error: Unfit | NotStored) -> str:
    """For the person who chose the file, in the language of the request."""
    if isinstance(error, NotStored):
        return _("照片未上传，可稍后补传。文字内容可以照常提交。")
    return {
        Reason.EMPTY: _("这个文件是空的。请重新选择照片。"),
        Reason.TOO_LARGE: _("照片超过 15 MB，太大了。请换一张小一些的，或截图后再上传。"),
        Reason.NOT_AN_IMAGE: _("这个文件不是可以使用的照片。请上传 JPG、PNG、WebP 或 HEIC 照片。"),
        Reason.TOO_MANY_PIXELS: _("照片的尺寸太大，无法处理。请截图后再上传，或换一张普通尺寸的照片。"),
        Reason.ANIMATED: _("动态图片不能使用。请上传普通照片。"),
        Reason.BROKEN: _("照片打不开，可能已损坏或没有传完。请重新拍摄或换一张照片。"),
        Reason.LOCKED: _("这份 PDF 有密码，打不开。请去掉密码，或把各页拍成照片。"),
        Reason.TOO_MANY_PAGES: _("这份 PDF 的页数太多，每页算一张照片。请只留要紧的几页，或分次添加。"),
        Reason.BUSY: _("正在处理别人的照片和文件，这一份还没轮到。请过半分钟再提交，填的内容都还在。"),
    }[error.reason]
