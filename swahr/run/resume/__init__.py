"""What a run leaves beside its outputs, so that it can go on after a crash as if nothing had happened."""

from swahr.run.resume.journal import Journal, Progress, journal_path
from swahr.run.resume.spool import Spool, SpoolFrame, read_spool, spool_path

__all__ = [
    "Journal",
    "Progress",
    "Spool",
    "SpoolFrame",
    "journal_path",
    "read_spool",
    "spool_path",
]
