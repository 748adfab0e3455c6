"""Failures that a newcomer can act on, said in one sentence."""

import errno
import re

PATTERNS = [
    (r"No space left on device|ENOSPC|Disk quota exceeded", "The disk is full: free some space and start again."),
    (
        r"Read-only file system|EROFS",
        "This disk is read-only: clone the project to a folder you can write to.",
    ),
    (
        r"NewConnectionError|Temporary failure in name resolution|Network is unreachable|ConnectTimeout"
        r"|NameResolutionError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ProxyError|Could not resolve"
        r"|Temporary failure resolving",
        "The package registry cannot be reached: check the network and start again; what is already here is kept.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A downloaded package is not the one pinned in this project: nothing was installed from it, try again later.",
    ),
    (
        r"Permission denied|EACCES",
        "A file of this folder cannot be written: it probably belongs to another user, so take it over with chown.",
    ),
]


class Failure(Exception):
    """One sentence for the person at the keyboard; shown without a traceback."""


def explain(text: str) -> str | None:
    """The sentence for what another program printed, or None when it is no failure we know."""
    for pattern, sentence in PATTERNS:
        if re.search(pattern, text):
            return sentence
    return None


def explain_os_error(error: OSError) -> str:
    """The sentence for an error of the operating system, naming the file."""
    name = errno.errorcode.get(error.errno or 0, "")
    return explain(name) or explain(str(error)) or f"{error.strerror or error} ({error.filename})."
