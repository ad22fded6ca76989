"""Runs a command that sees a terminal, and prints what it draws: every state of a line that it draws over as a line."""

import os
import pty
import re
import sys

drawn = bytearray()


def keep(descriptor):
    data = os.read(descriptor, 65536)
    drawn.extend(data)
    return data


def states(text):
    """A bar goes back to the start of its line, by a carriage return or by moving the cursor, and draws anew."""
    text = text.replace("\r\n", "\n")
    text = re.sub(r"\x1b\[[01]?G|\r", "\n", text)
    text = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[78])", "", text)
    lines = [line.rstrip() for line in text.split("\n")]
    return [line for i, line in enumerate(lines) if line and line not in lines[i - 1 : i]]


def main():
    out = os.dup(1)
    # What pty copies as it comes is not for standard output.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    status = pty.spawn(sys.argv[1:], keep)
    os.write(out, ("\n".join(states(drawn.decode("utf-8", "replace"))) + "\n").encode())
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
