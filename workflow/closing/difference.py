"""The national system's number against the ledger at the same instant: what the lag explains, and what nobody has explained yet.

The system shows whom it has deducted from the target. The ledger knows who took part, and of whom it was seen that the system had
not deducted them yet. Only that is told, as counts: who they are stands in no list, because a list of them would split what reads
"Đã kết thúc liên hệ" for everybody.
"""

from dataclasses import dataclass

from rules.said import Figure, Said
from workflow.closing.headline import Headline, Lag, count_of, lags
from workflow.figures.values import Figures
from workflow.numbers import integer_vi


@dataclass(frozen=True, slots=True)
class Difference:
    """`system` people by the national system, `ledger` by ours (whoever awaits reconciliation included), of `total` listed.

    `difference` and `unexplained` are positive where the system has more.
    """

    system: int
    ledger: int
    lags: tuple[Lag, ...]
    total: int

    @property
    def waiting(self) -> int:
        """How many are done and not yet deducted, as far as anybody recorded it."""
        return sum(lag.n for lag in self.lags)

    @property
    def difference(self) -> int:
        """How many more the system has."""
        return self.system - self.ledger

    @property
    def unexplained(self) -> int:
        """How many more the system has than the ledger has without those who wait to be deducted."""
        return self.difference + self.waiting

    @property
    def is_impossible(self) -> bool:
        """Whether the system's number is larger than the list itself."""
        return self.system > self.total

    def sentences(self) -> list[str]:
        """Return what the numbers are, what the lag explains, what is left, and what to do about it."""
        said = [self._compared()]
        if self.is_impossible:
            said.append(
                Said(
                    "Số hệ thống lớn hơn cả danh sách (%(total)s người). Xem lại có gõ thừa chữ số hay lấy nhầm đơn vị.",
                    total=_figure(self.total),
                )
            )
            return said
        said += [
            Said("Trong đó %(n)s người: %(label)s.", n=_figure(lag.n), label=lag.label.said)
            for lag in self.lags
            if lag.n
        ]
        return [*said, self._left()]

    def _compared(self) -> str:
        named = {"system": _figure(self.system), "ledger": _figure(self.ledger), "n": _figure(abs(self.difference))}
        if self.difference > 0:
            return Said("Hệ thống %(system)s, sổ %(ledger)s: hệ thống nhiều hơn %(n)s.", **named)
        if self.difference < 0:
            return Said("Hệ thống %(system)s, sổ %(ledger)s: hệ thống ít hơn %(n)s.", **named)
        return Said("Hệ thống và sổ cùng là %(n)s.", n=_figure(self.ledger))

    def _left(self) -> str:
        n = _figure(abs(self.unexplained))
        if not self.unexplained:
            return Said("Không còn chênh lệch chưa rõ.")
        if self.unexplained < 0:
            return Said(
                "Chưa rõ: hệ thống ít hơn %(n)s. Hệ thống có thể cập nhật chậm, hoặc có người được ghi là đã làm mà chưa gửi xong. "
                "Xem lại hệ thống sau ít phút rồi nhập số mới; nếu vẫn thiếu, đề nghị các tổ kiểm tra những phiếu ghi gần nhất.",
                n=n,
            )
        if self.unexplained <= self.waiting:
            return Said(
                "Chưa rõ: hệ thống nhiều hơn %(n)s. Có thể hệ thống vừa trừ thêm người đang chờ, hoặc có người tự làm mà chưa tổ nào "
                "ghi. Đôn đốc các tổ ghi hết phiếu đã gặp rồi nhập số mới.",
                n=n,
            )
        return Said(
            "Chưa rõ: hệ thống nhiều hơn %(n)s. Có người tự làm mà chưa tổ nào ghi. Đôn đốc các tổ ghi hết phiếu đã gặp; nếu vẫn "
            "thừa, hỏi cơ quan quản lý hệ thống cách tính.",
            n=n,
        )


def difference_of(figures: Figures, headline: Headline, system: int) -> Difference:
    """Return the national number against figures of the same instant."""
    return Difference(system, count_of(figures, headline), lags(figures), figures.total)


def _figure(n: int) -> str:
    return Figure(integer_vi(n))
