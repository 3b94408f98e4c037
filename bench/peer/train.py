"""One training iteration exactly as the original's, in its form or in PyTorch's best, and its speed.

    .venv/bin/python train.py --config shapes.yaml --batch 16 --size 64x64 --threads 2

prints one line of JSON. Weights and pictures are random with fixed seeds.
"""
from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

import torch
from torch import Tensor, nn

from model import Model, build, parse_size, read_config
from networks import Keypoints
from transfer import keep_memory, peak_rss_mb, random_video

BETAS = (0.5, 0.999)
EPSILON = 1e-8


class LoopAdam:
    """Adam of PyTorch 0.4.1, one parameter after the other: p -= lr sqrt(1-b2^t)/(1-b1^t) m / (sqrt(v) + eps)."""

    def __init__(self, parameters: Iterable[nn.Parameter], rate: float):
        self.parameters, self.rate, self.steps = list(parameters), rate, 0
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        self.steps += 1
        size = self.rate * math.sqrt(1 - BETAS[1] ** self.steps) / (1 - BETAS[0] ** self.steps)
        for p, m, v in zip(self.parameters, self.first, self.second):
            if p.grad is None:
                continue
            m.mul_(BETAS[0]).add_(p.grad, alpha=1 - BETAS[0])
            v.mul_(BETAS[1]).addcmul_(p.grad, p.grad, value=1 - BETAS[1])
            p.addcdiv_(m, v.sqrt().add_(EPSILON), value=-size)

    def zero_grad(self) -> None:
        for p in self.parameters:
            if p.grad is not None:
                p.grad.zero_()


class FusedAdam(torch.optim.Adam):
    """The same update by PyTorch's fused Adam.

    Today's Adam divides sqrt(v) by sqrt(1-b2^t) before it adds epsilon; an epsilon divided by the same root, anew in
    every step, gives the older formula.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], rate: float):
        super().__init__(parameters, lr=rate, betas=BETAS, eps=EPSILON, fused=True)
        self.steps = 0

    def step(self) -> None:  # type: ignore[override]
        self.steps += 1
        for group in self.param_groups:
            group["eps"] = EPSILON / math.sqrt(1 - BETAS[1] ** self.steps)
        super().step()


@dataclass
class Iteration:
    """What one iteration computed. Losses are [N] per sample; tensors in the form's own layout."""

    losses: dict[str, Tensor]
    keypoints: Keypoints
    generated: dict[str, Tensor]
    maps_fake: list[Tensor]
    maps_real: list[Tensor]


def per_sample(value: Tensor) -> Tensor:
    return value.flatten(1).mean(1)


def generator_losses(fake: list[Tensor], real: list[Tensor], deformed: Tensor,
                     weights: dict[str, Any]) -> dict[str, Tensor]:
    """The generator's losses under the original's names, [N] each; weights of 0 leave a loss out."""
    losses = {}
    if weights["reconstruction_deformed"] != 0:
        losses["rec_def"] = weights["reconstruction_deformed"] * per_sample((real[0] - deformed).abs())
    for level, weight in enumerate(weights["reconstruction"] or []):
        if weight != 0:
            losses[f"layer-{level}_rec"] = weight * per_sample((fake[level] - real[level]).abs())
    losses["gen_gan"] = weights["generator_gan"] * per_sample((1 - fake[-1]) ** 2)
    return losses


def discriminator_losses(fake: list[Tensor], real: list[Tensor], weights: dict[str, Any]) -> dict[str, Tensor]:
    return {"disc_gan": weights["discriminator_gan"] * per_sample((1 - real[-1]) ** 2 + fake[-1] ** 2)}


def detached(keypoints: Keypoints) -> Keypoints:
    return {name: value.detach() for name, value in keypoints.items()}


