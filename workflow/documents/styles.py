"""The few styles of an official paper, in place of those that come with an empty Word file."""

from typing import Any, Final

from docx.oxml.ns import qn

from workflow.documents import nd30
from workflow.documents.word import FONTS, element

AUTHOR_STYLE: Final = "NguoiSoanXemLai"
"""The character style of words that the author still has to look at."""
_LANG: Final = f'<w:lang w:val="{nd30.LANGUAGE}" w:eastAsia="{nd30.LANGUAGE}" w:bidi="{nd30.LANGUAGE}"/>'
_SIZE: Final = f'<w:sz w:val="{2 * nd30.BODY}"/><w:szCs w:val="{2 * nd30.BODY}"/>'
_DEFAULTS: Final = (
    f"<w:docDefaults><w:rPrDefault><w:rPr>{FONTS}{_SIZE}{_LANG}</w:rPr></w:rPrDefault>"
    "<w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"
)
_HEADING: Final = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
    '<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:outlineLvl w:val="{level}"/></w:pPr>'
    f"<w:rPr>{FONTS}<w:b/><w:bCs/></w:rPr></w:style>"
)
_STYLES: Final = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    f"<w:rPr>{FONTS}{_SIZE}</w:rPr></w:style>",
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
    '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
    '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>',
    _HEADING.format(id="Muc", name="Mục I, II, III", level=0),
    _HEADING.format(id="Khoan", name="Khoản 1, 2, 3", level=1),
    f'<w:style w:type="character" w:customStyle="1" w:styleId="{AUTHOR_STYLE}"><w:name w:val="Người soạn xem lại"/>'
    '<w:qFormat/><w:rPr><w:i/><w:iCs/><w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/></w:rPr></w:style>',
)


def make_styles(document: Any) -> None:
    """Replace the styles and the settings of a new document."""
    styles = document.styles.element
    for old in list(styles):
        styles.remove(old)
    for style in (_DEFAULTS, *_STYLES):
        styles.append(element(style))
    settings = document.settings.element
    for old in list(settings):
        if old.tag not in (qn("w:compat"), qn("w:characterSpacingControl"), qn("w:defaultTabStop"), qn("w:zoom")):
            settings.remove(old)
    settings.append(element(f'<w:themeFontLang w:val="{nd30.LANGUAGE}" w:eastAsia="{nd30.LANGUAGE}"/>'))
