"""Every check across files has a pack that fails it: one finding, at its place, with its check's name."""

import unicodedata

import pytest

from rules.pack import check_files
from rules.pack.lint.opinions import opinion_in_name, opinion_in_text
from tests.rules.pack.samples import SMALL, findings_of, spoiled

Case = tuple[str, str, str, str, str]

NAMES: list[Case] = [
    # section, what stood there, the mistake, the text the finding points at, the check
    ("path", "line: [registered,", "line: [registred,", "registred", "unknown-name"),
    ("path", "- {state: activated, when", "- {state: activted, when", "activted", "unknown-name"),
    ("path", "stage: submitted", "stage: submited", "submited", "unknown-name"),
    ("path", "from: submitted, to: unreconciled", "from: submited, to: unreconciled", "submited", "unknown-name"),
    ("path", "from: [line, card_expired], to: submitted", "from: [line, card_expird], to: submitted", "card_expird", "unknown-name"),
    ("path", "{move: submit}", "{move: sumbit}", "sumbit", "unknown-name"),
    ("path", "{request: dead}", "{request: deceased}", "deceased", "unknown-name"),
    ("path", "scope: person, code: V", "scope: person, track: pth, code: V", "pth", "unknown-name"),
    ("pack", "body: office", "body: ofice", "ofice", "unknown-name"),
    ("pack", "track: path, sets", "track: paht, sets", "paht", "unknown-name"),
    ("pack", "sets: {account: activated,", "sets: {acount: activated,", "acount", "unknown-name"),
    ("pack", "sets: {account: activated,", "sets: {account: active,", "active", "unknown-name"),
    ("plan", "clause: \"3.2\"\n    owner: clerk", "clause: \"3.2\"\n    owner: clark", "clark", "unknown-name"),
    ("plan", "support: [office]", "support: [ofice]", "ofice", "unknown-name"),
    ("plan", "after: [staff-first]", "after: [staff-frist]", "staff-frist", "unknown-name"),
    ("plan", "every: day in collect", "every: day in colect", "day in colect", "unknown-name"),
    ("plan", "via: clerk", "via: clrk", "clrk", "unknown-name"),
    ("plan", "due: by 2025-05-30", "due: within 2 days of nothing", "within", "unknown-name"),
    ("escalations", "track: path", "track: pat", "pat", "unknown-name"),
    ("escalations", "task: daily-report", "task: daily-rapport", "daily-rapport", "unknown-name"),
    ("escalations", "to: team_leader", "to: team_ledaer", "team_ledaer", "unknown-name"),
    ("figures", "states: [submitted, unr", "states: [submited, unr", "submited", "unknown-name"),
    ("figures", "stage_at_least: activated", "stage_at_least: dead", "dead", "unknown-name"),
    ("figures", "minus: [staff_declared,", "minus: [staff_declred,", "staff_declred", "unknown-name"),
    ("figures", "base: listed", "base: lsited", "lsited", "unknown-name"),
    ("figures", "figure: took_part, policy", "figure: took_prat, policy", "took_prat", "unknown-name"),
    ("figures", "figure: exited, policy: all_listed", "figure: exited, policy: all", "all}", "unknown-name"),
    ("figures", "parts: [\"2\", \"3\", \"4\"]", "parts: [\"2\", \"3\", \"5\"]", '"5"', "unknown-name"),
    ("figures", "lines: [\"1\", \"2\", \"2.1\"", "lines: [\"1\", \"2\", \"2.2\"", '"2.2"', "unknown-name"),
    ("figures", "count: took_part", "count: took", "took,", "unknown-name"),
    ("figures", "more_than: 95 percent", "at_least: parameter gaol", "parameter", "unknown-name"),
    ("examples", "rule: report-late", "rule: report-lat", "report-lat", "unknown-name"),
    ("examples", "lines: [{code: \"1\"", "lines: [{code: \"9\"", '"9"', "unknown-name"),
    ("examples", "facts: {task_state:", "facts: {task_stat:", "task_stat", "unknown-name"),
    ("path", "code: V", "code: K", "K", "repeated-name"),
    ("pack", "id: chair, role", "id: clerk, role", "clerk", "repeated-name"),
    ("plan", "id: summary", "id: staff-first", "staff-first", "repeated-name"),
    ("escalations", "id: report-late", "id: silent-registered", "silent-registered", "repeated-name"),
    ("figures", "id: active, label", "id: exited, label", "exited", "repeated-name"),
    ("figures", '{code: "2.1", label', '{code: "2", label', '"2"', "repeated-name"),
]  # fmt: skip

