"""Checks both forms of the peer against the golden values of the original; exits with 1 if any is off.

    .venv/bin/python check.py --golden GOLDEN [--configs CONFIGS] [--only shapes-like,transfer] [--verbose]

Tolerances are those of the golden README: forward values max(20 max(f64, oracle), 2e-5 of the largest magnitude,
1e-6); losses 2e-4 relative; gradients by relative L2 error, 5e-2 for the full sets and 1e-3 for the variants;
parameters after an update within two learning rates, and 99 % of them tightly. Losses of the second and third
iteration may be off by twice what the golden values themselves are from float64 and from the oracle: rounding noise
in the first update grows.

The best form of training is checked three times: channels first in float32, channels last in float64, both to these
tolerances, and channels last in float32, as it is timed: there PyTorch's batch norm adds up each channel naively, which
the tiny golden networks amplify, so only the forward values and losses of one iteration are compared, with `LOOSE`
times the tolerance.
"""
from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from model import Form, Model, build, initial_weights, read_config
from normalise import normalise
from train import Iteration, Trainer
from transfer import best_form, original_form, random_video

TRAININGS: dict[str, dict[str, Any]] = {
    "original": dict(form="original"),
    "best, channels first": dict(form="best", channels_last=False),
    "best, float64": dict(form="best", dtype=torch.float64),
    "best": dict(form="best", loose=True)}
LOOSE = 20
VARIATIONS = {"default": {}, "plain": dict(fold=False, channels_last=False, encode_once=False)}


@dataclass
class Report:
    """Worst error over tolerance by group of values, and the failures."""

    verbose: bool
    slack: float = 1
    worst: dict[str, tuple[float, float]] = field(default_factory=lambda: defaultdict(lambda: (0.0, 0.0)))
    count: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, group: str, name: str, error: float, tolerance: float) -> None:
        self.count += 1
        tolerance *= self.slack
        ratio = error / tolerance if tolerance else float(error > 0)
        if not ratio <= 1:  # also catches NaN
            self.failures.append(f"{group}: {name}: error {error:.3g} over {tolerance:.3g}")
        if not ratio <= self.worst[group][1]:
            self.worst[group] = (error, ratio)
        if self.verbose:
            print(f"{group:44} {name:70} {error:9.2e} of {tolerance:9.2e}")


class Golden:
    """One folder of golden values."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.info: dict[str, Any] = self.manifest["tensors"]
        self.files: dict[str, dict[str, Tensor]] = {}

    def inputs(self) -> dict[str, Tensor]:
        return load_file(self.folder / "inputs.safetensors")

    def __contains__(self, name: str) -> bool:
        return name in self.info

    def __getitem__(self, name: str) -> Tensor:
        file = self.info[name]["file"]
        if file not in self.files:
            self.files[file] = load_file(self.folder / file)
        return self.files[file][name]

    def compare(self, report: Report, group: str, name: str, value: Tensor) -> None:
        """A forward value, to the README's tolerance; names that the folder lacks are skipped."""
        if name not in self:
            return
        expected, info = self[name], self.info[name]
        if expected.shape != value.shape:
            report.failures.append(f"{group}: {name}: shape {tuple(value.shape)}, not {tuple(expected.shape)}")
            return
        differences = max(info.get("f64", 0), info.get("oracle", 0))  # counters have none
        tolerance = max(20 * differences, 2e-5 * info.get("abs_max", 0), 1e-6)
        report.add(group, name, (value - expected).abs().max().item(), tolerance)


def video(frames: Tensor) -> Tensor:
    """[B, C, H, W] as samples of one frame [B, C, 1, H, W]."""
    return frames[:, :, None]


