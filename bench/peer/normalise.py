"""Relative motion: driving keypoints moved onto the source, as the original's transfer does it."""
from __future__ import annotations

import torch
from torch import Tensor

from networks import Keypoints


def hull_area(points: Tensor) -> float:
    """Area of the convex hull of [K, 2] points, by Andrew's monotone chain."""
    ordered = sorted(tuple(point) for point in points.double().tolist())

    def chain(sequence: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for x, y in sequence:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    hull = chain(ordered) + chain(ordered[::-1])
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(hull, hull[1:] + hull[:1]))) / 2


def positive(matrices: Tensor) -> Tensor:
    """Symmetric part of [.., 2, 2] with eigenvalues <= 0 replaced by 1e-6."""
    values, vectors = torch.linalg.eigh((matrices + matrices.transpose(-1, -2)) / 2)
    values = torch.where(values <= 0, torch.full_like(values, 1e-6), values)
    return (vectors * values[..., None, :]) @ vectors.transpose(-1, -2)


def normalise(driving: Keypoints, source: Keypoints, *, movement_mult: bool = False, move_location: bool = False,
              adapt_variance: bool = False, clip_mean: bool = False) -> Keypoints:
    """Keypoints of T driving frames (`mean` [T, K, 2]) relative to one source (`mean` [1, K, 2])."""
    if clip_mean and not move_location:
        raise ValueError("clip_mean needs move_location")
    out = dict(driving)
    if move_location:
        movement = driving["mean"] - driving["mean"][:1]
        if movement_mult:
            movement = movement * (hull_area(source["mean"][0]) / hull_area(driving["mean"][0])) ** 0.5
        out["mean"] = movement + source["mean"]
    if clip_mean:
        out["mean"] = out["mean"].clamp(-1, 1)
    if adapt_variance and "var" in driving:
        out["var"] = positive(driving["var"] @ torch.linalg.inv(driving["var"][:1]) @ source["var"])
    return out
