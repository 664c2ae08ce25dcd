"""Servers of live video on loopback: an HTTP camera whose mood a test decides, ffmpeg's MPEG-TS, RTSP."""

import socket
import socketserver
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import cv2
import pytest

BOUNDARY = "frame"


class HttpCamera:
    """An HTTP camera (multipart JPEG). picture: gives the next image. mood: see `MOODS`.

    Moods: "fine"; "hang": connections stay open and nothing comes; "refuse": status 503; "garbage": pictures that
    are none; "hang up": the connection ends after each picture.
    """

    def __init__(self, picture, rate=50.0):
        self.picture, self.rate, self.mood = picture, rate, "fine"
        self.sent = 0
        self._stop = threading.Event()
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                camera._serve(self)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._http.server_port}/camera.mjpg"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _serve(self, request):
        if self.mood == "refuse":
            request.send_error(503)
            return
        request.send_response(200)
        request.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        request.end_headers()
        try:
            while not self._stop.is_set() and self.mood != "refuse":
                if self.mood == "hang":
                    time.sleep(0.01)
                    continue
                _, jpeg = cv2.imencode(".jpg", self.picture(self.sent))
                body = bytes(len(jpeg)) if self.mood == "garbage" else jpeg.tobytes()
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
                request.wfile.write(head.encode() + body + b"\r\n")
                self.sent += 1
                if self.mood == "hang up":
                    return
                time.sleep(1 / self.rate)
        except OSError:
            return  # the viewer has gone


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@contextmanager
def mpegts(*arguments):
    """Serve ffmpeg's output, MPEG-TS over TCP, at its own pace, to one viewer; give the address and the process."""
    port = free_port()
    url = f"tcp://127.0.0.1:{port}"
    command = [
        "ffmpeg",
        "-nostdin",
        "-loglevel",
        "error",
        "-re",
        *arguments,
        "-f",
        "mpegts",
        f"{url}?listen=1",
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield url, process
        finally:
            process.kill()


class _Rtsp(socketserver.StreamRequestHandler):
    """One viewer of an RTSP server: packets are sent within the connection (interleaved)."""

    def handle(self):
        for line in self.rfile:
            method, *_ = line.decode().split()
            head = {}
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.decode().partition(": ")
                head[name.lower()] = value
            self._answer(method, head["cseq"])
            if method in ("PLAY", "TEARDOWN"):
                break
        if method == "PLAY":
            self._play()

    def _answer(self, method, number):
        body = self.server.sdp if method == "DESCRIBE" else ""
        lines = ["RTSP/1.0 200 OK", f"CSeq: {number}", f"Content-Length: {len(body)}", "Session: 1"]
        lines += {
            "OPTIONS": ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"],
            "DESCRIBE": ["Content-Type: application/sdp"],
            "SETUP": ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1"],
        }.get(method, [])
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def _play(self):
        try:
            while not self.server.over.is_set():
                try:
                    packet = self.server.packets.recv(65536)
                except TimeoutError:
                    continue
                self.wfile.write(b"$\x00" + len(packet).to_bytes(2, "big") + packet)
        except OSError:
            return  # the viewer has gone


@contextmanager
def rtsp(*arguments):
    """Serve ffmpeg's output by RTSP to one viewer at a time; give the address."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets,
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Rtsp) as server,
    ):
        packets.bind(("127.0.0.1", 0))
        server.packets, server.over = packets, threading.Event()
        command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-re", *arguments]
        command += ["-f", "rtp", f"rtp://127.0.0.1:{packets.getsockname()[1]}?pkt_size=1200"]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            try:
                packets.settimeout(20)
                packets.recv(65536)  # by now ffmpeg has printed the description
                packets.settimeout(0.1)
                lines = []
                while not lines or not lines[-1].startswith("a=fmtp"):
                    lines.append(process.stdout.readline().decode().strip())
                server.sdp = "\r\n".join([*lines[1:], "a=control:streamid=0", ""])
                thread.start()
                yield f"rtsp://127.0.0.1:{server.server_address[1]}/camera"
            finally:
                server.over.set()
                if thread.is_alive():
                    server.shutdown()
                    thread.join()
                process.kill()


@contextmanager
def silent_server():
    """Accept connections and say nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def streams(monkeypatch):
    """Give servers of live video; proxies are left out."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return SimpleNamespace(
        http_camera=HttpCamera, mpegts=mpegts, rtsp=rtsp, silent_server=silent_server, free_port=free_port
    )
