"""Text of a file, or a located fault: size, encoding and stray bytes are checked first."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from sim.scenario.faults import Mark, single

MOST_BYTES = 128 * 1024  # a scenario is one screen; 64 firms with every key stay below this

# Line separators other than LF and CR LF would make line numbers differ from an editor's.
STRAY = re.compile(r"[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, label: str, most: int = MOST_BYTES) -> str:
    """The text of a regular UTF-8 file of at most ``most`` bytes.

    label: the file's name in messages.  Raises ScenarioFaults with the place of what is wrong.
    """
    return decoded(_read_bytes(path, label, most), label)


def decoded(raw: bytes, label: str) -> str:
    """UTF-8 bytes as text without byte order mark, or ScenarioFaults with line and column."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace")
        found = f"byte 0x{raw[error.start]:02x}"
        raise single(_place(label, before), "", f"must be UTF-8 text, found {found}") from None
    if stray := STRAY.search(text):
        found = f"U+{ord(stray[0]):04X}"
        message = f"must be text without control characters, found {found}"
        raise single(_place(label, text[: stray.start()]), "", message)
    return text


def _place(label: str, before: str) -> Mark:
    """The place right after the text ``before``."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Mark(label, len(lines), len(lines[-1]) + 1)


def _read_bytes(path: Path, label: str, most: int) -> bytes:
    start = Mark(label, 1, 1)
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        raise single(start, "", f"cannot be read: {_reason(error)}") from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise single(start, "", f"must be a file, but it is {kind}")
        try:
            raw = file.read(most + 1)
        except OSError as error:
            raise single(start, "", f"cannot be read: {_reason(error)}") from None
    if len(raw) > most:
        size = max(status.st_size, len(raw))
        message = f"must be at most {most:,} bytes long, got {size:,}"
        raise single(start, "", message)
    return raw


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or "its name is not a file's").lower()
