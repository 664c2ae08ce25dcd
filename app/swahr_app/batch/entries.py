"""The list of a batch: what is to be done and what became of it, kept from one start to the next."""

import json
import logging
import os
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr._util.files import made_whole
from swahr._util.reading import read_json
from swahr_app.batch.entry import BatchState, Entry, entry_from
from swahr_app.state.settings import AppSettings

log = logging.getLogger(__name__)

UNFINISHED = (BatchState.WAITING, BatchState.CANCELLED, BatchState.FAILED)


class BatchList:
    """Entries, in order. path: where they are kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notes: list[str] = []  # what the user should know of the list that was kept
        self.entries: list[Entry] = self._load()

    def add(self, source: str) -> bool:
        """Add a file; False for one that is there and not done."""
        if any(
            entry.source == source and entry.state in (*UNFINISHED, BatchState.RUNNING)
            for entry in self.entries
        ):
            return False
        self.entries.append(Entry(source))
        self.save()
        return True

    def remove(self, entries: list[Entry]) -> None:
        """Take entries out; their files stay."""
        self.entries = [
            entry for entry in self.entries if entry not in entries or entry.state is BatchState.RUNNING
        ]
        self.save()

    def to_do(self, settings: AppSettings) -> list[Entry]:
        """Return what is not done, ready to run with these settings.

        Raises:
            SettingError: The settings make no sense.
        """
        chosen = [entry for entry in self.entries if entry.state in UNFINISHED]
        for entry in chosen:
            entry.prepare(settings)
            entry.state = BatchState.WAITING
        self.save()
        return chosen

    def save(self) -> None:
        """Keep the list."""
        try:
            with made_whole(self._path) as partial:
                partial.write_text(
                    json.dumps([entry.plain() for entry in self.entries], indent=1), encoding="utf-8"
                )
        except OSError as error:
            log.warning("%s: the batch list could not be kept (%s)", self._path, error.strerror)

    def _load(self) -> list[Entry]:
        try:
            return [entry_from(value) for value in read_json(self._path)]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("%s: the batch list cannot be read (%s)", self._path, error)
            self.notes.append(self._set_aside())
            return []

    def _set_aside(self) -> str:
        """Leave what cannot be read for who can, so that the next list does not replace it; return what to say."""
        aside = self._path.with_name(self._path.name + ".set_aside")
        try:
            os.replace(self._path, aside)
        except OSError:  # a folder of that name, say: then no list is kept
            aside = self._path
        return QCoreApplication.translate(
            "Batch", "The list of the batch could not be read; it is in {}, and a new one begins."
        ).format(aside)