def evaluation(golden: Golden, report: Report, form: Form, label: str, model: Model) -> None:
    """Keypoints and generated frames in evaluation mode. `model` is ready (folded or not)."""
    inputs = golden.inputs()
    source, driving = inputs["source"], inputs["video"]
    group = f"{golden.folder.name} eval {label}"
    model.eval()
    with torch.no_grad():
        if form == "original":
            joined = model.kp_detector(torch.cat([source, driving], dim=2))
            kp_source = {name: value[:, :1] for name, value in joined.items()}
            kp_driving = {name: value[:, 1:] for name, value in joined.items()}
            out = model.generator(source, kp_source, kp_driving)
            both = model.generator(source[:1], {name: value[:1] for name, value in kp_source.items()},
                                   {name: value[:1] for name, value in joined.items()})
        else:
            count = source.shape[0]
            frames = torch.cat([source, driving])[:, :, 0]
            found = model.kp_detector(frames)
            kp_source = {name: value[:count] for name, value in found.items()}
            kp_driving = {name: value[count:] for name, value in found.items()}
            out = {name: video(value) for name, value in model.generator(source[:, :, 0], kp_source, kp_driving).items()}
            joined = {name: torch.stack([value[:count], value[count:]], dim=1) for name, value in found.items()}
            encoded = model.generator.encode(source[:1, :, 0], {name: value[:1] for name, value in kp_source.items()})
            both = model.generator.render(encoded, {name: value[0] for name, value in joined.items()})
            both = {name: value.transpose(0, 1)[None] for name, value in both.items()}
    for name, value in joined.items():
        golden.compare(report, group, f"eval/kp/{name}", value)
    for name in ("prediction", "deformed"):
        golden.compare(report, group, f"eval/gen/video_{name}", out[name])
        golden.compare(report, group, f"eval/gen_d2/video_{name}", both[name])


def relative_l2(value: Tensor, expected: Tensor) -> float:
    return ((value - expected).norm() / expected.norm().clamp_min(1e-30)).item()


def training(golden: Golden, report: Report, label: str, config: dict[str, Any], form: Form,
             channels_last: bool = True, dtype: torch.dtype = torch.float32, loose: bool = False) -> None:
    """Training-mode values, gradients, the state after one iteration and the losses of three."""
    inputs = golden.inputs()
    source, driving = inputs["source"].to(dtype), inputs["video"].to(dtype)
    if form == "best":
        source, driving = source[:, :, 0], driving[:, :, 0]
    model = build(config, form, golden.folder / "weights.safetensors").to(dtype)
    trainer = Trainer(model, channels_last=channels_last, rate=golden.manifest["lr"])
    group = f"{golden.folder.name} train {label}"
    tight = 1e-3 if golden.folder.name.startswith("variant") else 5e-2
    zero = set(golden.manifest["zero_gradient"])
    samples = source.shape[0]
    stage = {"generator": {"generator": "grad/generator", "kp_detector": "grad/after_generator_loss/kp_detector"},
             "discriminator": {"discriminator": "grad/discriminator", "kp_detector": "grad/after_both_losses/kp_detector"}}

    def gradient(name: str, value: Tensor) -> None:
        if name in golden and name not in zero:
            report.add(f"{group} gradients", name, relative_l2(value, golden[name].view(value.shape)), tight)

    def probe(when: str, joined: dict[str, Tensor]) -> None:
        if when == "keypoints":
            for value in joined.values():
                value.retain_grad()
            return
        if when == "generator":
            for name, value in joined.items():
                g = value.grad
                g = torch.stack([g[:samples], g[samples:]], dim=1) if form == "best" else g
                gradient(f"train/grad_wrt/kp_joined.{name}", g)
        for network, prefix in stage[when].items():
            for name, parameter in getattr(model, network).named_parameters():
                if parameter.grad is not None:
                    gradient(f"{prefix}.{name}", parameter.grad)

    report.slack = LOOSE if loose else 1
    history = golden["train/loss_history"]
    noise = max(golden.info["train/loss_history"][kind] for kind in ("f64", "oracle"))
    for index in range(history.shape[0]):
        result = trainer.iteration(source, driving, probe if index == 0 and not loose else None)
        for column, name in enumerate(golden.manifest["loss_names"]):
            expected = history[index, column].item()
            error = abs(result.losses[name].mean().item() - expected) / abs(expected)
            tolerance = max(2e-4, 2 * noise / abs(expected)) if index else 2e-4
            report.add(f"{group} losses", f"iteration {index} {name}", error, tolerance)
        if index == 0:
            forward(golden, report, group, form, result, samples)
            if loose:
                break
            if any(name.startswith("after/") for name in golden.info):
                after(golden, report, group, model)
    report.slack = 1


