"""Ten training steps of a small VGG in PyTorch: what the engine's steps are checked against.

With weight decay and without, of one batch and of four whose gradients are accumulated, the learning
rate dropped after the sixth.

Usage: python test/support/pytorch_step.py > test/support/pytorch-step.json

Weights and pictures come from a hash that test/engine/network/pytorch.test.ts computes as well, so
that only results are stored. PyTorch 2.13 on the CPU wrote the stored ones.
"""

import json
import math
import sys

import torch

INPUT, CLASSES, WIDTH, BATCH, STEPS = 64, 5, 0.03, 6, 10
LEARNING_RATE, DROPPED_RATE, DROPPED_AFTER, MOMENTUM = 0.02, 0.002, 6, 0.9
CASES = [(batches, decay) for batches in (1, 4) for decay in (0.0, 5e-4)]
MEAN, DEVIATION = 127.5, 74.0
KEPT_VALUES = 4
BLOCKS = [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)]  # configuration A


def hash_numbers(count: int, salt: int) -> torch.Tensor:
    """`count` whole numbers from 0 to below 2^32, as int64."""
    mask = 0xFFFFFFFF
    value = (torch.arange(count, dtype=torch.int64) + salt * 0x9E3779B9) & mask
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = ((value ^ (value >> shift)) * factor) & mask
    return value ^ (value >> 16)


def uniform(shape: list[int], salt: int, limit: float) -> torch.Tensor:
    """float32 within [-limit, limit), rounded once from float64."""
    numbers = hash_numbers(math.prod(shape), salt).to(torch.float64)
    return ((numbers / 2**31 - 1) * limit).to(torch.float32).reshape(shape)


def scale(channels: int) -> int:
    return max(1, math.floor(channels * WIDTH + 0.5))


def make_parameters(input_size: int = INPUT) -> dict[str, torch.Tensor]:
    """Weights as the lab stores them: HWIO and (in, out); biases small, so that they count."""
    shapes: dict[str, list[int]] = {}
    channels = 3
    for block, (outputs, convolutions) in enumerate(BLOCKS, 1):
        for position in range(1, convolutions + 1):
            shapes[f"conv{block}_{position}"] = [3, 3, channels, scale(outputs)]
            channels = scale(outputs)
    inputs = channels * (input_size // 32) ** 2
    for name, units in (("fc6", scale(4096)), ("fc7", scale(4096)), ("fc8", CLASSES)):
        shapes[name] = [inputs, units]
        inputs = units
    parameters: dict[str, torch.Tensor] = {}
    for layer, (name, shape) in enumerate(shapes.items()):
        limit = math.sqrt(6 / math.prod(shape[:-1]))
        parameters[f"{name}.weight"] = uniform(shape, 2 * layer, limit)
        parameters[f"{name}.bias"] = uniform(shape[-1:], 2 * layer + 1, 0.1)
    for tensor in parameters.values():
        tensor.requires_grad_(True)
    return parameters


def make_pictures(batch: int) -> torch.Tensor:
    """NHWC, preprocessed."""
    pixels = hash_numbers(BATCH * INPUT * INPUT * 3, 1000 + batch) & 255
    pictures = pixels.to(torch.float32).reshape(BATCH, INPUT, INPUT, 3)
    return (pictures - MEAN) / DEVIATION


def forward(parameters: dict[str, torch.Tensor], pictures: torch.Tensor) -> torch.Tensor:
    current = pictures.permute(0, 3, 1, 2)
    for block, (_, convolutions) in enumerate(BLOCKS, 1):
        for position in range(1, convolutions + 1):
            name = f"conv{block}_{position}"
            weight = parameters[f"{name}.weight"].permute(3, 2, 0, 1)
            current = torch.conv2d(current, weight, parameters[f"{name}.bias"], padding=1).relu()
        current = torch.max_pool2d(current, 2)
    # The lab flattens NHWC.
    current = current.permute(0, 2, 3, 1).reshape(BATCH, -1)
    for name in ("fc6", "fc7", "fc8"):
        current = current @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"]
        if name != "fc8":
            current = current.relu()
    return current


def summarise(tensor: torch.Tensor) -> dict[str, object]:
    values = tensor.detach().to(torch.float64).flatten()
    return {
        "norm": values.norm().item(),
        "sum": values.sum().item(),
        "first": values[:KEPT_VALUES].tolist(),
    }


def train(batches: int, weight_decay: float) -> dict[str, object]:
    """The mean loss of each step; weights and velocities at the end."""
    parameters = make_parameters()
    optimizer = torch.optim.SGD(
        [
            {"params": [p for n, p in parameters.items() if n.endswith("weight")]},
            {"params": [p for n, p in parameters.items() if n.endswith("bias")], "weight_decay": 0},
        ],
        lr=LEARNING_RATE,
        momentum=MOMENTUM,
        weight_decay=weight_decay,
    )
    labels = torch.arange(BATCH) % CLASSES
    losses = []
    for step in range(STEPS):
        if step == DROPPED_AFTER:
            for group in optimizer.param_groups:
                group["lr"] = DROPPED_RATE
        optimizer.zero_grad()
        total = 0.0
        for batch in range(batches):
            scores = forward(parameters, make_pictures(step * batches + batch))
            loss = torch.nn.functional.cross_entropy(scores, labels) / batches
            loss.backward()
            total += loss.item()
        optimizer.step()
        losses.append(total)
    return {
        "batches": batches,
        "weightDecay": weight_decay,
        "losses": losses,
        "weights": {name: summarise(tensor) for name, tensor in parameters.items()},
        "velocity": {
            name: summarise(optimizer.state[tensor]["momentum_buffer"])
            for name, tensor in parameters.items()
        },
    }


def main() -> None:
    torch.set_num_threads(1)
    json.dump(
        {"torch": torch.__version__, "cases": [train(*case) for case in CASES]},
        sys.stdout,
        indent=1,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
