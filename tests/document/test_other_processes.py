"""A document that several processes have open: what one of them has corrected is there for all, and stays."""

import sqlite3
import subprocess
import sys

import pytest

from swahr.document import Document, is_document
from swahr.errors import BusyError
from swahr.formats import format_by_content, read
from swahr.pose.skeleton import COCO_17

# Opens the document, says so, and closes it when told to.
OTHER = """
import sys
from swahr.document import Document
document = Document.open(sys.argv[1])
print(flush=True)
input()
document.set_facts(of_the_other=2)
document.close()
"""


def open_again(path):
    with Document.open(path, writes=False) as document:
        assert document.fact("name") == "before"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "clip.swahr"
    with Document.create(path, COCO_17, frame_rate=25.0, size_wh=[8, 8], name="before") as document:
        document.add(0, 0.0, None)
    return path


@pytest.mark.parametrize(
    "look", [is_document, open_again, format_by_content, read], ids=lambda look: look.__name__
)
def test_what_is_looked_at_while_it_is_open_loses_nothing_when_another_process_closes_it(path, look):
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline()
    with Document.open(path) as document:
        look(path)
        other.communicate("\n", timeout=60)
        document.set_facts(of_this_one=3)
        code = "import sys; from swahr.document import Document as D; d = D.open(sys.argv[1], writes=False); "
        seen = subprocess.run(
            [sys.executable, "-c", code + "print(d.fact('of_the_other'), d.fact('of_this_one', None))", path],
            capture_output=True,
            text=True,
            check=True,
        )
    assert seen.stdout.split() == ["2", "3"]
    assert [file.name for file in path.parent.iterdir()] == ["clip.swahr"]


def test_a_document_that_is_open_elsewhere_is_not_overwritten(path, tmp_path):
    other = tmp_path / "other.swahr"
    with Document.create(other, COCO_17, frame_rate=25.0, size_wh=[8, 8]) as document:
        document.add(7, 0.0, None)
    with Document.open(path) as document:
        document.set_facts(corrected=True)
        with pytest.raises(BusyError, match="is open, here or in another"):
            read(other).save(path, overwrite=True)
        assert document.fact("corrected")
    read(other).save(path, overwrite=True)
    with Document.open(path) as document:
        assert document.last_frame() == 7
        assert document.fact("corrected", None) is None


def test_a_document_that_another_program_is_writing_is_not_overwritten(path):
    writing = sqlite3.connect(path, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("INSERT INTO facts VALUES ('of the other', '1')")
    recording = read(path)
    with pytest.raises(BusyError, match="is open"):
        recording.save(path, overwrite=True)
    with pytest.raises(BusyError, match="is open"):
        Document.create(path, COCO_17, frame_rate=25.0, size_wh=[8, 8])
    writing.execute("COMMIT")
    writing.close()
    with Document.open(path) as document:
        assert document.fact("of the other") == 1


def test_a_log_that_a_killed_process_left_is_not_taken_for_that_of_the_new_document(path, tmp_path):
    other = tmp_path / "other.swahr"
    with Document.create(other, COCO_17, frame_rate=25.0, size_wh=[8, 8]) as document:
        document.add(7, 0.0, None)
    killed = "; import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    code = "import sys; from swahr.document import Document as D; d = D.open(sys.argv[1]); d.set_facts(corrected=True)"
    subprocess.run([sys.executable, "-c", code + killed, path], check=False)
    assert path.with_name("clip.swahr-wal").exists()
    read(other).save(path, overwrite=True)
    with Document.open(path) as document:
        assert document.last_frame() == 7
        assert document.fact("corrected", None) is None


def test_a_file_that_takes_the_place_of_a_document_is_looked_at_anew(path):
    with Document.open(path):
        assert is_document(path)
    path.write_bytes(b"something else")
    assert not is_document(path)
