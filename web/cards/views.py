"""Sign-in cards: choose people, print eight to a sheet. Codes are on that one page and nowhere else."""

import uuid
from ipaddress import ip_address

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from web.cards.forms import CardsForm, groups_of
from web.cards.qr import qr
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.access import Actor, of_the_unit
from workflow.actions.command import Answer
from workflow.errors import WorkflowError
from workflow.ledger.book import Book
from workflow.queries.organisation import team_names
from workflow.signing.card_readers import CardReader, card_readers
from workflow.signing.cards import Card, print_cards

bp = Blueprint("cards", __name__, template_folder="templates")


@bp.get("/<unit>/cards")
@for_roles("administrator", "team_leader")
def index() -> ResponseReturnValue:
    """Choose whom to print cards for."""
    readers = card_readers(here.session, here.actor, now=here.now)
    return _choose(CardsForm(formdata=None), readers)


@bp.post("/<unit>/cards")
@for_roles("administrator", "team_leader")
def sheets() -> ResponseReturnValue:
    """Make the cards and show them, this once. Sent again, the page says that they were shown: the codes are kept nowhere."""
    readers = card_readers(here.session, here.actor, now=here.now)
    form = CardsForm()
    if not form.validate() or not (chosen := form.chosen(readers, _teams())):
        return _choose(form, readers)
    cards: list[Card] = []
    real_now = here.real_now

    def work(book: Book, actor: Actor) -> Answer:
        cards[:] = print_cards(book, actor, chosen, now=real_now)
        return {"cards": len(cards)}

    try:
        here.unit_command(work, {"print_cards": sorted(map(str, chosen))}, form.sent_key)
    except WorkflowError as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
        return _choose(form, readers)
    drawn = [(card, qr(url_for("sign_in.card_of", code=card.code.replace("-", ""), _external=True))) for card in cards]
    page = url_for("sign_in.card", _external=True)
    return render("cards/sheets.html", cards=drawn, page=page, unit_name=here.unit.name)


def _choose(form: CardsForm, readers: list[CardReader]) -> ResponseReturnValue:
    """Show whom one may choose, by team in printed order, in several teams under each; who is in no team comes last."""
    by_group: dict[str, list[CardReader]] = {}
    teams = _teams()
    for reader in readers:
        for group in groups_of(reader, teams):
            by_group.setdefault(group, []).append(reader)
    names = {str(team): name for team, name in teams.items()}
    names["other"] = _("Ngoài các tổ công tác")
    groups = [(key, name, by_group[key]) for key, name in names.items() if key in by_group]
    new = sum(1 for reader in readers if not reader.has_password)
    here_only = request.host if _is_this_machine(request.host) else ""
    return render("cards/index.html", form=form, groups=groups, new=new, here_only=here_only)


def _is_this_machine(host: str) -> bool:
    """Whether an address means the machine itself to whoever types it: a card with it is of no use on a telephone."""
    name = host.removeprefix("[").partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _teams() -> dict[uuid.UUID, str]:
    """Return the teams by which people are shown, in printed order: the administrator's are all, a leader's those they lead."""
    names = team_names(here.session, here.unit.id)
    if any(post.role == "administrator" and of_the_unit(post) for post in here.actor.posts):
        return names
    led = {post.team_id for post in here.actor.holds("team_leader")}
    return {team: name for team, name in names.items() if team in led}
