"""How offices write days, hours and numbers of tasks in a cell."""

import re
from typing import Final

_DAY: Final = (
    r"(?P<day>\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?|\d{4}-\d{2}-\d{2}|\d{1,2}\s+tháng\s+\d{1,2}(?:(?:\s+năm\s+|/)\d{4})?)"
)
_CLOCK: Final = r"(?P<h>\d{1,2})\s*(?:h|giờ|:)\s*(?:(?P<min>\d{2})(?:\s*phút)?)?"
BARE_DAY: Final = re.compile(rf"(?:ngày\s+)?{_DAY}\.?", re.IGNORECASE)
HOUR_FIRST: Final = re.compile(rf"(?:vào\s+)?(?:lúc\s+)?{_CLOCK}\s*,?\s+(?:ngày\s+)?{_DAY}\.?", re.IGNORECASE)
DAY_FIRST: Final = re.compile(rf"(?:ngày\s+)?{_DAY}\s*,?\s+(?:lúc\s+)?{_CLOCK}\.?", re.IGNORECASE)
SERIAL: Final = re.compile(r"\d{5}(?:\.\d{1,15})?")
BARE_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?")
TASK_EVENT: Final = re.compile(
    r"(?:từ )?(?:ngày |khi |lúc )?(?:làm |hoàn thành |xong )?(?:việc|nhiệm vụ)(?: số)? [“\"']?(\S.*?)[”\"']?(?: xong| hoàn thành)?",
    re.IGNORECASE,
)
LETTER: Final = re.compile(r"[^\W\d_]")
NUMBERS_APART: Final = re.compile(r"\s*[,;]\s*|\s+và\s+")
"""What stands between the numbers of several tasks."""