TRACKS: list[Case] = [
    ("path", "    main: true\n", "", "tracks", "main-track"),
    ("path", "line: [registered, activated, submitted]", "line: [registered, activated, submitted, dead]", "dead]", "line"),
    ("path", "line: [registered, activated, submitted]", "line: [registered, activated, activated, submitted]", "activated, submitted]", "line"),
    ("path", "      dead: {label: Đã chết,", "      line: {label: Đã chết,", "line", "keyword"),
    ("path", "submitted: {label: Đã góp ý, done: true}", "submitted: {label: Đã góp ý, done: true, open: true}", "true}", "state-open"),
    ("path", "exit: remediable, open: true", "exit: remediable", "remediable", "state-open"),
    ("path", "confirm_by: team_leader", "confirm_by: duty_leader", "duty_leader", "confirm-role"),
    ("path", "dead: {label: Đã chết, exit: ineligible", "dead: {label: Đã chết, done: true, exit: ineligible", "ineligible", "state-kind"),
    ("path", "done: true, stage: submitted, awaits", "done: true, awaits", "unreconciled", "state-stage"),
    ("path", "      expire: {label: CCCD hết hạn, from: line, to: card_expired}\n", "", "card_expired:", "unreachable"),
    ("path", "from: exits, to: registered", "from: card_expired, to: registered", "dead:", "dead-end"),
    ("path", "{follow_up: 2 working days}", "{follow_up: before 16:00}", "before", "deadline-kind"),
    ("path", "{follow_up: this evening}", "{follow_up: this evning}", "evning", "deadline"),
]  # fmt: skip

MANY_STATES = "".join(f"      extra_{number}: {{label: x}}\n" for number in range(100))
OUTCOMES: list[Case] = [
    ("path", "[contact, {move: submit}]", "[{move: submit}, {move: expire}]", "expire}", "effect-order"),
    ("path", "      registered: {label: Đã đăng ký}\n", f"{MANY_STATES}      registered: {{label: x}}\n", "extra_0", "bad-value"),
    ("pack", "bodies:\n", "areas: {kind: Khu, count: 3, label: Khu phố}\nbodies:\n", "Khu phố}", "area-label"),
    ("pack", "bodies:\n", "areas: {kind: Khu, count: 3, label: 'Khu {0}'}\nbodies:\n", "'Khu {0}", "area-label"),
    ("path", "[count_attempt, {follow_up: this evening}]", "[{count_attempt: true, follow_up: this evening}]", "{count", "one-effect"),
    ("path", "[contact, {move: submit}]", "[contact, {}]", "{}", "one-effect"),
    ("path", "scope: person, code: V", "scope: door, code: V", "submit}]", "door-effect"),
    ("path", "to: submitted, when", "to: submitted, by: [roster], when", "submit}]", "effect-mover"),
    ("path", "{request: dead}", "{request: activated}", "activated}", "request"),
    ("path", "{request: dead}", "{request: card_expired}", "card_expired}", "request"),
]  # fmt: skip

DECLINED_STATE = "declined: {label: Đã kết thúc liên hệ, exit: declined"
DECLINED: list[Case] = [
    ("path", DECLINED_STATE, f"{DECLINED_STATE}, open: true", "true", "declined"),
    ("path", DECLINED_STATE, f"{DECLINED_STATE}, confirm_by: team_leader", "team_leader", "declined"),
    ("path", DECLINED_STATE, f"{DECLINED_STATE}, evidence: [Đơn]", "[Đơn]", "declined"),
    ("path", DECLINED_STATE, f"{DECLINED_STATE}, awaits: approval", "approval", "declined"),
    ("path", DECLINED_STATE, f"{DECLINED_STATE}, next: {{follow_up: tomorrow}}", "{follow_up: tomorrow", "declined"),
    ("path", "{request: dead}", "{request: declined}", "declined}", "declined"),
    ("path", "to: submitted, by: [roster, correction]", "to: submitted, by: [member, roster]", "member, roster]", "declined"),
    ("path", "to: declined, by: [member]", "to: declined, by: [member, rule]", "rule]", "declined"),
    ("path", "effects: [contact, {move: decline}]", "effects: [contact, {move: decline}], asks: [evidence]", "[evidence]", "declined"),
]  # fmt: skip

