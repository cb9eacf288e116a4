"""What a backup or a restoration may refuse, each with what to do next."""

import errno

from workflow.errors import WorkflowError

_REASONS = {
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đã hết hạn mức đĩa",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EROFS: "đĩa chỉ cho đọc",
    errno.ENOENT: "không có thư mục hoặc tệp này",
    errno.ENOTDIR: "đường dẫn đi qua một tệp thường",
    errno.EISDIR: "đó là một thư mục",
}


def reason(error: OSError) -> str:
    """Return in Vietnamese why the system refused; the system's own words for what is rare."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


class OperationRefused(WorkflowError):
    """Base of the refusals of this folder."""

    status = 422
    code = "operation_refused"


class PassphraseMissing(OperationRefused):
    """No passphrase was given, or its file cannot be read."""

    code = "passphrase_missing"
    message = "Chưa có mật khẩu sao lưu (%(why)s). Đặt biến %(name)s, hoặc chỉ ra tệp chứa mật khẩu ở dòng đầu."


class PassphraseTooShort(OperationRefused):
    """The passphrase is all that protects a backup outside the building."""

    code = "passphrase_too_short"
    message = "Mật khẩu sao lưu quá ngắn: cần ít nhất %(least)s ký tự. Hãy dùng một câu dễ nhớ gồm vài từ."


class WrongPassphrase(OperationRefused):
    """The passphrase does not open the archive."""

    code = "wrong_passphrase"
    message = (
        "Mật khẩu không mở được bản sao lưu này. Kiểm tra lại mật khẩu đã dùng khi sao lưu; chưa có gì bị thay đổi."
    )


class NotAnArchive(OperationRefused):
    """The file is something else, or not there."""

    code = "not_an_archive"
    message = "Tệp này không phải là bản sao lưu của Từng Nhà, hoặc không đọc được. Kiểm tra lại đường dẫn."


class ArchiveDamaged(OperationRefused):
    """Bytes were changed, moved or lost."""

    code = "archive_damaged"
    message = "Bản sao lưu bị hỏng hoặc bị sửa ở %(where)s. Dùng một bản sao lưu khác; chưa có gì bị thay đổi."


class ManifestMismatch(OperationRefused):
    """The archive does not hold what its manifest says."""

    code = "manifest_mismatch"
    message = (
        "Bản sao lưu không khớp với bản kê của nó ở “%(where)s”: %(what)s. Dùng một bản khác; chưa có gì bị thay đổi."
    )


class UnknownRevision(OperationRefused):
    """The archive comes from a newer release, or its database was never migrated."""

    code = "unknown_revision"
    message = "Cơ sở dữ liệu ở bản “%(revision)s” mà chương trình này chưa biết. Cài bản phát hành mới hơn rồi làm lại."


class TargetNotEmpty(OperationRefused):
    """Restoring never overwrites."""

    code = "target_not_empty"
    message = "Nơi khôi phục không trống: %(where)s. Hãy chọn một cơ sở dữ liệu và thư mục mới; bản cũ được giữ nguyên."


class CannotWrite(OperationRefused):
    """The disk or the folder's rights refused."""

    code = "cannot_write"
    message = "Không ghi được %(path)s (%(why)s). Kiểm tra dung lượng đĩa và quyền ghi của thư mục."


class AlreadyThere(OperationRefused):
    """A backup never overwrites a file."""

    code = "already_there"
    message = "Đã có tệp %(path)s. Chọn một tên khác: bản sao lưu cũ không bị ghi đè."


class RestoredOtherwise(OperationRefused):
    """What was read back from the new place is not what the archive holds. `what` is a table or a file."""

    code = "restored_otherwise"
    message = "Đọc lại sau khi khôi phục thì %(what)s không giống bản sao lưu. Đã hủy việc khôi phục."
