"""Servers on loopback that do whatever harms: the frames that came, or one line, and an end in time."""

import socketserver
import threading
from contextlib import contextmanager

import pytest

import swahr
from tests.slow.writers import files

GARBAGE = bytes(range(256)) * 64
ESCAPES = b"\x1b]0;owned\x07\x1b[2J\r\n"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        """Leave out what a client that has gone gives."""


@contextmanager
def serving(act):
    """Serve each connection by a function of (read, write, over)."""
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.request.settimeout(60)
            act(self.rfile, self.wfile, over)

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            over.set()
            server.shutdown()
            thread.join()


def asked(read):
    """Read a request's head."""
    lines = []
    while (line := read.readline().strip()) != b"":
        lines.append(line.decode(errors="replace"))
    return lines


def head(length=None, more=b"", status=b"200 OK"):
    said = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 " + status + b"\r\n" + said + more + b"\r\n"


def silent(_read, _write, over, _clip):
    over.wait(60)


def silent_after_the_head(read, write, over, clip):
    asked(read)
    write.write(head(len(clip)))
    over.wait(60)


def drips(read, write, over, clip):
    asked(read)
    write.write(head(len(clip)))
    for at in range(len(clip)):
        write.write(clip[at : at + 1])
        if over.wait(0.2):
            return


def drips_its_head(read, write, over, _clip):
    asked(read)
    write.write(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        write.write(b"X-A: b\r\n")


def cuts(read, write, _over, clip):
    asked(read)
    write.write(head(len(clip)) + clip[: len(clip) // 2])


def promises_more(read, write, over, clip):
    asked(read)
    write.write(head(10**15) + clip)
    over.wait(60)


def promises_less(read, write, _over, clip):
    asked(read)
    write.write(head(100) + clip)


def garbage(read, write, _over, _clip):
    asked(read)
    write.write(head(len(GARBAGE)) + GARBAGE)


def no_http(_read, write, _over, _clip):
    write.write(GARBAGE)


def endless_zeros(read, write, over, _clip):
    asked(read)
    write.write(head())
    while not over.is_set():
        write.write(bytes(1 << 16))


def endless_head(read, write, over, _clip):
    asked(read)
    write.write(b"HTTP/1.1 200 OK\r\n")
    while not over.is_set():
        write.write(b"X-A: " + b"b" * 65536 + b"\r\n")


def redirects_to_itself(read, write, _over, _clip):
    path = asked(read)[0].split()[1]
    write.write(head(0, b"Location: " + path.encode() + b"\r\n", b"302 Found"))


def redirects_to_a_file(read, write, _over, _clip):
    asked(read)
    write.write(head(0, b"Location: file:///etc/passwd\r\n", b"302 Found"))


def redirects_to_a_list(read, write, _over, _clip):
    asked(read)
    text = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    write.write(head(len(text), b"Content-Type: application/vnd.apple.mpegurl\r\n") + text)


def escapes(read, write, _over, _clip):
    asked(read)
    write.write(
        b"HTTP/1.1 404 \x1b[31mgone\x1b[2J\x07" + b"!" * 9000 + b"\r\n" + b"X: " + ESCAPES + b"\r\n\r\n"
    )


def fails(read, write, _over, _clip):
    asked(read)
    write.write(head(0, status=b"500 Sorry"))


def another_length_each_time(read, write, _over, clip):
    asked(read)
    write.write(head(len(clip) * 3, b"Accept-Ranges: bytes\r\n") + clip)


HTTP = (
    silent, silent_after_the_head, drips, drips_its_head, cuts, promises_more, promises_less, garbage, no_http,
    endless_zeros, endless_head, redirects_to_itself, redirects_to_a_file, redirects_to_a_list, escapes, fails,
    another_length_each_time,
)  # fmt: skip


# A file, and what cannot be told from a live stream, which is opened again until --stop.
FILMS = {
    "in.mp4": ({"codec": "libx264", "options": {"movflags": "faststart"}}, ()),
    "in.ts": ({"codec": "mpeg2video"}, ("--stop", "0.3")),
}


@pytest.fixture(scope="session")
def films(clips, tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    return {name: clips.make(folder / name, 20, **given).read_bytes() for name, (given, _) in FILMS.items()}


def network(model):
    return ("--model", model, "--backend", "torch", "--device", "cpu")


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("act", HTTP, ids=lambda act: act.__name__)
def test_a_hostile_web_server_gives_a_result_or_one_line(act, film, films, runner, tmp_path, blind_model):
    with serving(lambda *given: act(*given, films[film])) as port:
        command = ("video", f"http://127.0.0.1:{port}/{film}", "-o", "out.csv", *FILMS[film][1])
        ended = runner(*command, *network(blind_model), folder=tmp_path).check()
    assert "root:" not in ended.errors
    if ended.code == 0:
        assert files(tmp_path) == {"out.csv"}
        assert len(list(swahr.read(tmp_path / "out.csv"))) <= 20
    else:
        assert files(tmp_path) <= {"out.csv.part", "out.csv.journal"}


def rtsp_silent(_read, _write, over):
    over.wait(60)


def rtsp_garbage(_read, write, _over):
    write.write(GARBAGE)


def rtsp_endless(read, write, over):
    asked(read)
    write.write(b"RTSP/1.0 200 OK\r\n")
    while not over.is_set():
        write.write(b"X-A: " + b"b" * 65536 + b"\r\n")


def rtsp_refuses(read, write, _over):
    while lines := asked(read):
        number = next((line.split()[1] for line in lines if line.lower().startswith("cseq")), "1")
        write.write(
            f'RTSP/1.0 401 \x1b[2JNo\r\nCSeq: {number}\r\nWWW-Authenticate: Basic realm="\x1b]0;a\x07"\r\n\r\n'.encode()
        )


def rtsp_bad_description(read, write, _over):
    while lines := asked(read):
        number = next((line.split()[1] for line in lines if line.lower().startswith("cseq")), "1")
        body = "v=0\r\nm=video 99999999 RTP/AVP 96\r\na=rtpmap:96 H264/" + "9" * 5000 + "\r\n" * 100
        write.write(
            f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )


def rtsp_redirects(read, write, _over):
    lines = asked(read)
    number = next((line.split()[1] for line in lines if line.lower().startswith("cseq")), "1")
    write.write(f"RTSP/1.0 302 Moved\r\nCSeq: {number}\r\nLocation: file:///etc/passwd\r\n\r\n".encode())


def rtsp_huge_body(read, write, over):
    lines = asked(read)
    number = next((line.split()[1] for line in lines if line.lower().startswith("cseq")), "1")
    write.write(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Length: 2147483647\r\n\r\n".encode())
    while not over.is_set():
        write.write(bytes(1 << 16))


RTSP = (
    rtsp_silent, rtsp_garbage, rtsp_endless, rtsp_refuses, rtsp_bad_description, rtsp_redirects, rtsp_huge_body,
)  # fmt: skip


@pytest.mark.parametrize("command", ["webcam", "video"])
@pytest.mark.parametrize("act", RTSP, ids=lambda act: act.__name__)
def test_a_hostile_camera_is_given_up_in_one_line(act, command, runner, tmp_path, blind_model):
    with serving(act) as port:
        address = f"rtsp://127.0.0.1:{port}/live"
        given = (command, address, "-o", "out.csv", "--stop", 3, *network(blind_model))
        ended = runner(*given, folder=tmp_path).check()
    assert "root:" not in ended.errors
    if ended.code == 2:
        assert not (tmp_path / "out.csv").exists()
