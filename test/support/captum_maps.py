"""Attribution maps of a small VGG by captum: what the engine's are checked against.

Usage: python test/support/captum_maps.py > test/support/captum-maps.json
Needs torch, captum and numpy from PyPI.

Weights and the picture come from the hash that test/support/hashed-numbers.ts computes as well, so
that only results are stored. captum 0.9 with PyTorch 2.14 on the CPU wrote the stored ones.
"""

import json
import sys

import captum
import torch
from captum.attr import (
    GuidedBackprop,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    Occlusion,
    Saliency,
)
from torch import nn

from pytorch_step import BLOCKS, CLASSES, hash_numbers, make_parameters

INPUT, CLASS, SALT = 32, 4, 2000
MEAN, DEVIATION = (110.0, 120.0, 130.0), 74.0
STEPS = 24
PATCH, STRIDE = 7, 4


class FlattenRows(nn.Module):
    """The lab flattens NHWC."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 3, 1).reshape(len(x), -1)


def make_network() -> nn.Sequential:
    """Modules named as the lab's layers; a layer's output is that of its ReLU."""
    parameters = make_parameters(INPUT)
    network = nn.Sequential()
    for block, (_, convolutions) in enumerate(BLOCKS, 1):
        for position in range(1, convolutions + 1):
            name = f"conv{block}_{position}"
            weight = parameters[f"{name}.weight"].detach().permute(3, 2, 0, 1).contiguous()
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            conv.weight.data, conv.bias.data = weight, parameters[f"{name}.bias"].detach()
            network.add_module(f"{name}_sums", conv)
            network.add_module(name, nn.ReLU())
        network.add_module(f"pool{block}", nn.MaxPool2d(2))
    network.add_module("rows", FlattenRows())
    for name in ("fc6", "fc7", "fc8"):
        weight = parameters[f"{name}.weight"].detach().T.contiguous()
        full = nn.Linear(weight.shape[1], weight.shape[0])
        full.weight.data, full.bias.data = weight, parameters[f"{name}.bias"].detach()
        network.add_module(f"{name}_sums" if name != "fc8" else name, full)
        if name != "fc8":
            network.add_module(name, nn.ReLU())
    return network.eval()


def colour(value: float) -> torch.Tensor:
    """One preprocessed colour, to be broadcast over a picture."""
    return torch.tensor([(value - mean) / DEVIATION for mean in MEAN]).reshape(1, 3, 1, 1)


def make_picture() -> torch.Tensor:
    pixels = (hash_numbers(INPUT * INPUT * 3, SALT) & 255).to(torch.float32)
    pictures = pixels.reshape(1, INPUT, INPUT, 3).permute(0, 3, 1, 2)
    return ((pictures - torch.tensor(MEAN).reshape(1, 3, 1, 1)) / DEVIATION).contiguous()


def main() -> None:
    torch.set_num_threads(1)
    network, picture = make_network(), make_picture()

    def integrate(baseline: torch.Tensor) -> torch.Tensor:
        start = baseline.expand_as(picture).contiguous()
        integrated = IntegratedGradients(network).attribute(
            picture, start, target=CLASS, n_steps=STEPS, method="riemann_middle"
        )
        return integrated.sum(1)

    def cover(fill: torch.Tensor) -> torch.Tensor:
        covered = Occlusion(network).attribute(
            picture,
            sliding_window_shapes=(3, PATCH, PATCH),
            strides=(3, STRIDE, STRIDE),
            target=CLASS,
            baselines=fill.expand_as(picture).contiguous(),
        )
        return covered[:, 0]

    def weigh(layer: str) -> torch.Tensor:
        cam = LayerGradCam(network, getattr(network, layer))
        return cam.attribute(picture, target=CLASS, relu_attributions=True)[:, 0]

    zero = torch.zeros(1, 3, 1, 1)
    maps = {
        "grad-cam conv5_2": weigh("conv5_2"),
        "grad-cam conv3_1": weigh("conv3_1"),
        "grad-cam pool2": weigh("pool2"),
        "saliency": Saliency(network).attribute(picture, target=CLASS).amax(1),
        "gradient-input": InputXGradient(network).attribute(picture, target=CLASS).sum(1),
        "guided": GuidedBackprop(network).attribute(picture, target=CLASS).abs().amax(1),
        "integrated mean": integrate(zero),
        "integrated black": integrate(colour(0.0)),
        "occlusion mean": cover(zero),
        "occlusion grey": cover(colour(127.5)),
    }
    scores = network(picture)[0]
    assert len(scores) == CLASSES
    told = {
        "versions": {"captum": captum.__version__, "torch": torch.__version__},
        "scores": scores.tolist(),
        "maps": {
            name: {
                "shape": list(values.shape[1:]),
                "data": [float(f"{value:.6g}") for value in values.detach().flatten().tolist()],
            }
            for name, values in maps.items()
        },
    }
    json.dump(told, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
