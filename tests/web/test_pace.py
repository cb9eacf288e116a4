"""Nobody writes or searches faster than a person does: counted by account, told with the seconds to wait, and nothing is recorded."""

import pytest
from sqlalchemy import delete

from tests.web.api.program import Program, problem
from tests.web.site import Site
from workflow.signing.pace import Paces
from workflow.signing.throttle import Pace
from workflow.tables import Throttle

MINUTE = 60_000_000
FEW = Paces(write=Pace(3, MINUTE, MINUTE), search=Pace(2, MINUTE, MINUTE))


@pytest.fixture
def slow(site: Site, web_folder) -> Site:
    """The same world with room for three writes and two searches a minute; worlds in one database share their accounts."""
    with site.world.store.write() as session:
        session.execute(delete(Throttle))
    return Site(site.world, web_folder, paces=FEW)


def test_the_shipped_paces_are_sixty_writes_and_thirty_searches_a_minute() -> None:
    assert (Paces().write, Paces().search) == (Pace(60, MINUTE, MINUTE), Pace(30, MINUTE, MINUTE))


def test_who_writes_too_fast_waits_a_minute_and_keeps_what_was_typed(slow: Site) -> None:
    door, _ = slow.world.household(["Nguyễn Văn Một"])
    browser = slow.as_("an")
    sent = [browser.post(f"doors/{door}/visit", {"outcome": "không có"}) for _ in range(3)]

    typed = {"outcome": "nobody_home", "mode": "door", "at": "queue"}
    refused = browser.post(f"doors/{door}/visit", typed)

    assert 429 not in {answer.status_code for answer in sent}
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Chờ 60 giây" in refused.text
    assert "nobody_home" in refused.text
    assert slow.world.door(door).attempts == 0
    assert browser.get("queue").status_code == 200  # looking is free

    slow.world.clock.instant += MINUTE
    assert browser.post(f"doors/{door}/visit", typed).status_code == 303
    assert slow.world.door(door).attempts == 1


def test_everybody_has_a_pace_of_their_own(slow: Site) -> None:
    an, binh = slow.as_("an"), slow.as_("binh")
    for _ in range(4):
        last = an.post("queue/find", {"q": "Một"})

    assert last.status_code == 429
    assert binh.post("queue/find", {"q": "Một"}).status_code == 200


def test_searches_are_counted_apart_from_writes_and_leaving_is_never_too_fast(slow: Site) -> None:
    browser = slow.as_("an")
    searched = [browser.post("queue/find", {"q": "Một"}).status_code for _ in range(3)]
    written = [browser.post("/me/language", {"locale": "vi"}).status_code for _ in range(5)]

    assert searched == [200, 200, 429]
    assert 429 not in written
    assert browser.post("/logout").status_code == 303


def test_a_program_is_told_when_to_come_again(slow: Site) -> None:
    program = Program(slow, "an")
    for _ in range(2):
        assert program.post("queue/searches", {"text": "Một"}).status_code == 200

    refused = program.post("queue/searches", {"text": "Một"})

    told = problem(refused, 429, "too_fast")
    assert refused.headers["Retry-After"] == "60"
    assert "60" in told["detail"]


def test_a_form_from_elsewhere_is_not_counted(slow: Site) -> None:
    browser = slow.as_("an")
    forged = [browser.client.post(slow.path("queue/find"), data={"q": "Một"}).status_code for _ in range(5)]

    assert set(forged) == {400}
    assert browser.post("queue/find", {"q": "Một"}).status_code == 200