PLAN: list[Case] = [
    ("plan", "due: before 2025-05-20", "due: before 2025-06-20", "before", "deadline-outside"),
    ("plan", "due: before 2025-05-20", "due: before 2025-05-10", "before", "deadline-outside"),
    ("plan", "due: before 2025-05-20", "due: before 2025-02-30", "2025-02-30", "deadline"),
    ("plan", "due: before 2025-05-20", "due: bfore 2025-05-20", "bfore", "deadline"),
    ("plan", "due: before 2025-05-20", "due: before 16:00", "before", "deadline-kind"),
    ("plan", "due: none because kế hoạch ghi kịp thời", "due: none", "none", "deadline"),
    ("plan", "due: none because kế hoạch ghi kịp thời", "due: none because", "none", "deadline"),
    ("plan", "every: day in collect", "every: dya in collect", "dya", "every"),
    ("plan", "every: day in collect", "every: month in collect", "before 16:00", "every"),
    ("plan", "due: before 16:00", "due: 2 hours", "2 hours", "deadline-kind"),
    ("plan", "internal_due: before 15:30", "internal_due: before 16:00", "before 16:00\n    relay", "internal-due"),
    ("plan", "relay: {via: clerk", "relay: {via: team_leader", "team_leader, to", "relay-via"),
    ("plan", "relay: {via: clerk", "relay: {via: nobody", "nobody", "unknown-name"),
    ("plan", "relay: {via: clerk", "relay: {via: office", "office, to", "unknown-name"),
    ("plan", "due: before 16:00\n    internal_due: before 15:30", "due: before 2025-05-20 16:00\n    internal_due: at 2025-05-20 16:00", "at 2025-05-20 16:00\n", "internal-due"),
    ("plan", "relay: {via: clerk, to: office}", "relay: {via: clerk, to: clerk}", "clerk}", "relay-to"),
    ("plan", "- {id: summary, label", "- {id: daily-report-forward, label", "{via: clerk", "repeated-name"),
    ("escalations", "task: daily-report", "task: daily-report-forwad", "daily-report-forwad", "unknown-name"),
    ("plan", "owner: clerk, after", "owner: team_leader, after", "team_leader", "owner-per"),
    ("plan", "due: before 2025-05-20", "after: [summary]\n    due: before 2025-05-20", "[summary]", "ring"),
    ("plan", "due: before 2025-05-20", "opens: at 2025-05-25 00:00\n    due: before 2025-05-20", "at 2025-05-25", "opens-late"),
    ("plan", "internal_due: before 15:30", "internal_due: before 15:30\n    opens: before 16:00", "before 16:00\n    relay", "opens-late"),
    ("plan", "due: before 16:00\n    internal_due: before 15:30", "due: before 16:00\n    internal_due: at 2025-05-20 16:00", "at 2025-05-20", "internal-due"),
    ("plan", "due: before 2025-05-20", "opens: within 2 days of summary\n    due: before 2025-05-20", "within", "opens-event"),
    ("plan", "due: before 2025-05-20", "due: within 2 days of summary", "within", "ring"),
    ("plan", "due: none because kế hoạch ghi kịp thời", "due: within 2 days of spread-word", "within", "ring"),
    ("pack", "through: 2025-05-27", "through: 2025-05-14", "2025-05-14", "dates"),
    ("pack", "from: 2025-05-15", "from: 2025-05-09", "2025-05-09", "dates"),
    ("pack", "ends: 2025-05-31", "ends: 2025-05-01", "2025-05-01", "dates"),
    ("pack", "starts: 2025-05-10", "calendar: us\nstarts: 2025-05-10", "us", "calendar"),
    ("pack", "cut_off: before 16:00", "cut_off: 2 hours", "2 hours", "deadline-kind"),
    ("pack", "internal: before 15:30", "internal: before 15h30", "h30", "deadline"),
    ("pack", "level_2: true", "level_2: 1", "1}", "list-value"),
    ("pack", "starts: 2025-05-10", "notices: {quiet_from: '15:00', quiet_until: '17:00'}\nstarts: 2025-05-10", "'15:00'", "quiet-hours"),
]  # fmt: skip

