"""A small whole pack, and a way to spoil one place of it."""

from collections.abc import Mapping

from rules.pack import PackFinding, check_files

PACK = """\
pack: small-2025
version: 1
label: {vi: Đợt thử, en: Trial}
source: {title: Kế hoạch thử, issuer: UBND, dated: 2025-05-10}
purpose: Thử bộ đọc gói quy tắc
legal_basis: {kind: state_task, text: Kế hoạch thử}
starts: 2025-05-10
ends: 2025-05-31
windows:
  collect: {label: Lấy ý kiến, from: 2025-05-15, through: 2025-05-27, source: Mục 3}
unit_name: Phường Thử
bodies:
  - {id: office, label: Văn phòng}
posts:
  - {id: member, role: member, label: Thành viên tổ công tác, per: team}
  - {id: team_leader, role: team_leader, label: Tổ trưởng tổ công tác, per: team}
  - {id: chair, role: chair, label: Trưởng ban chỉ đạo}
  - {id: clerk, role: plan_owner, label: Văn phòng, body: office}
lists:
  - {id: L1, label: Đã kích hoạt, track: path, sets: {account: activated, level_2: true}}
reporting: {cut_off: before 16:00, internal: before 15:30}
parameters: {goal: 90}
"""

PATH = """\
tracks:
  path:
    label: Người dân
    main: true
    population: resident and eligible
    line: [registered, activated, submitted]
    enter:
      - {state: activated, when: account == 'activated'}
    states:
      registered: {label: Đã đăng ký}
      activated: {label: Đã kích hoạt}
      submitted: {label: Đã góp ý, done: true}
      unreconciled: {label: Chưa trừ chỉ tiêu, done: true, stage: submitted, awaits: reconciliation}
      dead: {label: Đã chết, exit: ineligible, confirm_by: team_leader}
      card_expired: {label: CCCD hết hạn, exit: remediable, open: true, next: {follow_up: 2 working days}}
      declined: {label: Đã kết thúc liên hệ, exit: declined}
    moves:
      activate: {label: Kích hoạt, from: registered, to: activated, by: [member, roster]}
      submit: {label: Góp ý, from: [line, card_expired], to: submitted, when: happened_at < campaign.collect_until}
      find_unreconciled: {label: Chưa trừ, from: submitted, to: unreconciled, by: [roster]}
      expire: {label: CCCD hết hạn, from: line, to: card_expired}
      die: {label: Đã chết, from: [line, card_expired], to: dead, by: [team_leader, roster]}
      decline: {label: Không tham gia, from: line, to: declined, by: [member]}
      come_back: {label: Đính chính, from: exits, to: registered, by: [correction]}
      submit_alone: {label: Tự góp ý, from: declined, to: submitted, by: [roster, correction]}
outcomes:
  nobody_home: {label: Không có nhà, scope: door, code: "0", effects: [count_attempt, {follow_up: this evening}]}
  took_part: {label: Đã góp ý, scope: person, code: V, effects: [contact, {move: submit}]}
  died: {label: Đã chết, scope: person, code: C, effects: [{request: dead}]}
  not_taking_part: {label: Không tham gia, scope: person, code: K, effects: [contact, {move: decline}]}
"""

PLAN = """\
tasks:
  - id: staff-first
    label: Cán bộ làm trước
    clause: "3.2"
    owner: clerk
    support: [office]
    due: before 2025-05-20
    done_when: figure('staff_open') == 0
  - {id: summary, label: Tổng hợp, clause: "4", owner: clerk, after: [staff-first], due: by 2025-05-30}
  - {id: spread-word, label: Tuyên truyền, clause: "5", owner: clerk, due: none because kế hoạch ghi kịp thời}
duties:
  - id: daily-report
    label: Báo cáo ngày
    clause: "4"
    owner: team_leader
    per: team
    every: day in collect
    due: before 16:00
    internal_due: before 15:30
    relay: {via: clerk, to: office}
"""

ESCALATIONS = """\
rules:
  - id: silent-registered
    label: Quá 48 giờ chưa ai đến
    track: path
    when: state == 'registered' and now - later(entered_at, last_contact) >= hours(48)
    anchor: later(entered_at, last_contact)
    ladder:
      - {to: team_leader}
      - {after: 24 hours, to: chair}
      - {after: 90 minutes, to: clerk}
    source: Mục 3.1
  - id: report-late
    label: Báo cáo trễ
    on: task
    task: daily-report
    when: now >= due_at and task_state not in ['submitted_for_review', 'done']
    anchor: due_at
    group: owner
    ladder: [{to: chair}]
    source: Mục 4
"""

