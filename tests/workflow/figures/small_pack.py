"""A small pack for tests of figures and proofs: two tracks, a done state beside the line, a discreet end, nested report lines."""

from functools import cache

from rules.pack import Pack, load_files

PACK = """
pack: small-2025
version: 1
label: Chiến dịch thử
source: {title: Kế hoạch thử, issuer: Phường Thử}
purpose: Thử máy
legal_basis: {kind: state_task, text: Kế hoạch thử}
starts: 2025-05-01
ends: 2025-05-31
windows:
  collect: {label: Thu thập, from: 2025-05-02, through: 2025-05-30, source: mục 1}
unit_name: Phường Thử
posts:
  - {id: leader, role: team_leader, label: Tổ trưởng tổ công tác, per: team}
parameters: {}
small_cell: 5
"""

PATH = """
tracks:
  path:
    label: Góp ý
    main: true
    population: level_2
    line: [activated, submitted]
    states:
      activated: {label: Chưa góp ý}
      submitted: {label: Đã góp ý, done: true}
      unreconciled: {label: Chưa trừ chỉ tiêu, done: true, stage: submitted, awaits: reconciliation}
      dead: {label: Đã chết, exit: ineligible}
      abroad: {label: Đi nước ngoài, exit: unavailable}
      no_phone: {label: Không còn dùng điện thoại, exit: remediable, open: true, next: {follow_up: 1 working day}}
      declined: {label: Đã kết thúc liên hệ, exit: declined}
    moves:
      submit:
        label: Góp ý
        from: [activated, no_phone]
        to: submitted
        by: [member, team_leader, roster]
        when: happened_at >= campaign.collect_from and happened_at < campaign.collect_until
      find_not_deducted: {label: Chưa trừ, from: submitted, to: unreconciled, by: [team_leader, roster]}
      reconcile: {label: Đã trừ, from: unreconciled, to: submitted, by: [team_leader, roster]}
      mark_dead: {label: Xác nhận chết, from: [line, no_phone, abroad], to: dead, by: [team_leader]}
      mark_abroad: {label: Xác nhận đi nước ngoài, from: [line], to: abroad, by: [team_leader]}
      mark_no_phone: {label: Không điện thoại, from: [line], to: no_phone, by: [member, team_leader]}
      resume: {label: Tiếp tục, from: [abroad, no_phone], to: activated, by: [team_leader]}
      undo_dead: {label: Đính chính, from: dead, to: activated, by: [correction]}
      decline: {label: Không tham gia, from: [line, no_phone], to: declined, by: [member]}
      take_part_later: {label: Tự góp ý sau, from: declined, to: submitted, by: [roster, correction]}
  papers:
    label: Giấy tờ
    population: resident
    line: [missing_paper, linked]
    states:
      missing_paper: {label: Chưa tích hợp}
      linked: {label: Đã tích hợp, done: true}
    moves:
      link: {label: Tích hợp, from: missing_paper, to: linked, by: [member]}
outcomes:
  took_part: {label: Đã góp ý, scope: person, track: path, code: "1", effects: [contact, {move: submit}]}
  nobody_home: {label: Không có nhà, scope: door, code: "0", effects: [count_attempt, {follow_up: this evening}]}
"""

FIGURES = """
figures:
  - {id: listed, label: Danh sách, all: true}
  - {id: submitted, label: Đã góp ý, states: [submitted]}
  - {id: unreconciled, label: Chưa trừ, states: [unreconciled]}
  - {id: took_part, label: Đã tham gia, sum: [submitted, unreconciled]}
  - {id: dead, label: Chết, states: [dead]}
  - {id: abroad, label: Nước ngoài, states: [abroad]}
  - {id: no_phone, label: Không điện thoại, states: [no_phone]}
  - {id: out, label: Không thể, sum: [dead, abroad, no_phone, unreconciled]}
  - {id: rest, label: Chưa gặp hoặc đã kết thúc liên hệ, states: [activated, declined]}
  - {id: reached_submitted, label: Từng góp ý, stage_at_least: submitted}
  - {id: unavailable, label: Vắng, exits: [ineligible, unavailable]}
  - {id: reachable, label: Còn liên hệ được, minus: [listed, unavailable]}
  - {id: linked, label: Đã tích hợp, track: papers, states: [linked]}
  - {id: answers, label: Số của trên, external: Cơ quan chủ quản}
  - {id: staff, label: Cán bộ, declared: staff_declared}
  - {id: staff_done, label: Cán bộ đã xong, declared: staff_finished}
  - {id: staff_open, label: Cán bộ chưa xong, minus: [staff, staff_done]}
policies:
  - {id: all_listed, label: trên danh sách, base: listed}
  - {id: participants, label: trên số đã góp ý, base: submitted}
lines:
  - {code: "1", label: Tổng số, figure: listed}
  - {code: "2", label: Đã góp ý, figure: submitted, policy: all_listed}
  - {code: "2.1", label: Số của cấp trên, figure: answers, policy: participants}
  - {code: "3", label: Không thể lấy ý kiến, figure: out, policy: all_listed}
  - {code: "3.1", label: Chết, figure: dead, policy: all_listed, decimals: 3}
  - {code: "3.2", label: Nước ngoài, figure: abroad, policy: all_listed}
  - {code: "3.3", label: Không điện thoại, figure: no_phone, policy: all_listed}
  - {code: "3.4", label: Chưa trừ, figure: unreconciled, policy: all_listed}
  - {code: "4", label: Chưa gặp hoặc đã kết thúc liên hệ, figure: rest, policy: all_listed, print: when_not_zero}
partitions:
  - {total: "1", parts: ["2", "3", "4"]}
  - {total: "3", parts: ["3.1", "3.2", "3.3", "3.4"]}
targets:
  - {id: G1, label: Trên 95%, count: took_part, policy: all_listed, more_than: 95 percent, source: giả định}
  - {id: G2, label: Ít nhất 100%, count: linked, policy: all_listed, at_least: 100 percent, source: giả định}
outline:
  - {number: "I", title: TÌNH HÌNH}
  - {number: "II", title: KẾT QUẢ, lines: ["1", "2", "2.1", "3", "3.1", "3.2", "3.3", "3.4", "4"]}
"""


@cache
def small_pack() -> Pack:
    """Return the compiled pack."""
    return load_files(files())


def files() -> dict[str, str]:
    """Return the pack's files."""
    return {"pack.yaml": PACK, "path.yaml": PATH, "figures.yaml": FIGURES}
