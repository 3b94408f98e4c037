"""Motion transfer with the peer, in the original's form or PyTorch's best, and its speed.

    .venv/bin/python transfer.py --config moving-gif.yaml --size 128x128 --frames 32 --form best --threads 2

prints one line of JSON. Weights and pictures are random with fixed seeds: speed does not depend on values.
"""
from __future__ import annotations

import argparse
import ctypes
import json
import resource
import statistics
import time
from pathlib import Path
from typing import Any, Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from blocks import fold_batch_norms
from model import Model, build, parse_size, read_config
from networks import Keypoints
from normalise import normalise

Result = dict[str, Any]
Transfer = Callable[[Tensor, Tensor, dict[str, Any]], Result]


def joined(parts: list[dict[str, Tensor]], dim: int) -> dict[str, Tensor]:
    return {name: torch.cat([part[name] for part in parts], dim=dim) for name in parts[0]}


def original_form(model: Model) -> Transfer:
    """Frame by frame, 3-D layers, source picture encoded again for every frame, under `no_grad`."""
    model.eval()

    def transfer(source: Tensor, driving: Tensor, flags: dict[str, Any]) -> Result:
        """source [1, C, 1, H, W], driving [1, C, T, H, W]."""
        with torch.no_grad():
            frames = range(driving.shape[2])
            kp_driving = joined([model.kp_detector(driving[:, :, t:t + 1]) for t in frames], dim=1)
            kp_source = model.kp_detector(source)
            relative = normalise({name: value[0] for name, value in kp_driving.items()},
                                 {name: value[0] for name, value in kp_source.items()}, **flags)
            kp_norm = {name: value[None] for name, value in relative.items()}
            parts = []
            for t in frames:
                kp_frame = {name: value[:, t:t + 1] for name, value in kp_norm.items()}
                out = model.generator(source, kp_source, kp_frame)
                parts.append({name: out[name] for name in ("prediction", "deformed")})
            return {**joined(parts, dim=2), "kp_source": kp_source, "kp_driving": kp_driving, "kp_norm": kp_norm}

    return transfer


def best_form(model: Model, batch: int, *, fold: bool = True, channels_last: bool = True, encode_once: bool = True,
              compiled: bool = False) -> Transfer:
    """Frames in batches, 2-D layers, inference mode; see README.md for what was chosen and why.

    With `encode_once`, what depends on the source alone is computed once a video, else for every frame as the
    original does. Changes `model` when `fold` is set.
    """
    model.eval()
    if fold:
        fold_batch_norms(model)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model.to(memory_format=layout)
    model.generator.use_layout(layout)
    detect, encode, render = model.kp_detector.forward, model.generator.encode, model.generator.render
    if compiled:
        detect, render = torch.compile(detect, dynamic=False), torch.compile(render, dynamic=False)

    def transfer(source: Tensor, driving: Tensor, flags: dict[str, Any]) -> Result:
        """source [1, C, H, W], driving [T, C, H, W]."""
        with torch.inference_mode():
            source = source.contiguous(memory_format=layout)
            batches = [part.contiguous(memory_format=layout) for part in driving.split(batch)]
            kp_source = model.kp_detector(source)
            kp_driving = joined([detect(part) for part in batches], dim=0)
            kp_norm = normalise(kp_driving, kp_source, **flags)
            encoded = encode(source, kp_source) if encode_once else None
            parts = []
            for start in range(0, driving.shape[0], batch):
                kp_frames = {name: value[start:start + batch] for name, value in kp_norm.items()}
                count = kp_frames["mean"].shape[0]
                out = render(encoded or encode(repeated(source, count), {
                    name: repeated(value, count) for name, value in kp_source.items()}), kp_frames)
                parts.append({name: out[name] for name in ("prediction", "deformed")})
            return {**joined(parts, dim=0), "kp_source": kp_source, "kp_driving": kp_driving, "kp_norm": kp_norm}

    return transfer


