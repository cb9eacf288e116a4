"""The doors to ask at, through the API: an address and a day, for whoever is to ask and nobody of the team itself."""

from rules.time import MINUTE, at
from tests.web.api.program import Program, problem
from tests.web.api.test_above import statements
from tests.web.api.test_document import INSIDE, check, document
from tests.web.site import Site
from workflow.actions.draw_revisits import draw_revisits
from workflow.actions.record_visit import Finding
from workflow.days import local_day


def test_the_doors_to_ask_at(site: Site) -> None:
    world = site.world
    world.go_to("2025-05-16 12:00")
    for number in range(22):
        door, (case,) = world.household(["Nguyễn Văn Một"], house=f"{number + 1}")
        world.clock.move_to(world.clock.now() + 30 * MINUTE)
        world.visit("binh", door, Finding("took_part", case))
    world.go_to("2025-05-17 08:00")
    world.command(
        "giang", lambda book, context, actor: draw_revisits(book, context, actor, local_day(at("2025-05-16 12:00")))
    )
    made, em = document(site), Program(site, "em")

    told = em.get("revisits")

    check(made, site, told, f"{INSIDE}revisits")
    (one,) = told.json["revisits"]
    assert (one["day"], one["lane"], one["area"], one["answer"]) == ("2025-05-16", "Ngõ 1", "Tổ dân phố 1", None)
    assert "Nguyễn" not in told.text
    assert Program(site, "binh").get("revisits").json == {"revisits": []}
    assert statements(site, lambda: em.get("revisits")) < 8
    problem(Program(site, "khanh").get("revisits"), 404, "not_found")
