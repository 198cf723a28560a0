"""Dense scores of a small VGG in PyTorch (section 3.2): what the engine's are checked against.

The fully connected layers are convolutions of 7x7, 1x1 and 1x1 over whole pictures that are not square,
their smallest sides 256, 288 and 384.

Usage: python test/support/pytorch_dense.py > test/support/pytorch-dense.json

Weights and pictures come from the hash of pytorch_step.py, so that only results are stored. PyTorch
2.13 on the CPU wrote the stored ones.
"""

import json
import math
import sys

import torch

from pytorch_step import BLOCKS, CLASSES, DEVIATION, MEAN, hash_numbers, make_parameters

INPUT = 224
PLANE = INPUT // 32
SIZES = [(256, 341), (403, 288), (384, 512)]  # height, width


def make_picture(index: int, height: int, width: int) -> torch.Tensor:
    """NCHW, preprocessed."""
    pixels = hash_numbers(height * width * 3, 2000 + index) & 255
    picture = pixels.to(torch.float32).reshape(1, height, width, 3)
    return ((picture - MEAN) / DEVIATION).permute(0, 3, 1, 2)


def run_densely(parameters: dict[str, torch.Tensor], picture: torch.Tensor) -> torch.Tensor:
    """The class score map, [height, width, classes]."""
    current = picture
    for block, (_, convolutions) in enumerate(BLOCKS, 1):
        for position in range(1, convolutions + 1):
            name = f"conv{block}_{position}"
            weight = parameters[f"{name}.weight"].permute(3, 2, 0, 1)
            current = torch.conv2d(current, weight, parameters[f"{name}.bias"], padding=1).relu()
        current = torch.max_pool2d(current, 2)
    for name, side in (("fc6", PLANE), ("fc7", 1), ("fc8", 1)):
        # (in, out), the inputs in the order of rows, columns and channels.
        weight = parameters[f"{name}.weight"]
        kernel = weight.reshape(side, side, -1, weight.shape[1]).permute(3, 2, 0, 1)
        current = torch.conv2d(current, kernel, parameters[f"{name}.bias"])
        if name != "fc8":
            current = current.relu()
    return current[0].permute(1, 2, 0)


def main() -> None:
    torch.set_num_threads(1)
    parameters = make_parameters(INPUT)
    cases = []
    with torch.no_grad():
        for index, (height, width) in enumerate(SIZES):
            scores = run_densely(parameters, make_picture(index, height, width))
            assert scores.shape[2] == CLASSES and math.isfinite(scores.sum().item())
            cases.append(
                {
                    "height": height,
                    "width": width,
                    "shape": list(scores.shape),
                    "scores": [float(f"{value:.8g}") for value in scores.flatten().tolist()],
                }
            )
    json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