class Trainer:
    """A model, its three optimisers and the original's iteration.

    Form `original`: pictures [N, C, 1, H, W], 3-D layers. Form `best`: pictures [N, C, H, W], 2-D layers, channels
    last, fused Adam, and no gradient of the discriminator's weights in the generator's pass (the original computes it
    and throws it away).
    """

    def __init__(self, model: Model, *, channels_last: bool = True, rate: float | None = None):
        self.model = model.train()
        self.best = model.form == "best"
        self.layout = torch.channels_last if self.best and channels_last else torch.contiguous_format
        if self.best:
            model.to(memory_format=self.layout)
            model.generator.use_layout(self.layout)
        self.params = model.config["train_params"]
        adam = FusedAdam if self.best else LoopAdam
        rate = self.params["lr"] if rate is None else rate
        self.generator = adam(model.generator.parameters(), rate)
        self.kp_detector = adam(model.kp_detector.parameters(), rate)
        self.discriminator = adam(model.discriminator.parameters(), rate)

    def detect(self, source: Tensor, driving: Tensor) -> tuple[Keypoints, Keypoints, Keypoints]:
        """Keypoints of both pictures, seen as one batch: joined, source's, driving's."""
        if self.best:
            count = source.shape[0]
            joined = self.model.kp_detector(torch.cat([source, driving]).contiguous(memory_format=self.layout))
            return (joined, {name: value[:count] for name, value in joined.items()},
                    {name: value[count:] for name, value in joined.items()})
        joined = self.model.kp_detector(torch.cat([source, driving], dim=2))
        return (joined, {name: value[:, :1] for name, value in joined.items()},
                {name: value[:, 1:] for name, value in joined.items()})

    def iteration(self, source: Tensor, driving: Tensor, probe: Any = None) -> Iteration:
        """One whole iteration. `probe(stage)` is called where gradients can be looked at, for the golden check."""
        model, params, weights = self.model, self.params, self.params["loss_weights"]
        probe = probe or (lambda stage, value: None)
        source, driving = (picture.contiguous(memory_format=self.layout) for picture in (source, driving))
        detach_both = params["detach_kp_discriminator"]

        if self.best:
            model.discriminator.requires_grad_(False)
        joined, kp_source, kp_driving = self.detect(source, driving)
        probe("keypoints", joined)
        if params["detach_kp_generator"]:
            generated = model.generator(source, detached(kp_source), detached(kp_driving))
        else:
            generated = model.generator(source, kp_source, kp_driving)
        fake = model.discriminator(generated["prediction"], kp_source, kp_driving)
        real = model.discriminator(driving, kp_source, kp_driving)
        losses = generator_losses(fake, real, generated["deformed"], weights)
        sum(loss.mean() for loss in losses.values()).backward(retain_graph=not detach_both)
        probe("generator", joined)
        if self.best:
            model.discriminator.requires_grad_(True)
        self.generator.step()
        self.generator.zero_grad()
        self.discriminator.zero_grad()
        if detach_both:
            self.kp_detector.step()
            self.kp_detector.zero_grad()
            kp_source, kp_driving = detached(kp_source), detached(kp_driving)

        fake_again = model.discriminator(generated["prediction"].detach(), kp_source, kp_driving)
        real_again = model.discriminator(driving, kp_source, kp_driving)
        second = discriminator_losses(fake_again, real_again, weights)
        sum(loss.mean() for loss in second.values()).backward()
        probe("discriminator", joined)
        self.discriminator.step()
        self.discriminator.zero_grad()
        if not detach_both:
            self.kp_detector.step()
            self.kp_detector.zero_grad()

        both = {**losses, **second}
        return Iteration({name: value.detach() for name, value in both.items()}, detached(joined),
                         detached(generated), [m.detach() for m in fake], [m.detach() for m in real])


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of a training iteration of the PyTorch peer, as one line of JSON.")
    parser.add_argument("--config", required=True, help="one of the original's YAML configurations")
    parser.add_argument("--size", required=True, help="HxW")
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--form", choices=["original", "best"], default="best")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="iterations that count; two more warm up")
    parser.add_argument("--weights", help="safetensors under the original's names; else initial weights")
    parser.add_argument("--contiguous", action="store_true", help="channels first (best form)")
    parser.add_argument("--default-malloc", action="store_true", help="leave the allocator as it is (best form)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    config = read_config(args.config)
    height, width = parse_size(args.size)
    channels = config["model_params"]["common_params"]["num_channels"]
    source = random_video(args.batch, height, width, channels, seed=1)
    driving = random_video(args.batch, height, width, channels, seed=2)
    kept = args.form == "best" and not args.default_malloc and keep_memory()
    if args.form == "original":
        source, driving = source[:, :, None], driving[:, :, None]
    trainer = Trainer(build(config, args.form, args.weights), channels_last=not args.contiguous)
    seconds, result = [], None
    for _ in range(args.repeat + 2):
        start = time.perf_counter()
        result = trainer.iteration(source, driving)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "form": args.form, "config": Path(args.config).name, "size": [height, width], "batch": args.batch,
        "threads": args.threads, "seconds_per_iteration": round(statistics.median(seconds[2:]), 4),
        "seconds": [round(second, 4) for second in seconds[2:]], "peak_rss_mb": peak_rss_mb(),
        "losses": {name: round(value.mean().item(), 6) for name, value in result.losses.items()},
        "torch": torch.__version__, "options": None if args.form == "original" else {
            "channels_last": not args.contiguous, "keeps_memory": kept}}))


if __name__ == "__main__":
    main()
