"""The paper that comes back from the one who signs: is every figure still the closed one, and does it all still add up?"""

from rules.findings import Finding
from workflow.checking.check import check_document
from workflow.checking.compare import compare
from workflow.checking.model import Document


def check_signed(made: Document, edited: Document) -> list[Finding]:
    """Return what editing a paper of ours did to its figures: each one changed, and each sum or rate that no longer holds.

    What the paper said of itself before anybody edited it (a line that its form puts in an odd place) is not said again.
    """
    known = {(finding.check, str(finding.message)) for finding in check_document(made).findings}
    broken = [
        finding
        for finding in check_document(edited).findings
        if finding.severity != "info" and (finding.check, str(finding.message)) not in known
    ]
    return [*compare(made, edited), *broken]
