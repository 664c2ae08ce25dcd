"""The state that widgets and the controller share: what there is, what is wanted, and signals for both."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from swahr_app.state.facts import Level, Message, ModelInfo, Playback, RecordingStatus, Shown, SourceInfo
from swahr_app.state.feeds import Feed
from swahr_app.state.motion import Motion
from swahr_app.state.presence import Presence
from swahr_app.state.settings import AppSettings


class AppState(QObject):
    """What the app knows. Attributes are read; `set_...` and `change` write them and notify who listens.

    Requests are what a person asks for; the controller hears them. Everything here belongs to the main thread.

    feeds: the sources that are open. chosen: the one that is steered; source, playback, shown and presence are its.
    """

    settings_changed = pyqtSignal(AppSettings, AppSettings)  # now, before
    source_changed = pyqtSignal(object)  # SourceInfo | None
    playback_changed = pyqtSignal(Playback)
    shown_changed = pyqtSignal(Shown)
    feeds_changed = pyqtSignal()  # which are open, or which is chosen
    model_changed = pyqtSignal(object)  # ModelInfo | None
    loading_changed = pyqtSignal(str)  # name of the network that is being loaded, "" for none
    recording_changed = pyqtSignal(object)  # RecordingStatus | None
    note_changed = pyqtSignal(str)
    plugins_loaded = pyqtSignal()
    notified = pyqtSignal(Message)
    withdrawn = pyqtSignal(str)  # what messages were about

    open_requested = pyqtSignal(str)  # in place of all that is open
    add_requested = pyqtSignal(str)  # beside what is open
    feed_requested = pyqtSignal(int)  # a session, to be chosen
    feed_close_requested = pyqtSignal(int)
    review_requested = pyqtSignal(str, str)  # a video or a result, and the video of a result or ""
    compare_requested = pyqtSignal(str, str)  # a checkpoint, and the video it is tried on or ""
    labels_written = pyqtSignal(Path)  # a data set, from which a training can start
    close_requested = pyqtSignal()
    play_requested = pyqtSignal(bool)
    seek_requested = pyqtSignal(float)
    step_requested = pyqtSignal(int)
    record_requested = pyqtSignal(bool)
    picture_requested = pyqtSignal()
    view_resized = pyqtSignal(int, int)
    seen_changed = pyqtSignal(bool)  # whether the picture is on the screen

    def __init__(self, settings: AppSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or AppSettings()
        self.feeds: list[Feed] = []
        self.chosen: Feed | None = None
        self.source: SourceInfo | None = None
        self.playback = Playback.NONE
        self.shown: Shown | None = None
        self.model: ModelInfo | None = None
        self.loading = ""
        self.recording: RecordingStatus | None = None
        self.note = ""
        self.presence = Presence()
        self.motion = Motion()

    def change(self, **groups: Any) -> None:
        """Replace settings by name; notify who listens where they differ.

        Args:
            groups: Whole groups, or settings that are in none.
        """
        before, now = self.settings, self.settings.changed(**groups)
        if now != before:
            self.settings = now
            self.settings_changed.emit(now, before)

    def change_in(self, group: str, **values: Any) -> None:
        """Replace values in a group of settings.

        Args:
            group: Such as "network".
            values: By the names of its fields.

        Raises:
            SettingError: A value makes no sense.
        """
        self.change(**{group: getattr(self.settings, group).changed(**values)})

    def set_feeds(self, feeds: list[Feed], chosen: Feed | None) -> None:
        """Note which sources are open, and which is chosen: what is shown, measured and steered is its from then on."""
        other = chosen is not self.chosen
        self.feeds, self.chosen = feeds, chosen
        if other:
            self.motion.clear()
            self.presence = Presence() if chosen is None else chosen.presence
            self.set_source(None)
            if chosen is not None and chosen.source is not None:
                self.set_source(chosen.source)
            self.set_playback(Playback.NONE if chosen is None else chosen.playback)
            if chosen is not None and chosen.shown is not None:
                self.set_shown(chosen.shown)
        self.feeds_changed.emit()

    def set_source(self, source: SourceInfo | None) -> None:
        """Note which source is open."""
        self.source = source
        if source is None:
            self.shown = None
        self.source_changed.emit(source)

    def set_playback(self, playback: Playback) -> None:
        """Note what the source is doing."""
        if playback is not self.playback:
            self.playback = playback
            self.playback_changed.emit(playback)

    def set_shown(self, shown: Shown) -> None:
        """Note which frame is to be seen."""
        self.shown = shown
        self.shown_changed.emit(shown)

    def set_model(self, model: ModelInfo | None) -> None:
        """Note which network runs."""
        self.model = model
        self.model_changed.emit(model)

    def set_loading(self, name: str) -> None:
        """Note which network is being loaded."""
        self.loading = name
        self.loading_changed.emit(name)

    def set_recording(self, recording: RecordingStatus | None) -> None:
        """Note how far the recording is."""
        self.recording = recording
        self.recording_changed.emit(recording)

    def set_note(self, note: str) -> None:
        """Note what a source says of itself."""
        self.note = note
        self.note_changed.emit(note)

    def notify(self, level: Level, text: str, path: Path | None = None, about: str = "") -> None:
        """Show a message in the window; about: see `Message`."""
        self.notified.emit(Message(level, text, path, about))

    def withdraw(self, about: str) -> None:
        """Take back messages whose cause is gone."""
        self.withdrawn.emit(about)
