"""Tables in HDF5 hold pickles: what they hold is read, and nothing in them is run."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.formats import read
from swahr.formats.hdf_tables import look, read_table

pandas = pytest.importorskip("pandas")
h5py = pytest.importorskip("h5py")
tables = pytest.importorskip("tables")


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (os.environ["EVIL_FOLDER"],)


def table() -> "pandas.DataFrame":
    columns = pandas.MultiIndex.from_product(
        [["me"], ["nose", "tail"], ["x", "y", "likelihood"]], names=["scorer", "bodyparts", "coords"]
    )
    return pandas.DataFrame(np.arange(12.0).reshape(2, 6), columns=columns)


@pytest.mark.parametrize("kind", ["fixed", "table"])
def test_a_table_is_read_as_pandas_reads_it(kind: str, tmp_path: Path) -> None:
    table().to_hdf(tmp_path / "a_dlc.h5", key="df_with_missing", format=kind)
    assert read_table(tmp_path / "a_dlc.h5", None, "h5").equals(table())


@pytest.mark.parametrize("place", ["table", "group", "top"])
@pytest.mark.filterwarnings("ignore")  # of pandas, about what it makes of the rest
def test_a_pickle_that_would_run_something_is_refused(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIL_FOLDER", str(tmp_path / "was run"))
    path = tmp_path / "a_dlc.h5"
    table().to_hdf(path, key="df_with_missing", format="table")
    with h5py.File(path, "r+") as file:
        nodes = {"table": file["df_with_missing/table"], "group": file["df_with_missing"], "top": file}
        for name in ("TITLE", "non_index_axes", "info"):
            nodes[place].attrs[name] = np.bytes_(pickle.dumps(Evil(), 0))
    for format_ in ("dlc_h5", None):
        with pytest.raises(SwahrError):
            read(path, format_)
        assert not (tmp_path / "was run").exists()


def test_what_may_crash_is_read_to_its_end(tmp_path: Path) -> None:
    path, values = tmp_path / "a.h5", np.full(999, 0x5AA5, np.int64)
    with tables.open_file(str(path), "w") as file:
        file.create_carray("/", "inner", obj=values, filters=tables.Filters(fletcher32=True))
        file.create_carray("/", "vast", atom=tables.Int64Atom(), shape=(1 << 50,), chunkshape=(1 << 10,))
    look(str(path))
    content = path.read_bytes()
    at = content.index(values.tobytes()[:800])
    path.write_bytes(content[: at + 8] + bytes(8) + content[at + 16 :])
    with pytest.raises(tables.HDF5ExtError):
        look(str(path))