ESCALATIONS: list[Case] = [
    ("escalations", "state == 'registered'", "state == 'registred'", "'registred'", "expression"),
    ("escalations", "hours(48)", "48", "48", "expression"),
    ("escalations", "now >= due_at and task", "attempts > 1 and task", "attempts", "expression"),
    ("escalations", "anchor: due_at", "anchor: due_at + 1", "1", "expression"),
    ("escalations", "anchor: due_at", "anchor: now", "now", "anchor-now"),
    ("escalations", "anchor: due_at", "anchor: is_duty", "is_duty", "expression"),
    ("escalations", "now >= due_at and task", "now >= due_at - minutes(60) and task", "due_at\n", "anchor-ahead"),
    ("escalations", "anchor: due_at", "anchor: submitted_at", "submitted_at", "anchor-missing"),
    ("escalations", "- {to: team_leader}", "- {after: 1 hour, to: team_leader}", "1 hour", "rung"),
    ("escalations", "{after: 24 hours, to: chair}", "{to: chair}", "{to: chair}", "rung"),
    ("escalations", "after: 24 hours", "after: 2 weeks", "2 weeks", "rung"),
    ("escalations", "after: 24 hours", "after: within 2 hours of received", "within", "rung"),
    ("escalations", "after: 24 hours", "after: 900 working days", "- {to: team_leader}", "rung"),
    ("escalations", "- {to: team_leader}", "- {to: team_leader, answer_within: 2 months}", "2 months", "rung"),
    ("escalations", "- {to: team_leader}", "- {to: team_leader, answer_within: 25 hours}", "25 hours", "rung-answer"),
    ("escalations", "- {to: team_leader}", "- {to: owner}", "owner", "rung-owner"),
    ("escalations", "track: path\n    when", "track: path\n    group: owner\n    when", "owner", "rule-group"),
    ("escalations", "ladder: [{to: chair}]", "ladder: [{to: chair}]\n    reasons: {decided: [A, A]}", "[A, A]", "rule-reasons"),
    ("escalations", "ladder: [{to: chair}]", "effect: {waive: true}\n    reasons: {decided: []}", "{decided", "rule-reasons"),
    ("escalations", "ladder: [{to: chair}]", "ladder: [{to: chair}]\n    reasons: {decided: [Cả nhà không đồng ý]}", "Cả nhà", "opinion"),
    ("pack", "id: clerk, role", "id: owner, role", "owner, role", "keyword"),
    ("escalations", "after: 24 hours", "after: 24 huors", "huors", "deadline"),
    ("escalations", "ladder: [{to: chair}]", "effect: {move: decline}", "decline", "rule-effect"),
    ("escalations", "ladder: [{to: chair}]", "effect: {follow_up: tomorrow}", "tomorrow", "rule-effect"),
    ("escalations", "    ladder: [{to: chair}]\n", "", "id: report-late", "rule-empty"),
    ("path", "population: resident and eligible", "population: resident and attempts < 3", "attempts", "expression"),
    ("path", "happened_at < campaign.collect_until", "now < campaign.collect_until", "now", "expression"),
    ("path", "happened_at < campaign.collect_until", "happened_at < campaign.colect_until", "campaign.colect", "expression"),
    ("path", "when: account == 'activated'", "when: account == 'active'", "'active'", "expression"),
    ("plan", "figure('staff_open')", "figure('staff_opn')", "'staff_opn'", "expression"),
    ("examples", "now: 2025-05-17 08:00\n    holds: true", "now: 2025-05-17 07:59\n    holds: true", "true", "example"),
    ("examples", "facts: {state: registered, entered_at: 2025-05-15 08:01}", "facts: {state: registered}", "facts", "example-facts"),
    ("examples", "{state: registered, entered_at: 2025-05-15 08:01}", "{state: registered, entered_at: yesterday}", "yesterday", "instant"),
    ("examples", "{state: registered, entered_at: 2025-05-15 08:01}", "{state: 3, entered_at: 2025-05-15 08:01}", "3", "example-facts"),
    ("examples", "as_of: 2025-05-29 22:00", "as_of: 2025-05-29", "2025-05-29", "instant"),
]  # fmt: skip

