"""What several tests need: tiny networks, and a web server on this machine."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
import torch

from swahr.models import Architecture, Checkpoint
from swahr.skeleton import COCO_17

TINY = Architecture(
    width=4, modules=(1, 2, 1), blocks=2, head_width=6, head_blocks=1, num_joints=17, scale_heads=True
)


def published_names(weights):
    """Give our weights the names of the published SWAHR files."""
    return {name.removeprefix("backbone.").removeprefix("head."): value for name, value in weights.items()}


@pytest.fixture
def tiny():
    """Make tiny networks and write them as published files."""

    def checkpoint(**changed):
        architecture = Architecture.model_validate({**TINY.model_dump(), **changed})
        torch.manual_seed(0)
        model = architecture.build()
        for name, value in model.state_dict().items():  # statistics that a training would leave behind
            if name.endswith("running_mean"):
                value.normal_(0, 0.1)
            if name.endswith("running_var"):
                value.uniform_(0.5, 2)
        return Checkpoint(model.eval(), architecture, COCO_17, 64)

    def weights(**changed):
        return published_names(checkpoint(**changed).model.state_dict())

    return SimpleNamespace(architecture=TINY, checkpoint=checkpoint, weights=weights)


@pytest.fixture
def file_server(monkeypatch):
    """A web server of one file.

    content: the file. ranges: whether a part can be asked for. length: whether its length is told.
    status: answers of the next requests. cuts: bytes after which the next connections end.
    """
    state = SimpleNamespace(content=b"", ranges=True, status=[], cuts=[], length=True, requests=[])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = self.headers.get("Range")
            state.requests.append(asked)
            if state.status:
                self.send_error(state.status.pop(0))
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and state.ranges else 0
            if start >= len(state.content) > 0:
                self.send_error(416)
                return
            body = state.content[start:]
            self.send_response(206 if start else 200)
            if state.length:
                self.send_header("Content-Length", str(len(body)))
            if start:
                last = len(state.content) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(state.content)}")
            self.end_headers()
            self.wfile.write(body[: state.cuts.pop(0)] if state.cuts else body)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{http.server_port}/weights.pth"
    yield state
    http.shutdown()
    thread.join()
    http.server_close()
