"""Downloads from a real server on this machine, one that can lose the connection."""

import hashlib

import numpy as np
import pytest

from swahr.errors import MissingError, SwahrError, UnreadableError
from swahr.models import download as module
from swahr.models.download import download
from swahr.models.hashes import SUMS, read_sums, record_sum, sha256

CONTENT = np.random.default_rng(0).bytes(3_000_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(file_server, monkeypatch):
    monkeypatch.setattr(module, "PAUSE_S", 0.0)
    file_server.content = CONTENT
    return file_server


@pytest.fixture
def target(tmp_path):
    return tmp_path / "folder" / "weights.pth"


def names(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_arrives_whole_and_alone(server, target):
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT
    assert names(target) == ["weights.pth"]


def test_progress_counts_up_to_the_whole(server, target):
    seen = []
    download(server.url, target, progress=lambda done, total: seen.append((done, total)))
    counts = [done for done, _ in seen]
    assert counts == sorted(counts)
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_server_that_tells_no_length_is_read_to_its_end(server, target):
    server.length = False
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT


def test_a_lost_connection_goes_on_where_it_stopped(server, target):
    server.cuts = [1_000_000, 500_000]
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT
    assert server.requests == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_server_error_is_tried_again(server, target):
    server.status = [503, 500]
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT


def test_connections_lost_again_and_again_leave_a_part_that_the_next_call_goes_on_with(server, target):
    server.cuts = [100_000] * module.TRIES
    with pytest.raises(SwahrError, match="run the same command again"):
        download(server.url, target, DIGEST[:8])
    assert names(target) == ["weights.pth.part"]
    server.requests.clear()
    download(server.url, target, DIGEST[:8])
    assert server.requests == [f"bytes={100_000 * module.TRIES}-"]
    assert target.read_bytes() == CONTENT
    assert names(target) == ["weights.pth"]


def test_a_server_without_ranges_starts_over(server, target):
    server.ranges = False
    server.cuts = [1_000_000]
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("left_over", [CONTENT, CONTENT + b"more", b"x" * (len(CONTENT) + 9)])
def test_a_part_as_long_as_the_file_or_longer_is_fetched_anew(server, target, left_over):
    target.parent.mkdir()
    target.with_name("weights.pth.part").write_bytes(left_over)
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT


def test_a_wrong_hash_deletes_what_came_and_names_both(server, target):
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(SwahrError, match=f"expected {DIGEST[:8]}.*fetch it again"):
        download(server.url, target, DIGEST[:8])
    assert names(target) == []


def test_a_part_of_another_file_is_found_out_by_the_hash(server, target):
    target.parent.mkdir()
    target.with_name("weights.pth.part").write_bytes(b"y" * 1000)
    with pytest.raises(SwahrError, match="SHA-256"):
        download(server.url, target, DIGEST[:8])
    download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == CONTENT


def test_a_failed_download_leaves_the_file_that_was_there(server, target):
    target.parent.mkdir()
    target.write_bytes(b"before")
    server.content = b"corrupt"
    with pytest.raises(SwahrError, match="SHA-256"):
        download(server.url, target, DIGEST[:8])
    assert target.read_bytes() == b"before"


def test_a_file_that_moved_is_not_tried_again(server, target):
    server.status = [404]
    with pytest.raises(SwahrError, match=r"404.*moved"):
        download(server.url, target)
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_reported_in_one_line(target, server):
    with pytest.raises(SwahrError, match="connection failed") as refused:
        download("http://127.0.0.1:9/weights.pth", target)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "weights.pth", ""])
def test_only_web_addresses_are_fetched(url, target):
    with pytest.raises(SwahrError, match="https://"):
        download(url, target)


def test_a_folder_that_cannot_be_made_is_reported(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SwahrError, match="cannot be written"):
        download(server.url, tmp_path / "file" / "weights.pth")


