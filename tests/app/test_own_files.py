"""The window starts whatever became of its own files: they are set aside, and it is said."""

import json

import pytest

from swahr_app.batch.entries import BatchList
from swahr_app.state.settings import AppSettings
from swahr_app.state.store import Store

DEEP = "[" * 10_000 + "]" * 10_000
BATCH = [
    "", "null", "{", DEEP, "[1]", '[{"source": 3}]', '[{"source": "a", "frames": 1e999}]',
    '[{"source": "a", "frames": ' + "9" * 400 + "}]", '[{"source": "a", "state": "odd"}]',
]  # fmt: skip


@pytest.mark.parametrize("content", BATCH, ids=range(len(BATCH)))
def test_a_batch_list_that_cannot_be_read_is_set_aside(content, tmp_path, qapp):
    path = tmp_path / "batch.json"
    path.write_text(content)
    found = BatchList(path)
    assert found.entries == []
    assert len(found.notes) == 1
    assert (tmp_path / "batch.json.set_aside").read_text() == content
    found.add("a.mp4")
    again = BatchList(path)
    assert [entry.source for entry in again.entries] == ["a.mp4"]
    assert again.notes == []


@pytest.mark.parametrize("content", ["", "{", DEEP, '{"network": ' + "9" * 400 + "}"], ids=range(4))
def test_settings_that_cannot_be_read_are_set_aside(content, tmp_path, qapp):
    store = Store(tmp_path / "swahr.ini")
    store._settings.setValue("settings", content)
    assert store.load() == AppSettings()
    assert len(store.notes) == 1
    assert store._settings.value("settings_set_aside") == content
    store.save(AppSettings(theme="dark"))
    assert Store(tmp_path / "swahr.ini").load().theme == "dark"


def test_what_it_wrote_itself_is_read(tmp_path, qapp):
    first = BatchList(tmp_path / "batch.json")
    first.add("a.mp4")
    first.entries[0].frames = 7
    first.save()
    assert [entry.plain() for entry in BatchList(tmp_path / "batch.json").entries] == [
        first.entries[0].plain()
    ]
    assert json.loads((tmp_path / "batch.json").read_text())[0]["frames"] == 7


def test_settings_are_kept_again_where_their_folder_was_mended(tmp_path, qapp):
    folder = tmp_path / "place"
    folder.write_text("a file where the folder should be")
    store = Store(folder / "swahr.ini")
    assert not store.save(AppSettings(theme="dark"))
    folder.unlink()
    assert store.save(AppSettings(theme="light"))
    assert Store(folder / "swahr.ini").load().theme == "light"