def repeated(value: Tensor, count: int) -> Tensor:
    """[1, ..] -> [count, ..], in the same memory layout."""
    return value.repeat(count, *[1] * (value.dim() - 1))


def keep_memory() -> bool:
    """Makes glibc's allocator keep freed memory instead of giving every large block back to the system.

    Without it each feature map is mapped, zeroed by the kernel page by page and unmapped again. PyTorch's tuning guide
    advises another allocator (jemalloc, tcmalloc) for the same reason. False where there is no glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    trim_threshold, top_pad, mmap_max = -1, -2, -4
    return bool(mallopt(mmap_max, 0) and mallopt(trim_threshold, 2 ** 31 - 1) and mallopt(top_pad, 2 ** 26))


def peak_rss_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def random_video(frames: int, height: int, width: int, channels: int, seed: int) -> Tensor:
    """Smooth random frames in [0, 1]: [frames, channels, height, width]."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand(frames, channels, max(2, height // 8), max(2, width // 8), generator=random)
    return F.interpolate(coarse, size=(height, width), mode="bilinear")


def measure(transfer: Transfer, source: Tensor, driving: Tensor, flags: dict[str, Any], repeat: int) -> list[float]:
    """Seconds of each of `repeat` runs, after one that is not counted."""
    seconds = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        transfer(source, driving, flags)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of motion transfer with the PyTorch peer, as one line of JSON.")
    parser.add_argument("--config", required=True, help="one of the original's YAML configurations")
    parser.add_argument("--size", required=True, help="HxW")
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--form", choices=["original", "best"], default="best")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="runs that count; one more warms up")
    parser.add_argument("--batch", default="8", help="frames in a batch (best form); of several, as 4,8,16, the fastest counts")
    parser.add_argument("--weights", help="safetensors under the original's names; else initial weights")
    parser.add_argument("--no-fold", action="store_true", help="keep batch norms (best form)")
    parser.add_argument("--contiguous", action="store_true", help="channels first (best form)")
    parser.add_argument("--encode-every-frame", action="store_true", help="encode the source for every frame (best form)")
    parser.add_argument("--default-malloc", action="store_true", help="leave the allocator as it is (best form)")
    parser.add_argument("--compile", action="store_true", help="torch.compile (best form; needs a C++ compiler)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    config = read_config(args.config)
    height, width = parse_size(args.size)
    channels = config["model_params"]["common_params"]["num_channels"]
    source = random_video(1, height, width, channels, seed=1)
    driving = random_video(args.frames, height, width, channels, seed=2)
    flags = config["transfer_params"]["normalization_params"]
    runs: dict[int, list[float]] = {}
    kept = False
    if args.form == "original":
        transfer = original_form(build(config, "original", args.weights))
        runs[1] = measure(transfer, source[:, :, None], driving.transpose(0, 1)[None].contiguous(), flags, args.repeat)
    else:
        kept = not args.default_malloc and keep_memory()
        for batch in sorted({min(int(part), args.frames) for part in args.batch.split(",")}):
            transfer = best_form(build(config, "best", args.weights), batch, fold=not args.no_fold,
                                 channels_last=not args.contiguous, encode_once=not args.encode_every_frame,
                                 compiled=args.compile)
            runs[batch] = measure(transfer, source, driving, flags, args.repeat)
    rates = {batch: round(args.frames / statistics.median(seconds), 3) for batch, seconds in runs.items()}
    batch = max(rates, key=rates.__getitem__)
    print(json.dumps({
        "form": args.form, "config": Path(args.config).name, "size": [height, width], "frames": args.frames,
        "threads": args.threads, "frames_per_second": rates[batch],
        "seconds": [round(second, 4) for second in runs[batch]], "batch": batch, "peak_rss_mb": peak_rss_mb(),
        "torch": torch.__version__, "by_batch": rates, "options": None if args.form == "original" else {
            "fold": not args.no_fold, "channels_last": not args.contiguous, "compiled": args.compile,
            "encode_once": not args.encode_every_frame, "keeps_memory": kept}}))


if __name__ == "__main__":
    main()