FIGURES: list[Case] = [
    ("figures", "track: path, all: true}", "track: path, all: true, exits: [ineligible]}", "{id: listed", "one-way"),
    ("figures", "track: path, all: true}", "track: path}", "{id: listed", "one-way"),
    ("figures", "label: Cán bộ, declared", "label: Cán bộ, track: path, declared", "path", "figure-track"),
    ("figures", "minus: [staff_declared, staff_finished]", "minus: [staff_declared, staff_open]", "{id: staff_open", "ring"),
    ("figures", "more_than: 95 percent", "more_than: 101 percent", "101", "target-percent"),
    ("figures", "policy: all_listed, more_than", "more_than", "{id: T1", "target-policy"),
    ("figures", "more_than: 95 percent, due", "due", "{id: T1", "target-goal"),
    ("figures", "due: through 2025-05-27", "due: through 2025-06-27", "through", "deadline-outside"),
    ("figures", "exits: [ineligible, remediable]", "exits: [ineligible]", "{total", "partition"),
    ("figures", "states: [submitted, unreconciled]", "states: [submitted]", "{total", "partition"),
    ("figures", "states: [registered, activated, declined]", "states: [registered, activated, declined, dead]", "{total", "partition"),
    ("figures", 'parts: ["2", "3", "4"]', 'parts: ["2", "3", "3"]', '"3"]', "partition"),
    ("figures", "exits: [ineligible, remediable]", "exits: [ineligible, remediable, declined]", "{total", "partition"),
]  # fmt: skip

OPINIONS: list[Case] = [
    ("path", "      dead: {label: Đã chết", "      dead: {label: Không tán thành", "Không", "opinion"),
    ("path", "come_back: {label: Đính chính", "come_back: {label: Không đồng ý", "Không đồng", "opinion"),
    ("path", "  nobody_home: {label: Không có nhà", "  nobody_home: {label: Phản đối", "Phản", "opinion"),
    ("path", "  nobody_home: {label: Không có nhà", "  disagree: {label: Không có nhà", "disagree", "opinion"),
    ("path", "      activated: {label: Đã kích hoạt}", "      activated: {label: {vi: Đã kích hoạt, en: Approved}}", "Approved", "opinion"),
    ("pack", "parameters: {goal: 90}", "parameters: {dong_y: 90}", "dong_y", "opinion"),
    ("figures", "label: Số người tán thành, figure: approved", "label: Số người tán thành, figure: exited", "Số", "opinion"),
    ("figures", "id: staff_declared, label: Cán bộ,", "id: staff_declared, label: Cán bộ tán thành,", "Cán", "opinion"),
    ("figures", "label: Trên 95%", "label: Trên 95% đồng ý", "Trên", "opinion"),
]  # fmt: skip

EVERY = [*NAMES, *TRACKS, *OUTCOMES, *DECLINED, *PLAN, *ESCALATIONS, *FIGURES, *OPINIONS]


@pytest.mark.parametrize(("section", "old", "new", "token", "check"), EVERY, ids=[f"{c[4]} {c[2][:30]}" for c in EVERY])
def test_each_check_finds_its_mistake_at_its_place(section: str, old: str, new: str, token: str, check: str) -> None:
    files = spoiled((section, old, new))

    found = [one for one in check_files(files) if one.severity != "info"]

    at = [
        one for one in found if one.check == check and _text_at(files, one.file, one.line, one.column).startswith(token)
    ]
    assert at, [(one.check, str(one)) for one in found]


def _text_at(files: dict[str, str], file: str, line: int, column: int) -> str:
    return "\n".join([files[file].split("\n")[line - 1][column - 1 :], *files[file].split("\n")[line:]])