def forward(golden: Golden, report: Report, group: str, form: Form, result: Iteration, samples: int) -> None:
    """What the first iteration computed, compared."""
    for name, value in result.keypoints.items():
        if form == "best":
            value = torch.stack([value[:samples], value[samples:]], dim=1)
        golden.compare(report, group, f"train/kp/{name}", value)
    flow = result.generated["flow"]
    if form == "best":
        flow = torch.nn.functional.pad(flow, (0, 1))[:, None]
    golden.compare(report, group, "train/gen/deformation", flow)
    add_depth = video if form == "best" else lambda value: value
    for name in ("prediction", "deformed"):
        golden.compare(report, group, f"train/gen/video_{name}", add_depth(result.generated[name]))
    for kind, maps in (("fake", result.maps_fake), ("real", result.maps_real)):
        for level, value in enumerate(maps):
            golden.compare(report, group, f"train/disc/{kind}.{level}", add_depth(value))
    total = torch.zeros(1)
    for name, value in result.losses.items():
        golden.compare(report, group, f"train/loss_per_sample/{name}", value)
        golden.compare(report, group, f"train/loss/{name}", value.mean().view(1))
        total += value.mean() if name != "disc_gan" else 0
    golden.compare(report, group, "train/loss/generator_total", total)


def after(golden: Golden, report: Report, group: str, model: Model) -> None:
    """Parameters and running statistics after one iteration."""
    rate = golden.manifest["lr"]
    exact = {name.removeprefix("grad/").removeprefix("after_generator_loss/").removeprefix("after_both_losses/")
             for name in golden.manifest["zero_gradient"]}
    compared = 0
    far = 0
    parameters = {name for name, _ in model.named_parameters()}
    for name, value in model.weights().items():
        expected = golden[f"after/{name}"]
        if name not in parameters:
            golden.compare(report, f"{group} after", f"after/{name}", value)
            continue
        error = (value - expected).abs()
        report.add(f"{group} after", f"after/{name}", error.max().item(), 2 * rate * 1.001)
        if name not in exact:
            compared += error.numel()
            far += int((error > 0.01 * rate).sum())
    report.add(f"{group} after (share off by > lr/100)", "all parameters", far / compared, 0.01)


def flag_sets(golden: Golden, prefix: str) -> list[tuple[str, dict[str, bool]]]:
    """The combinations of normalisation flags that the folder holds."""
    found = {name.split("/")[2] for name in golden.info if name.startswith(prefix)}
    return [(text, {key: value == "1" for key, value in (pair.split("=") for pair in text.split(","))})
            for text in sorted(found)]


