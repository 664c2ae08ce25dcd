"""Download a file: with progress, going on where an earlier try stopped, checked by its SHA-256."""

import errno
import http.client
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from typing import IO

from swahr.errors import MissingError, OutputError, SettingError, UnreadableError
from swahr.models.hashes import sha256

Progress = Callable[[int, int | None], None]  # bytes that are here, bytes of the whole file where known
BLOCK = 1 << 18
TRIES = 4
TIMEOUT_S = 30.0
PAUSE_S = 1.0  # before the second try; each later one waits twice as long
# Hugging Face states the SHA-256 of a large file in its own answer, which then leads to where the bytes are.
STATED = "X-Linked-ETag"


def download(
    url: str,
    target: Path,
    sha256_start: str = "",
    progress: Progress | None = None,
    stated: bool = False,
) -> None:
    """Download `url` to `target`.

    The bytes go to `target` + ".part", which a later call goes on with; it takes its name when it is whole
    and its SHA-256 is the expected one. A lost connection is tried again.

    Args:
        url: begins with https:// or http://.
        target: the file.
        sha256_start: hex digits; "" where none are known.
        progress: called with the bytes that are here and those of the whole file, None where that is not known.
        stated: whether the SHA-256 is taken from what the server at `url` itself states of the file, as Hugging Face
            does, whoever sends the bytes.

    Raises:
        SettingError: for what is no address.
        MissingError: for an address without the file, a connection that is lost, or a hash that should be stated and
            is not.
        UnreadableError: for a file with another hash; the part is deleted.
        OutputError: for a full disk, or no right to write.
    """
    if not url.startswith(("https://", "http://")):
        raise SettingError(f"cannot download {url}; expected an address that begins with https://")
    partial = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, TRIES + 1):
            try:
                told = _go_on(url, partial, progress or (lambda _done, _total: None), stated)
                break
            except _InterruptedError as lost:
                if attempt == TRIES:
                    raise MissingError(
                        f"{url}: the connection failed {TRIES} times ({lost}); "
                        "run the same command again to go on where it stopped"
                    ) from lost
                time.sleep(PAUSE_S * 2 ** (attempt - 1))
        digest = sha256(partial)
        for expected in (told, sha256_start):
            if not digest.startswith(expected):
                partial.unlink()
                raise UnreadableError(
                    f"{url}: the file's SHA-256 begins {digest[: len(expected)]}, expected {expected}; "
                    "what came was deleted: fetch it again"
                )
        os.replace(partial, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OutputError(
                f"the disk of {target.parent} is full; free some space and fetch again"
            ) from error
        raise OutputError(f"{target} cannot be written ({error.strerror or error})") from error


class _InterruptedError(Exception):
    """The connection ended before the file did; a new one can go on."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and keeps the SHA-256 that is stated by the server that was asked, and by no other."""

    def __init__(self, url: str) -> None:
        self._asked = _server(url)
        self.stated = ""

    def hear(self, url: str, headers: HTTPMessage) -> None:
        """Take what an answer states, where the server that was asked gives it."""
        found = re.fullmatch(r'(?:W/)?"?([0-9a-fA-F]{64})"?', headers.get(STATED, ""))
        if found and not self.stated and _server(url) == self._asked:
            self.stated = found[1].lower()

    def redirect_request(  # the names are those of urllib
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self.hear(req.full_url, headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _server(url: str) -> tuple[str, str]:
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc


def _go_on(url: str, partial: Path, progress: Progress, stated: bool) -> str:
    """Make one connection and append what it gives to `partial`; return the SHA-256 where it has to be stated."""
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"User-Agent": "swahr", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    redirects = _Redirects(url)
    opener = urllib.request.build_opener(redirects)
    response = _open(opener, urllib.request.Request(url, headers=headers), partial)
    with response:
        redirects.hear(response.geturl(), response.headers)
        told = redirects.stated if stated else ""
        if stated and not told:
            raise MissingError(
                f"{url}: the server states no SHA-256 ({STATED}) that the file could be held to, so it is not fetched"
            )
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0  # the server sends the whole file
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with partial.open("ab" if have else "wb") as file:
            progress(have, total)
            while block := _read(response):
                file.write(block)
                have += len(block)
                progress(have, total)
    if total is not None and have < total:
        raise _InterruptedError(f"{have} of {total} bytes came")
    return told


def _open(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request, partial: Path
) -> http.client.HTTPResponse:
    try:
        response: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            # The part is as long as the file or longer: a left-over that no hash has confirmed.
            partial.unlink()
            raise _InterruptedError("the part did not fit the file") from error
        if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _InterruptedError(f"the server answers {error.code} {error.reason}") from error
        raise MissingError(
            f"{request.full_url}: the server answers {error.code} {error.reason}; the file may have moved"
        ) from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise _InterruptedError(str(getattr(error, "reason", error))) from error
    return response


def _read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(BLOCK)
    except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise _InterruptedError(str(error)) from error