@pytest.mark.parametrize(("section", "old", "new", "token", "check"), NAMES, ids=[f"{c[4]} {c[2][:30]}" for c in NAMES])
def test_a_wrong_name_is_said_once(section: str, old: str, new: str, token: str, check: str) -> None:
    found = findings_of((section, old, new))

    assert sum(one.check == check for one in found) == 1
    assert len(found) <= 4  # what really follows (a name that nobody has any more), never an avalanche


def test_two_main_tracks_are_one_too_many() -> None:
    second = SMALL["path.yaml"].replace("tracks:\n", "").split("outcomes:")[0].replace("  path:", "  other:")
    files = {**SMALL, "path.yaml": SMALL["path.yaml"].replace("outcomes:", f"{second}outcomes:")}

    (found,) = [one for one in check_files(files) if one.check == "main-track"]

    assert "đã có tuyến chính 'path'" in found.message


def test_a_list_of_households_cannot_feed_a_track_of_persons() -> None:
    (found,) = findings_of(("pack", "track: path, sets", "subject: household, track: path, sets"))

    assert found.check == "list-subject"


@pytest.mark.parametrize(
    ("figures", "lines"),
    [
        # alone; by itself as a minus; by subtracting one printed line from another; from a denominator
        ('{id: f, label: f, states: [declined]}', ""),
        ('{id: f, label: f, exits: [declined]}', ""),
        ('{id: g, label: g, states: [registered, activated]}\n  - {id: f, label: f, minus: [waiting, g]}', ""),
        ('{id: f, label: f, states: [registered, activated]}', '{code: "5", label: f, figure: f}'),
        ('{id: f, label: f, exits: [ineligible, remediable, declined]}', '{code: "5", label: f, figure: f}'),
        ('{id: f, label: f, states: [submitted, declined]}\n  - {id: g, label: g, states: [unreconciled]}',
         '{code: "5", label: f, figure: f}\n  - {code: "6", label: g, figure: g}'),
    ],
)  # fmt: skip
def test_nobody_can_work_out_how_many_ended_contact(figures: str, lines: str) -> None:
    found = findings_of(
        ("figures", "  - {id: listed,", f"  - {figures}\n  - {{id: listed,"),
        ("figures", "partitions:", f"{'  - ' + lines if lines else ''}\npartitions:"),
    )

    assert [one.check for one in found] == ["declined-alone"]


def test_a_denominator_that_gives_the_secret_away_is_named() -> None:
    (found,) = findings_of(
        (
            "figures",
            "  - {id: listed,",
            "  - {id: open, label: Đang mở, states: [registered, activated]}\n  - {id: listed,",
        ),
        ("figures", "base: listed}", "base: listed}\n  - {id: of_open, label: trên số mở, base: open}"),
        ("figures", "figure: exited, policy: all_listed", "figure: exited, policy: of_open"),
    )

    assert found.check == "declined-alone"
    assert found.message.startswith("mẫu số của dòng 3 ")


def test_lines_by_stage_make_up_a_partition() -> None:
    figures = """  - {id: not_active, label: Chưa, minus: [listed, active]}
  - {id: listed,"""
    lines = """  - {code: "5", label: a, figure: active}
  - {code: "6", label: b, figure: not_active}
partitions:
  - {total: "1", parts: ["5", "6"]}"""

    assert not findings_of(("figures", "  - {id: listed,", figures), ("figures", "partitions:", lines))


@pytest.mark.parametrize("name", ["tan_thanh", "khong_dong_y", "agree", "voted_yes", "approved", "not_approved"])
def test_names_that_say_how_somebody_answered(name: str) -> None:
    assert opinion_in_name(name)


@pytest.mark.parametrize("name", ["took_part", "approval_pending", "approve_number", "declined", "support_desk"])
def test_names_that_do_not(name: str) -> None:
    assert opinion_in_name(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "Tán thành",
        "KHÔNG ĐỒNG Ý",
        "người  phản   đối",
        "Disagrees",
        "Did not approve",
        unicodedata.normalize("NFD", "Đồng ý"),
    ],
)
def test_labels_that_say_how_somebody_answered(text: str) -> None:
    assert opinion_in_text(text)


@pytest.mark.parametrize("text", ["Khu phố Tân Thành", "Number change not yet approved", "Support desk", "Đồng hồ", ""])
def test_labels_that_do_not(text: str) -> None:
    assert opinion_in_text(text) is None
