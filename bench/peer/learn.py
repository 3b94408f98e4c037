"""Trains the peer on a folder of frame strips as the original does, so that quality can be held side by side.

    .venv/bin/python learn.py --config shapes.yaml --data shapes/train --out run --steps 1000 --seed 1 --threads 2

writes `losses.ndjson`, one line a step, and `step-N.safetensors` under the original's names and layouts. Pairs of
frames, flips and their order are the original's `FramesDataset`; crops, resizing and jitter are not done, so the
configuration must ask for none but a crop of the frames' own size.
"""
from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from model import build, parse_size, read_config
from train import Trainer
from transfer import keep_memory


def read_strip(path: Path, height: int, width: int) -> np.ndarray:
    """Frames [T, H, W, 3] in 0..1 of a picture that has them side by side."""
    pixels = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32) / 255
    if pixels.shape[0] != height or pixels.shape[1] % width:
        raise ValueError(f"{path}: {pixels.shape[1]}x{pixels.shape[0]} is not a strip of {width}x{height} frames")
    return np.moveaxis(pixels.reshape(height, -1, width, 3), 1, 0)


def pair(frames: np.ndarray, flips: dict[str, Any], random: np.random.Generator) -> np.ndarray:
    """Two frames drawn with replacement, in order; a flip in time excludes a flip left to right."""
    chosen = frames[np.sort(random.choice(len(frames), size=2, replace=True))]
    if random.random() < 0.5 and flips.get("time_flip"):
        return chosen[::-1]
    if random.random() < 0.5 and flips.get("horizontal_flip"):
        return chosen[:, :, ::-1]
    return chosen


def batches(files: list[Path], size: tuple[int, int], batch: int, flips: dict[str, Any],
            seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Source and driving pictures [B, C, H, W], epoch after epoch, each in a new order, incomplete batches left out."""
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(len(files))
        for start in range(0, len(order) - batch + 1, batch):
            pairs = np.stack([pair(read_strip(files[i], *size), flips, random) for i in order[start:start + batch]])
            source, driving = torch.from_numpy(np.ascontiguousarray(pairs.transpose(1, 0, 4, 2, 3)))
            yield source, driving


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the PyTorch peer on a folder of strips.")
    parser.add_argument("--config", required=True, help="one of the original's YAML configurations")
    parser.add_argument("--data", required=True, help="a folder of pictures with the frames side by side")
    parser.add_argument("--out", required=True)
    parser.add_argument("--size", default="64x64", help="HxW of a frame")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--every", type=int, default=200, help="steps between checkpoints")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    keep_memory()
    config = read_config(args.config)
    params = config["train_params"]
    files = sorted(path for path in Path(args.data).iterdir() if path.is_file())
    flips = config["dataset_params"]["augmentation_params"].get("flip_param") or {}
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(build(config, "best", None, args.seed))
    pictures = batches(files, parse_size(args.size), params["batch_size"], flips, args.seed)
    with open(out / "losses.ndjson", "w", encoding="utf-8") as log:
        for step in range(1, args.steps + 1):
            source, driving = next(pictures)
            start = time.perf_counter()
            result = trainer.iteration(source, driving)
            losses = {name: value.mean().item() for name, value in result.losses.items()}
            log.write(json.dumps({"step": step, "losses": losses,
                                  "seconds": round(time.perf_counter() - start, 4)}) + "\n")
            log.flush()
            if step % args.every == 0 or step == args.steps:
                save_file(trainer.model.weights(), out / f"step-{step}.safetensors")


if __name__ == "__main__":
    main()
