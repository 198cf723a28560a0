"""Activations of pretrained VGG-16 convolutions by onnxruntime: what the engine's are checked against.

Usage: python test/support/onnxruntime_layers.py <model.onnx> [<folder>] > test/support/onnxruntime-layers.json
Needs onnxruntime, onnx, numpy and pillow from PyPI. With a folder, all values of each layer are written
there as <layer>.f32 ([H, W, C], float32), for a comparison of every one of them.

The model is that of scripts/setup/pins.mjs; its head of another shape is cut off, and its input is
224 x 224. The photograph is scikit-image's chelsea.png (CC0, by Stefan van der Walt), cropped and scaled.
onnxruntime 1.32 on the CPU wrote the stored numbers.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from PIL import Image

INPUT = 224
# Keras' preprocessing of these weights: BGR less ImageNet's mean.
MEAN_BGR = np.array([103.939, 116.779, 123.68], np.float32)
PICTURE = Path(__file__).with_name("cat.png")
KEPT_VALUES = 64


def name_layer(output: str) -> str | None:
    """conv1_1 ... conv5_3 after the ReLU, pool1 ... pool5; None for another tensor."""
    found = re.search(r"block(\d)_conv(\d)\w*/Relu:0$", output)
    if found:
        return f"conv{found[1]}_{found[2]}"
    found = re.search(r"block(\d)_pool\w*/MaxPool2d:0$", output)
    return f"pool{found[1]}" if found else None


def open_convolutions(path: str) -> tuple[onnxruntime.InferenceSession, dict[str, str]]:
    model = onnx.load(path)
    graph = model.graph
    layers = {}
    for node in graph.node:
        layer = name_layer(node.output[0])
        if layer is not None:
            layers[layer] = node.output[0]
    last = next(i for i, node in enumerate(graph.node) if layers["pool5"] in node.output)
    del graph.node[last + 1 :], graph.output[:], graph.value_info[:]
    for dimension in graph.input[0].type.tensor_type.shape.dim[1:3]:
        dimension.dim_value = INPUT
    for output in layers.values():
        graph.output.append(onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # It warns of the head's weights, which are not used any more.
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session, layers


def summarise(values: np.ndarray) -> dict[str, object]:
    flat = values.reshape(-1)
    # Odd, so that the sample passes through all channels.
    step = (len(flat) // KEPT_VALUES - 1) | 1
    return {
        "shape": list(values.shape),
        "norm": float(np.linalg.norm(flat.astype(np.float64))),
        "largest": float(flat.max()),
        "step": step,
        "values": [float(f"{value:.7g}") for value in flat[::step][:KEPT_VALUES]],
    }


def main(path: str, folder: str | None = None) -> None:
    session, layers = open_convolutions(path)
    rgb = np.asarray(Image.open(PICTURE).convert("RGB"), np.float32)
    picture = (rgb[..., ::-1] - MEAN_BGR)[None]
    outputs = session.run(list(layers.values()), {session.get_inputs()[0].name: picture})
    told = {"onnxruntime": onnxruntime.__version__, "layers": {}}
    for layer, output in zip(layers, outputs):
        values = np.ascontiguousarray(output[0].transpose(1, 2, 0))  # NCHW to [H, W, C]
        told["layers"][layer] = summarise(values)
        if folder is not None:
            values.tofile(Path(folder) / f"{layer}.f32")
    json.dump(told, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
