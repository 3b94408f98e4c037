"""Building a model from a configuration, in either form, with weights from a file or from a seed."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import torch
import yaml
from safetensors.torch import load_file
from torch import Tensor, nn

import networks
import original

Form = Literal["original", "best"]
Weights = dict[str, Tensor]
COUNTER = "num_batches_tracked"


class Model(nn.Module):
    """The three networks under the original's names: `generator.*`, `kp_detector.*`, `discriminator.*`."""

    def __init__(self, config: dict[str, Any], form: Form):
        super().__init__()
        family = original if form == "original" else networks
        params = config["model_params"]
        common = params["common_params"]
        self.form, self.config = form, config
        self.generator = family.Generator(**common, **params["generator_params"])
        self.kp_detector = family.KeypointDetector(**common, **params["kp_detector_params"])
        self.discriminator = family.Discriminator(**common, **params["discriminator_params"])

    def load(self, weights: Weights) -> None:
        """Takes over (not copies) weights in the original's layouts; the 2-D form drops the kernels' depth axis.

        Strict: every name and size must fit.
        """
        own = self.state_dict()
        self.load_state_dict({name: value.view(own[name].shape) if name in own else value
                              for name, value in weights.items()}, assign=True)

    def weights(self) -> Weights:
        """All parameters and statistics in the original's layouts, detached copies; counters stay 0 there."""
        out = {}
        for name, value in self.state_dict().items():
            value = value.detach().clone().contiguous()
            if name.endswith(COUNTER):
                value.zero_()
            out[name] = value.unsqueeze(2) if value.dim() == 4 else value
        return out


def read_config(path: str | Path) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def initial_weights(config: dict[str, Any], seed: int) -> Weights:
    """Fresh weights as the original starts: see `shared/golden`, its README's item 14."""
    with torch.device("meta"):
        shapes = Model(config, "original")
    random = torch.Generator().manual_seed(seed)

    def uniform(shape: torch.Size, low: float, high: float) -> Tensor:
        return torch.empty(shape).uniform_(low, high, generator=random)

    weights: Weights = {}
    for name, value in shapes.state_dict().items():
        weights[name] = torch.zeros(value.shape, dtype=value.dtype)
    for name, module in shapes.named_modules():
        if isinstance(module, nn.Conv3d):
            bound = 1 / math.sqrt(module.in_channels * math.prod(module.kernel_size))
            weights[f"{name}.weight"] = uniform(module.weight.shape, -bound, bound)
            weights[f"{name}.bias"] = uniform(module.bias.shape, -bound, bound)
        elif isinstance(module, (nn.BatchNorm3d, nn.InstanceNorm3d)):
            weights[f"{name}.weight"] = uniform(module.weight.shape, 0, 1)
            if isinstance(module, nn.BatchNorm3d):
                weights[f"{name}.running_var"].fill_(1)
    motion = shapes.generator.dense_motion_module
    if motion is not None:
        last = "generator.dense_motion_module.hourglass.decoder.conv"
        weights[f"{last}.weight"].zero_()
        weights[f"{last}.bias"].zero_()
        if motion.use_mask:
            weights[f"{last}.bias"][0] = motion.bg_init
    return weights


def build(config: dict[str, Any], form: Form, weights: str | Path | None = None, seed: int = 0) -> Model:
    """A model with the weights of a safetensors file, else initial ones."""
    with torch.device("meta"):
        model = Model(config, form)
    if weights:
        model.load({name: value.clone() for name, value in load_file(weights).items()})
    else:
        model.load(initial_weights(config, seed))
    return model


def parse_size(text: str) -> tuple[int, int]:
    """`128x128` (height x width) or `128`."""
    sides = [int(part) for part in text.lower().split("x")]
    if len(sides) not in (1, 2) or min(sides) < 1:
        raise ValueError(f"a size is HxW, not {text!r}")
    return sides[0], sides[-1]
