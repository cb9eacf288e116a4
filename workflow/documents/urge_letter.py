"""The words of a công văn đôn đốc: what is late, by which clause, in the plan's words, for how long, and by when an answer is expected.

Vietnamese, for a signature: every number and deadline is the record's. Number, day and signature stay blank.
"""

from rules.pack import Pack
from rules.time import DAY, HOUR, Duration, Instant, day_vi, exclusive_vi, local_date, minute_of_day, moment_vi
from workflow.documents.letter import AS_ABOVE, Letter
from workflow.documents.marked import figure
from workflow.numbers import integer_vi
from workflow.queries.late_work import Late, LateTask, Unanswered

ASSUMED = "assumed"
"""How a pack marks what is not in the paper: such words stand in no official letter."""
ABOUT = "đôn đốc thực hiện nhiệm vụ, gửi báo cáo"


def urge_letter(late: Late, pack: Pack, *, unit_name: str, now: Instant, answer_by: Instant) -> Letter:
    """Return the letter to somebody whose work is late, as it stands at `now`."""
    source = pack.model.pack.source
    issued = f" số {source.number}" if source.number else ""
    overdue = len(late.tasks) - late.missing
    sums = [
        f"{figure('qua_han', integer_vi(overdue))} nhiệm vụ, báo cáo quá hạn" if overdue else "",
        f"{figure('chua_gui', integer_vi(late.missing))} báo cáo chưa gửi" if late.missing else "",
        f"{figure('chua_tra_loi', integer_vi(sum(one.n for one in late.unanswered)))} trường hợp đã nhắc mà chưa được trả lời"
        if late.unanswered
        else "",
    ]
    listed = [_task(number, task, now) for number, task in enumerate(late.tasks, start=1)]
    listed += [_row(number, one) for number, one in enumerate(late.unanswered, start=len(listed) + 1)]
    ask = (
        f"{unit_name} đề nghị {late.name} tập trung thực hiện ngay các việc nêu trên; báo cáo kết quả, nguyên nhân chậm và thời hạn hoàn thành về "
        f"{unit_name} {_by(answer_by)}. Việc nào đã làm nhưng chưa ghi nhận thì ghi nhận kèm minh chứng."
    )
    return Letter(
        about=ABOUT,
        addressees=(late.name,),
        paragraphs=(
            f"Thực hiện {source.title}{issued}, qua theo dõi tiến độ, tính đến {moment_vi(now)}, {late.name} còn {_listed(sums)}, cụ thể:",
            *listed,
            ask,
        ),
        closing=f"Đề nghị {late.name} nghiêm túc triển khai thực hiện",
        recipients=(AS_ABOVE,),
    )


def _by(answer_by: Instant) -> str:
    """Return by when an answer is asked for; the end of a day by that day."""
    if minute_of_day(answer_by):
        return f"trước {moment_vi(answer_by)}"
    return f"đến hết ngày {day_vi(local_date(answer_by - 1))}"


def _task(number: int, task: LateTask, now: Instant) -> str:
    of = f", kỳ {_period(task.occurrence)}" if task.occurrence else ""
    words = task.words or exclusive_vi(task.due_at, with_year=True)
    where = "; ".join(part for part in (_clause(task.clause), _source(task.source, task.clause)) if part)
    return f"{number}. {task.label.vi} ({where}){of}: thời hạn theo kế hoạch là {words}; {'chưa gửi' if task.is_missing else late_by(now - task.due_at)}."


def _row(number: int, one: Unanswered) -> str:
    source = _source(one.source, "")
    told = f", theo {source}" if source else ""
    return f"{number}. {one.label.vi}: {integer_vi(one.n)} trường hợp chưa được trả lời, lâu nhất từ {moment_vi(one.oldest_at)}{told}."


def _listed(parts: list[str]) -> str:
    """Return the parts that say something as one enumeration.

    >>> _listed(["2 việc quá hạn", "", "1 báo cáo chưa gửi"]), _listed(["a", "b", "c"])
    ('2 việc quá hạn và 1 báo cáo chưa gửi', 'a, b và c')
    """
    *first, last = [part for part in parts if part]
    return f"{', '.join(first)} và {last}" if first else last


def _clause(clause: str) -> str:
    """Return where the paper says it: a bare number is a "mục".

    >>> _clause("3.2"), _clause("Câu kết")
    ('mục 3.2', 'Câu kết')
    """
    return f"mục {clause}" if clause[:1].isdigit() else clause


def _source(source: str, clause: str) -> str:
    """Return the source without what a pack only assumes, and without what the clause says already."""
    told = [part.strip() for part in source.split(";") if ASSUMED not in part]
    return "; ".join(part for part in told if part and not (clause and part.startswith(clause)))


def _period(occurrence: str) -> str:
    """Return a day as people write it; what is no day stays as it is."""
    parts = occurrence.split("-")
    return (
        "/".join(str(int(part)) for part in reversed(parts))
        if len(parts) == 3 and all(map(str.isdigit, parts))
        else occurrence
    )


def late_by(length: Duration) -> str:
    """Return how long something is late, in whole days, else hours.

    >>> late_by(2 * DAY + HOUR), late_by(30 * 60 * 10**6)
    ('quá hạn 2 ngày', 'quá hạn dưới 1 giờ')
    """
    if length >= DAY:
        return f"quá hạn {length // DAY} ngày"
    return f"quá hạn {length // HOUR} giờ" if length >= HOUR else "quá hạn dưới 1 giờ"
