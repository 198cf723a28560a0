"""Unpacks the parts of a wheel whose paths match: unpack-wheel.py WHEEL FOLDER PATTERN...

A pattern that begins with ! excludes. Prints the bytes written so far, a number a line.
"""

import fnmatch
import os
import sys
import zipfile

wheel, folder = sys.argv[1:3]
wanted = [p for p in sys.argv[3:] if not p.startswith("!")]
unwanted = [p[1:] for p in sys.argv[3:] if p.startswith("!")]


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, p) for p in patterns)


written = 0
root = os.path.realpath(folder)
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if entry.is_dir() or not matches(entry.filename, wanted):
            continue
        if matches(entry.filename, unwanted):
            continue
        target = os.path.realpath(os.path.join(root, entry.filename))
        if not target.startswith(root + os.sep):
            sys.exit("unsafe path in the wheel: " + entry.filename)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, "wb") as out:
            while True:
                chunk = source.read(1 << 22)
                if not chunk:
                    break
                out.write(chunk)
                written += len(chunk)
                print(written, flush=True)
        mode = (entry.external_attr >> 16) & 0o777
        os.chmod(target, (mode | 0o644) if mode else 0o644)
