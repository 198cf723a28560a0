"""PyTorch's side of `npm run bench -- engine` and `-- dense`: VGG-16 (D), one timed call for each line of JSON.

Blocks on standard input between calls, so that the other side can be timed.
"""

import contextlib
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import torch  # noqa: E402
from torch import nn  # noqa: E402

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def build(classes):
    layers, channels = [], 3
    for width, count in BLOCKS:
        for _ in range(count):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(512 * 7 * 7, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5)]
    layers += [nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5)]
    layers.append(nn.Linear(4096, classes))
    model = nn.Sequential(*layers)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)
    return model


def make_dense(model):
    """The same network with its linear layers as convolutions of 7x7 and 1x1."""
    layers, side = [], 7
    for layer in model:
        if isinstance(layer, nn.Flatten):
            continue
        if isinstance(layer, nn.Linear):
            channels = layer.in_features // side**2
            convolution = nn.Conv2d(channels, layer.out_features, side)
            convolution.weight.data = layer.weight.data.reshape(-1, channels, side, side)
            convolution.bias.data = layer.bias.data
            layer, side = convolution, 1
        layers.append(layer)
    return nn.Sequential(*layers)


class Side:
    """A workload in one variant: `variant` is default, channels_last or bfloat16.

    `kind` is forward, train, or dense: whole pictures of `sizes`, in a batch for each size.
    """

    def __init__(self, kind, batch, variant, device, classes, seed, sizes=()):
        torch.manual_seed(seed)
        self.kind, self.device = kind, device
        # bfloat16 autocast is given the layout that is the faster one for it.
        layout = torch.contiguous_format if variant == "default" else torch.channels_last
        self.model = build(classes).to(device=device, memory_format=layout)
        self.x = torch.randn(batch, 3, 224, 224).to(device=device, memory_format=layout)
        self.planes = [
            torch.randn(size["count"], 3, size["height"], size["width"]).to(
                device=device, memory_format=layout
            )
            for size in sizes
        ]
        if kind == "dense":
            self.model = make_dense(self.model).to(memory_format=layout)
        self.y = torch.randint(classes, (batch,)).to(device)
        self.autocast = (
            (lambda: torch.autocast(device, dtype=torch.bfloat16))
            if variant == "bfloat16"
            else contextlib.nullcontext
        )
        if kind != "train":
            self.model.eval()
        else:
            self.model.train()
            self.optimizer = torch.optim.SGD(
                self.model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4
            )

    def call(self, count):
        """Times the work on the first `count` pictures."""
        x, y = self.x[:count], self.y[:count]
        start, start_cpu = time.perf_counter(), time.process_time()
        if self.kind == "dense":
            value = self.forward_densely()
        else:
            value = self.forward(x) if self.kind == "forward" else self.step(x, y)
        ms = (time.perf_counter() - start) * 1000
        return {"ms": ms, "cpuMs": (time.process_time() - start_cpu) * 1000, "value": value}

    def forward(self, x):
        with torch.inference_mode(), self.autocast():
            probabilities = torch.softmax(self.model(x), 1).float().cpu()
        return float(probabilities[0].sum())

    def forward_densely(self):
        with torch.inference_mode(), self.autocast():
            scores = [self.model(planes).mean((2, 3)) for planes in self.planes]
            probabilities = [torch.softmax(each, 1).float().cpu() for each in scores]
        return float(probabilities[0][0].sum())

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        with self.autocast():
            loss = nn.functional.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main():
    side = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if question.pop("do") == "prepare":
                if question["device"] == "cuda" and not torch.cuda.is_available():
                    question["device"] = "cpu"
                side = Side(**question)
                device = torch.cuda.get_device_name() if side.device == "cuda" else "cpu"
                value = {
                    "version": torch.__version__,
                    "threads": torch.get_num_threads(),
                    "device": device,
                }
            else:
                value = side.call(**question)
            answer = {"value": value}
        except Exception as error:  # noqa: BLE001 - everything is told to the bench
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), flush=True)


main()
