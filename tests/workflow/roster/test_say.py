"""Numbers in the sentences of an import read as papers print them."""

import pytest

from web import i18n
from web.sayings import in_words
from workflow.roster import say
from workflow.roster.findings import rows_handed_back


def test_thousands_have_their_dot_and_in_english_their_comma() -> None:
    [finding] = say.missing(4180)

    assert finding.message.startswith("4.180 người có trong danh sách trước")
    assert finding.numbers == {"people": 4180}
    i18n.speak("en")
    try:
        assert in_words(finding.message).startswith("4,180 people of the former list")
    finally:
        i18n.speak("vi")


@pytest.mark.parametrize("found", [say.outside(1200), say.without_team(1200), say.lesser_accounts(1200)])
def test_so_they_do_elsewhere(found) -> None:
    assert found[0].message.startswith("1.200 ")
    assert rows_handed_back(1200, "trùng", "Giữ một dòng").startswith("1.200 dòng")
