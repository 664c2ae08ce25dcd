"""One page about a recording: what a person looks at first after a run."""

from swahr.report.page import write_report

__all__ = ["write_report"]
