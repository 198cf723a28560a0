"""What TensorBoard's own reader makes of a run's event files: what test/unit/engine/training/tensorboard.test.ts checks against.

Usage: WRITE_EVENTS=<folder> npx vitest run --project unit test/unit/engine/training/tensorboard.test.ts
       python test/support/tensorboard_scalars.py <folder> > test/support/tensorboard-scalars.json

The test writes two event files into the folder: a run that was cut off, and its going on from before.
The bytes are kept with what was read from them, so that the test knows that it writes the same.
"""

import base64
import json
import pathlib
import sys

from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = pathlib.Path(sys.argv[1])
accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
accumulator.Reload()
print(
    json.dumps(
        {
            "reader": f"tensorboard {version.VERSION}",
            "files": {
                path.name: base64.b64encode(path.read_bytes()).decode()
                for path in sorted(folder.iterdir())
            },
            "scalars": {
                tag: [[event.step, event.value] for event in accumulator.Scalars(tag)]
                for tag in sorted(accumulator.Tags()["scalars"])
            },
        },
        indent=2,
    )
)
