"""DeepLabCut's HDF5: the table of its CSV as pandas writes it, under the key df_with_missing."""

from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import UnreadableError
from swahr.formats.dlc import COORDS, SCORER
from swahr.formats.format import Format, Target
from swahr.formats.hdf_tables import read_table
from swahr.formats.hdf_trial import hdf5_names
from swahr.formats.libraries import load_library
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.tracks import Tracks, add_tracks
from swahr.formats.two_pass_writer import TwoPassWriter
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

KEY = "df_with_missing"
LEVELS = ("scorer", "individuals", "bodyparts", "coords")


class DlcH5Writer(TwoPassWriter):
    """Writes the table at the end."""

    def __init__(self, target: Target) -> None:
        self._pandas: Any = load_library("pandas", "dlc_h5")
        load_library("tables", "dlc_h5")
        super().__init__(target.path, target.skeleton, target.resume, target.digits)

    def write_final(self, path: Path) -> None:
        """Write the table: who is in it is known now."""
        tracks = Tracks.of(self.lines(), len(self.joints), from_zero=True)
        people = tracks.joints or {0: np.full((len(tracks.frames), len(self.joints), 3), np.nan)}
        columns = self._pandas.MultiIndex.from_tuples(
            [
                (SCORER, track_name(label), joint, coord)
                for label in people
                for joint in self.joints
                for coord in COORDS
            ],
            names=LEVELS,
        )
        values = np.concatenate([track.reshape(len(track), -1) for track in people.values()], axis=1)
        table = self._pandas.DataFrame(values, index=tracks.frames, columns=columns)
        # In memory, as `hdf5_file` does it.
        with self._pandas.HDFStore(path, "w", driver="H5FD_CORE", driver_core_backing_store=0) as store:
            store.put(KEY, table, track_times=False)
            store.flush()
            image = store.root._v_file.get_file_image()
        path.write_bytes(image)


@register_format
class DlcH5Format(Format):
    """DeepLabCut's HDF5."""

    name = "dlc_h5"
    description = "DeepLabCut's multi-animal HDF5"
    endings = ("_dlc.h5",)
    two_pass = True
    lacks = ("times", "person scores", "file names", "units", "corrections", "events")
    same_bytes = False

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the table when all people are known."""
        return DlcH5Writer(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the key of the table."""
        return KEY in hdf5_names(path)

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read the table, of one animal or several. skeleton: None goes by the header."""
        pandas = load_library("pandas", "dlc_h5")
        table = read_table(path, KEY, "dlc_h5")
        try:
            several = "individuals" in table.columns.names
            table.columns = table.columns.droplevel("scorer")
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableError(f"{path}: not a table of DeepLabCut ({error})") from error
        level = table.columns.get_level_values
        found = skeleton or Skeleton.from_joints(dict.fromkeys(level("bodyparts")))
        names = list(dict.fromkeys(level("individuals"))) if several else [track_name(0)]
        people: dict[int, Any] = {}
        for name, label in track_ids(names).items():
            one = table[name] if several else table
            wanted = pandas.MultiIndex.from_product([found.joints, COORDS])
            people[label] = one.reindex(columns=wanted).to_numpy(np.float64).reshape(len(table), -1, 3)
        builder = RecordingBuilder(found, frame_rate)
        add_tracks(builder, table.index.tolist(), people)
        return builder.build()