def transfers(golden: Golden, report: Report) -> None:
    """Normalisation under every combination of flags, and the videos, through the very functions that are timed."""
    inputs = golden.inputs()
    base = golden.folder.parent / "shapes-like"
    config = read_config(base / "config.yaml")

    synthetic = [{name: inputs[f"synth/{who}.{name}"][0] for name in ("mean", "var")} for who in ("driving", "source")]
    for text, flags in flag_sets(golden, "synth/kp_norm/"):
        for name, value in normalise(*synthetic, **flags).items():
            golden.compare(report, "transfer synthetic", f"synth/kp_norm/{text}/{name}", value[None])
    for text in golden.manifest["raises"]:
        flags = dict(pair.split("=") for pair in text.split(","))
        try:
            normalise(*synthetic, **{name: value == "1" for name, value in flags.items()})
            report.failures.append(f"transfer: {text} should be refused")
        except ValueError:
            report.count += 1

    runs = {"original": original_form(build(config, "original", base / "weights.safetensors"))}
    for batch in (1, 2):
        for label, options in VARIATIONS.items():
            model = build(config, "best", base / "weights.safetensors")
            runs[f"best {label} batch {batch}"] = best_form(model, batch, **options)
    for label, transfer in runs.items():
        for text, flags in flag_sets(golden, "transfer/kp_norm/"):
            if label == "original":
                out = transfer(inputs["source"], inputs["driving"], flags)
            else:
                out = transfer(inputs["source"][:, :, 0], inputs["driving"][0].transpose(0, 1), flags)
                for who in ("kp_source", "kp_driving", "kp_norm"):
                    out[who] = {name: value[None] for name, value in out[who].items()}
                out["prediction"] = out["prediction"].transpose(0, 1)[None]
            group = f"transfer {label}"
            for name in ("mean", "var"):
                golden.compare(report, group, f"transfer/kp_norm/{text}/{name}", out["kp_norm"][name])
                for who in ("kp_source", "kp_driving"):
                    golden.compare(report, group, f"transfer/{who}.{name}", out[who][name])
            golden.compare(report, group, f"transfer/video/{text}/video_prediction", out["prediction"])


def agreement(report: Report, path: Path) -> None:
    """Both forms of a whole configuration, full width, on one random transfer in float64: they must say the same."""
    config = read_config(path)
    weights = initial_weights(config, seed=3)
    # The flow starts at zero; move it.
    last = weights["generator.dense_motion_module.hourglass.decoder.conv.weight"]
    last.copy_(torch.randn(last.shape, generator=torch.Generator().manual_seed(4)) * 0.05)
    channels = config["model_params"]["common_params"]["num_channels"]
    source, driving = (random_video(count, 128, 128, channels, seed=count).double() for count in (1, 3))
    flags = config["transfer_params"]["normalization_params"]
    models: dict[str, Model] = {}
    for form in ("original", "best"):
        models[form] = Model(config, form)
        models[form].load(weights)
        models[form].double()
    expected = original_form(models["original"])(source[:, :, None], driving.transpose(0, 1)[None], flags)
    found = best_form(models["best"], 2)(source, driving, flags)
    for name in ("prediction", "deformed"):
        error = (found[name] - expected[name][0].transpose(0, 1)).abs().max().item()
        report.add(f"{path.name} original and best", name, error, 1e-9)


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the PyTorch peer against the original's golden values.")
    parser.add_argument("--golden", type=Path, required=True, help="the folder of golden values")
    parser.add_argument("--only", help="names of golden folders, comma-separated; else all model sets and transfer")
    parser.add_argument("--configs", type=Path, help="a folder of YAML configurations: both forms must agree on each")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    folders = sorted(path.parent for path in args.golden.glob("*/config.yaml") if (path.parent / "train.safetensors").exists())
    folders.append(args.golden / "transfer")
    if args.only:
        folders = [folder for folder in folders if folder.name in args.only.split(",")]
    if not folders:
        parser.error("no golden values found")

    report = Report(args.verbose)
    for folder in folders:
        golden = Golden(folder)
        if folder.name == "transfer":
            transfers(golden, report)
            continue
        config = read_config(folder / "config.yaml")
        weights = folder / "weights.safetensors"
        evaluation(golden, report, "original", "original", build(config, "original", weights))
        for label, options in VARIATIONS.items():
            model = build(config, "best", weights)
            best_form(model, 1, **options)
            evaluation(golden, report, "best", f"best {label}", model)
        for label, options in TRAININGS.items():
            training(golden, report, label, config, **options)

    for path in sorted(args.configs.glob("*.yaml")) if args.configs else []:
        agreement(report, path)

    print(f"{'group':78} worst error  of its tolerance")
    for group, (error, ratio) in report.worst.items():
        print(f"{group:78} {error:11.2e} {100 * ratio:8.1f} %")
    for failure in report.failures:
        print(f"OFF {failure}")
    print(f"{report.count} values compared, {len(report.failures)} off")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
