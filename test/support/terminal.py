"""Runs a command in a terminal of its own and types Ctrl-C once it has said something.

terminal.py <said> <command> [argument...]: the terminal's whole contents to standard output; ends with
the command's exit code.
"""

import os
import pty
import sys

said, command = sys.argv[1].encode(), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
heard = b""
typed = False
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the last process has closed the terminal.
        break
    if not more:
        break
    heard += more
    if not typed and said in heard:
        typed = True
        os.write(terminal, b"\x03")
sys.stdout.buffer.write(heard)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
