"""Download a file: with progress, going on where an earlier try stopped, checked by its SHA-256."""

import errno
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from swahr.errors import MissingError, OutputError, SettingError, UnreadableError
from swahr.models.hashes import sha256

Progress = Callable[[int, int | None], None]  # bytes that are here, bytes of the whole file where known
BLOCK = 1 << 18
TRIES = 4
TIMEOUT_S = 30.0
PAUSE_S = 1.0  # before the second try; each later one waits twice as long


def download(url: str, target: Path, sha256_start: str = "", progress: Progress | None = None) -> None:
    """Download `url` to `target`.

    The bytes go to `target` + ".part", which a later call goes on with; it takes its name when it is whole
    and its SHA-256 begins with `sha256_start`. A lost connection is tried again.

    Args:
        url: begins with https:// or http://.
        target: the file.
        sha256_start: hex digits; "" where none are known.
        progress: called with the bytes that are here and those of the whole file, None where that is not known.

    Raises:
        SettingError: for what is no address.
        MissingError: for an address without the file, or a connection that is lost.
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
                _go_on(url, partial, progress or (lambda _done, _total: None))
                break
            except _InterruptedError as lost:
                if attempt == TRIES:
                    raise MissingError(
                        f"{url}: the connection failed {TRIES} times ({lost}); "
                        "run the same command again to go on where it stopped"
                    ) from lost
                time.sleep(PAUSE_S * 2 ** (attempt - 1))
        digest = sha256(partial)
        if not digest.startswith(sha256_start):
            partial.unlink()
            raise UnreadableError(
                f"{url}: the file's SHA-256 begins {digest[: len(sha256_start)]}, expected {sha256_start}; "
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


def _go_on(url: str, partial: Path, progress: Progress) -> None:
    """Make one connection and append what it gives to `partial`."""
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"User-Agent": "swahr", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    response = _open(urllib.request.Request(url, headers=headers), partial)
    with response:
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


def _open(request: urllib.request.Request, partial: Path) -> http.client.HTTPResponse:
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)
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