def test_a_full_disk_is_reported(server, target):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(SwahrError, match="written"):
            download(server.url, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not target.exists()


class TestStatedHash:
    """Of a server that leads to another, as Hugging Face's does; the first one states what the file is."""

    def test_the_file_is_held_to_what_the_first_server_states(self, server, target):
        server.stated = {module.STATED: f'"{DIGEST}"'}
        download(server.hub, target, stated=True)
        assert target.read_bytes() == CONTENT

    def test_a_file_of_another_hash_is_deleted(self, server, target):
        server.stated = {module.STATED: f'"{DIGEST}"'}
        server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
        with pytest.raises(UnreadableError, match=f"expected {DIGEST}.*fetch it again"):
            download(server.hub, target, stated=True)
        assert names(target) == []

    def test_who_sends_the_bytes_does_not_vouch_for_them(self, server, target):
        server.claimed = {module.STATED: DIGEST}
        with pytest.raises(MissingError, match="states no SHA-256"):
            download(server.hub, target, stated=True)
        server.stated = {module.STATED: hashlib.sha256(b"another").hexdigest()}
        with pytest.raises(UnreadableError, match="fetch it again"):
            download(server.hub, target, stated=True)

    def test_a_server_that_sends_the_file_itself_states_it_too(self, server, target):
        server.claimed = {module.STATED: DIGEST}
        download(server.url, target, stated=True)
        assert target.read_bytes() == CONTENT

    def test_recorded_digits_count_beside_it(self, server, target):
        server.stated = {module.STATED: DIGEST}
        with pytest.raises(UnreadableError, match="expected 0000"):
            download(server.hub, target, "0000", stated=True)

    @pytest.mark.parametrize("told", [{}, {module.STATED: '"9eb98c817f04b051b3bcca591bcd4e03cec88018"'}])
    def test_nothing_is_fetched_where_none_is_stated(self, server, target, told):
        server.stated = told  # none, or that of a small file, which is git's
        with pytest.raises(MissingError, match="states no SHA-256"):
            download(server.hub, target, stated=True)
        assert names(target) == []

    def test_a_lost_connection_goes_on_where_it_stopped(self, server, target):
        server.stated = {module.STATED: f'"{DIGEST}"'}
        server.cuts = [1_000_000]
        download(server.hub, target, stated=True)
        assert target.read_bytes() == CONTENT
        assert server.requests == [None, "bytes=1000000-"]


class TestRecord:
    def test_is_what_sha256sum_writes(self, tmp_path):
        (tmp_path / "b.bin").write_bytes(CONTENT)
        (tmp_path / "a.bin").write_bytes(b"")
        assert record_sum(tmp_path / "b.bin") == DIGEST
        record_sum(tmp_path / "a.bin")
        empty = hashlib.sha256().hexdigest()
        assert (tmp_path / SUMS).read_text() == f"{empty}  a.bin\n{DIGEST}  b.bin\n"

    def test_of_a_file_written_anew_is_the_new_one(self, tmp_path):
        file = tmp_path / "a.bin"
        file.write_bytes(b"old")
        record_sum(file)
        file.write_bytes(CONTENT)
        record_sum(file)
        assert read_sums(tmp_path) == {"a.bin": DIGEST}

    def test_that_is_none_is_refused(self, tmp_path):
        (tmp_path / SUMS).write_text("no hash at all\n")
        with pytest.raises(SwahrError, match="no line of sha256sum"):
            read_sums(tmp_path)

    def test_that_is_no_text_is_refused(self, tmp_path):
        (tmp_path / SUMS).write_bytes(b"\xe5" * 70)
        with pytest.raises(SwahrError, match="is no text; make the file again"):
            read_sums(tmp_path)

    def test_of_a_folder_without_one_is_empty(self, tmp_path):
        assert read_sums(tmp_path) == {}

    def test_of_a_file_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(SwahrError, match="cannot be read"):
            sha256(tmp_path / "none")
