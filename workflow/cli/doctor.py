"""`tungnha doctor`: what is wrong with the installation, and what to do about it."""

import click

from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.output import print_findings, print_json
from workflow.cli.shell import FINDINGS, Command
from workflow.operations.doctor import doctor as examine


@click.command(cls=Command)
@json_option
@pass_instance
def doctor(instance: Instance, as_json: bool) -> int:
    """Khám nơi cài đặt: thư mục, khóa, đĩa, đồng hồ, cơ sở dữ liệu, tệp minh chứng. Không sửa gì.

    Mã thoát 1 nếu có lỗi hoặc cảnh báo. (Look the installation over; changes nothing.)
    """
    findings = examine(instance.settings, now=instance.real_now)
    unwell = any(finding.severity != "info" for finding in findings)
    if as_json:
        print_json({"ok": not unwell, "findings": [finding.to_json() for finding in findings]})
    else:
        print_findings(findings)
        if not unwell:
            click.echo("Không thấy gì sai.")
    return FINDINGS if unwell else 0