FIGURES = """\
figures:
  - {id: listed, label: Tổng số, track: path, all: true}
  - {id: took_part, label: Đã góp ý, track: path, states: [submitted, unreconciled]}
  - {id: exited, label: Không thể, track: path, exits: [ineligible, remediable]}
  - {id: waiting, label: Chưa gặp hoặc đã kết thúc liên hệ, track: path, states: [registered, activated, declined]}
  - {id: active, label: Đang hoạt động, track: path, stage_at_least: activated}
  - {id: staff_declared, label: Cán bộ, declared: staff_declared}
  - {id: staff_finished, label: Cán bộ xong, declared: staff_finished}
  - {id: staff_open, label: Cán bộ chưa xong, minus: [staff_declared, staff_finished]}
  - {id: approved, label: Số người tán thành, external: Bộ Công an}
policies:
  - {id: all_listed, label: trên tổng số, base: listed}
lines:
  - {code: "1", label: Tổng số, figure: listed}
  - {code: "2", label: Đã góp ý, figure: took_part, policy: all_listed}
  - {code: "2.1", label: Số người tán thành, figure: approved}
  - {code: "3", label: Không thể, figure: exited, policy: all_listed}
  - {code: "4", label: Chưa gặp hoặc đã kết thúc liên hệ, figure: waiting, print: when_not_zero}
partitions:
  - {total: "1", parts: ["2", "3", "4"]}
targets:
  - {id: T1, label: Trên 95%, count: took_part, policy: all_listed, more_than: 95 percent, due: through 2025-05-27, source: Mục 1}
outline:
  - {number: I, title: Kết quả, lines: ["1", "2", "2.1", "3", "4"]}
"""

EXAMPLES = """\
rules:
  - rule: silent-registered
    say: Đúng 48 giờ thì báo
    facts: {state: registered, entered_at: 2025-05-15 08:00}
    now: 2025-05-17 08:00
    holds: true
  - rule: silent-registered
    say: Còn một phút thì chưa
    facts: {state: registered, entered_at: 2025-05-15 08:01}
    now: 2025-05-17 08:00
    holds: false
  - rule: report-late
    say: Đúng giờ hạn là trễ
    facts: {task_state: in_progress, due_at: 2025-05-15 16:00}
    now: 2025-05-15 16:00
    holds: true
  - {rule: path.submit, say: Hết hạn thì thôi, facts: {happened_at: 2025-05-28 00:00}, now: 2025-05-28 00:00, holds: false}
printed:
  - document: Báo cáo mẫu
    as_of: 2025-05-29 22:00
    total: "1"
    lines: [{code: "1", count: 100}, {code: "2", count: 90, percent: "90,00"}]
"""

SMALL: Mapping[str, str] = {
    "pack.yaml": PACK,
    "path.yaml": PATH,
    "plan.yaml": PLAN,
    "escalations.yaml": ESCALATIONS,
    "figures.yaml": FIGURES,
    "examples.yaml": EXAMPLES,
}


def spoiled(*changes: tuple[str, str, str], of: Mapping[str, str] = SMALL) -> dict[str, str]:
    """Return the small pack with pieces replaced: (file, old, new). Each old piece must be there exactly once."""
    files = dict(of)
    for section, old, new in changes:
        name = f"{section}.yaml"
        assert files[name].count(old) == 1, f"{old!r} stands {files[name].count(old)} times in {name}"
        files[name] = files[name].replace(old, new)
    return files


def findings_of(*changes: tuple[str, str, str]) -> list[PackFinding]:
    """Return what is said about the small pack once it is spoiled, notes left out."""
    return [found for found in check_files(spoiled(*changes)) if found.severity != "info"]


def place_of(section: str, piece: str, new: str, files: Mapping[str, str]) -> str:
    """Return `file:line:column` of the first character of `piece` inside the first line that has `new`."""
    for number, line in enumerate(files[f"{section}.yaml"].split("\n"), start=1):
        if new in line:
            return f"{section}.yaml:{number}:{line.index(piece, line.index(new)) + 1}"
    raise AssertionError(f"{new!r} is not in {section}.yaml")
