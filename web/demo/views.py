"""Who is who in a demonstration, and one tap to become them. Where a real unit lives, these pages do not exist."""

import uuid
from itertools import groupby
from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _l
from web.pages import render
from web.policy import ROLES, public
from web.sign_in.views import browser_of_request, welcome
from workflow.demo.cat_thanh import SEATS
from workflow.demo.password import demo_password, is_demonstration
from workflow.errors import NotFound
from workflow.queries.who_is_who import Player, players
from workflow.signing.places import places_of, roles_everywhere
from workflow.signing.sessions import limits_for, open_sign_in

bp = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")

DOES: Final = {
    "member": _l("đi từng hộ, ghi kết quả bằng một chạm"),
    "team_leader": _l("phân công, xác nhận, xử lý việc tắc, gửi báo cáo ngày"),
    "area_head": _l("báo người chuyển đi, qua đời, đi xa"),
    "support_desk": _l("tra cứu đúng một người, ghi tại điểm hỗ trợ"),
    "coordinator": _l("nhận danh sách, tổng hợp, báo cáo trước 16 giờ"),
    "plan_owner": _l("nhiệm vụ theo hạn, minh chứng"),
    "duty_leader": _l("xử lý việc chuyển cấp của địa bàn"),
    "chair": _l("một màn hình toàn cảnh"),
    "superior": _l("chỉ xem tổng hợp"),
    "auditor": _l("xem sổ, kiểm tra"),
    "administrator": _l("tài khoản, tổ, địa bàn, vị trí"),
}


@bp.get("")
@public
def who() -> ResponseReturnValue:
    cast = sorted(_players(), key=lambda each: (each.unit_name, ROLES.index(each.role)))
    units = [(name, list(several)) for name, several in groupby(cast, key=lambda each: each.unit_name)]
    password = demo_password(here.store, here.ground.settings.instance, now=here.real_now)
    return render("demo/who.html", units=units, does=DOES, password=password)


@bp.post("/<uuid:account>")
@public
def become(account: uuid.UUID) -> ResponseReturnValue:
    player = next((each for each in _players() if each.account_id == account), None)
    if player is None:
        raise NotFound
    browser = browser_of_request()
    with here.store.write() as writing:
        roles = roles_everywhere(places_of(writing, account, now=here.real_now))
        token = open_sign_in(
            writing,
            account,
            device=browser["device"],
            device_token=browser["device_token"],
            is_shared=False,
            limits=limits_for(roles),
            now=here.real_now,
            ids=here.ids,
        )
    return welcome(token, url_for("home.unit", unit=player.unit_code))


def _players() -> list[Player]:
    if not is_demonstration(here.session):
        raise NotFound
    return players(here.session, now=here.real_now, seats={("cat-thanh", post): scope for post, scope in SEATS.items()})
