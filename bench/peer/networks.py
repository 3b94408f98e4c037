"""The networks as plain 2-D modules: frames are batch items, [B, C, H, W].

Parameter names are the original's (with 3-D kernels squeezed), the arithmetic is the same; what differs from
`original.py` is what a PyTorch user would do for speed: no depth axis, Gaussians and sums in closed form without
per-pixel 2x2 matrices, and everything that depends on the source picture alone computed once in `encode`.

A keypoint set is a dict: `mean` [B, K, 2] in (x, y) within [-1, 1], and `var` [B, K, 2, 2] (variance `matrix`),
[B, K, 1, 1] (`single`) or absent (a constant). A source batch S is 1 (one picture for all frames) or B.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import ConvNormRelu, Decoder, Encoder, Hourglass, PatchCritic, flat, refinement

Keypoints = dict[str, Tensor]
Variance = str | float


def axis(size: int, like: Tensor) -> Tensor:
    """Pixel centres of one axis in [-1, 1], corners aligned: [size]."""
    return 2 * torch.arange(size, dtype=like.dtype, device=like.device) / (size - 1) - 1


def grid(height: int, width: int, like: Tensor) -> Tensor:
    """Sampling positions (x, y) of every pixel: [height, width, 2]."""
    y, x = torch.meshgrid(axis(height, like), axis(width, like), indexing="ij")
    return torch.stack([x, y], dim=-1)


def scaled(x: Tensor, factor: float) -> Tensor:
    """Nearest resizing of [B, C, H, W] to floor(H factor), floor(W factor); source index floor(dst in / out)."""
    if factor == 1:
        return x
    return F.interpolate(x, size=[int(side * factor) for side in x.shape[2:]], mode="nearest")


def resized(x: Tensor, size: torch.Size, mode: str) -> Tensor:
    """[B, C, h, w] resized to `size`; the original's `trilinear` is bilinear in the plane."""
    if x.shape[2:] == size:
        return x
    return F.interpolate(x, size=size, mode="bilinear" if mode == "trilinear" else mode)


def warp(image: Tensor, positions: Tensor) -> Tensor:
    """Bilinear sampling of [S, C, H, W] at [B, h, w, 2], zeros outside; an S of 1 is shared by all of B."""
    if image.shape[0] != positions.shape[0]:
        image = image.expand(positions.shape[0], -1, -1, -1)
    return F.grid_sample(image, positions, mode="bilinear", padding_mode="zeros", align_corners=True)


def smallest_singular(m: Tensor) -> Tensor:
    """Smallest singular value of 2x2 matrices: [.., 2, 2] -> [.., 1, 1]."""
    a, b, c, d = m[..., 0, 0], m[..., 0, 1], m[..., 1, 0], m[..., 1, 1]
    total = a ** 2 + b ** 2 + c ** 2 + d ** 2
    gap = torch.sqrt((a ** 2 + b ** 2 - c ** 2 - d ** 2) ** 2 + 4 * (a * c + b * d) ** 2)
    return torch.sqrt((total - gap) / 2)[..., None, None]


def heatmap_to_keypoints(heatmap: Tensor, variance: Variance, clip: float | None) -> Keypoints:
    """Mean and variance of heatmaps [B, K, h, w]; 1e-7 is added to them, nothing is renormalised."""
    height, width = heatmap.shape[2:]
    weights = heatmap.flatten(2) + 1e-7
    positions = grid(height, width, heatmap).view(-1, 2)
    mean = weights @ positions
    keypoints = {"mean": mean}
    if variance not in ("matrix", "single"):
        return keypoints
    centred = positions - mean[:, :, None]
    var = (centred * weights[..., None]).transpose(-1, -2) @ centred
    if variance == "single":
        keypoints["var"] = torch.diagonal(var, dim1=-2, dim2=-1).mean(-1)[..., None, None]
        return keypoints
    if clip:
        singular = smallest_singular(var)
        var = torch.clamp(singular, min=clip) * var / singular
    keypoints["var"] = var
    return keypoints


def keypoints_to_heatmap(keypoints: Keypoints, size: torch.Size, variance: Variance) -> Tensor:
    """Gaussians with peak 1 around the keypoints: [B, K, h, w]."""
    mean = keypoints["mean"]
    dx = (axis(size[1], mean) - mean[..., :1])[:, :, None, :]
    dy = (axis(size[0], mean) - mean[..., 1:])[:, :, :, None]
    if variance != "matrix":
        spread = keypoints["var"] if variance == "single" else variance
        return torch.exp(-0.5 * (dx ** 2 + dy ** 2) / spread)
    a, b, c, d = (entry[..., None, None] for entry in keypoints["var"].flatten(-2).unbind(-1))
    scale = -0.5 / (a * d - b * c)
    # Inverse of [[a, b], [c, d]] is [[d, -b], [-c, a]] / determinant.
    return torch.exp(scale * d * dx ** 2 + (scale * a * dy - scale * (b + c) * dx) * dy)


class KeypointDetector(nn.Module):
    """Frames [B, C, H, W] to keypoints."""

    def __init__(self, *, num_kp: int, kp_variance: Variance, num_channels: int, block_expansion: int,
                 max_features: int, num_blocks: int, temperature: float, scale_factor: float = 1,
                 clip_variance: float | None = None):
        super().__init__()
        self.predictor = Hourglass(flat, block_expansion, num_channels, num_kp, num_blocks, max_features)
        self.temperature, self.variance = temperature, kp_variance
        self.scale_factor, self.clip_variance = scale_factor, clip_variance

    def forward(self, frames: Tensor) -> Keypoints:
        logits = self.predictor(scaled(frames, self.scale_factor))
        heatmap = F.softmax(logits.flatten(2) / self.temperature, dim=-1).view(logits.shape)
        return heatmap_to_keypoints(heatmap, self.variance, self.clip_variance)


@dataclass
class EmbeddedSource:
    """What a movement embedding needs of the source: picture [S, C, h, w], means, heatmap [S, K, h, w] or None."""

    picture: Tensor
    mean: Tensor
    heatmap: Tensor | None


class MovementEmbedding(nn.Module):
    """Keypoint movement as channels, interleaved per keypoint: [heatmap, dx, dy, r, g, b], background first."""

    def __init__(self, *, num_kp: int, kp_variance: Variance, num_channels: int, use_heatmap: bool = True,
                 use_difference: bool = False, use_deformed_source_image: bool = False,
                 add_bg_feature_map: bool = False, heatmap_type: str = "gaussian", norm_const: str | float = "sum",
                 scale_factor: float = 1):
        super().__init__()
        self.out_channels = (num_kp + add_bg_feature_map) * (
            use_heatmap + 2 * use_difference + num_channels * use_deformed_source_image)
        self.variance = kp_variance
        self.heatmap, self.difference, self.deformed = use_heatmap, use_difference, use_deformed_source_image
        self.background, self.relative = add_bg_feature_map, heatmap_type == "difference"
        self.norm_const, self.scale_factor = norm_const, scale_factor

    def heatmaps(self, keypoints: Keypoints, size: torch.Size) -> Tensor:
        heatmap = keypoints_to_heatmap(keypoints, size, self.variance)
        return heatmap / (heatmap.sum(dim=(2, 3), keepdim=True) if self.norm_const == "sum" else self.norm_const)

    def prepare(self, source: Tensor, kp_source: Keypoints) -> EmbeddedSource:
        """The part that depends on the source alone."""
        picture = scaled(source, self.scale_factor)
        heatmap = self.heatmaps(kp_source, picture.shape[2:]) if self.heatmap and self.relative else None
        return EmbeddedSource(picture, kp_source["mean"], heatmap)

    def forward(self, source: EmbeddedSource, kp_driving: Keypoints) -> Tensor:
        """Embedding of B driving frames: [B, out_channels, h, w]."""
        batch, points = kp_driving["mean"].shape[:2]
        size = source.picture.shape[2:]
        padding = (0, 0, 1, 0) if self.background else (0, 0, 0, 0)
        parts = []
        if self.heatmap:
            heatmap = self.heatmaps(kp_driving, size)
            if source.heatmap is not None:
                heatmap = heatmap - source.heatmap
            parts.append(F.pad(heatmap[:, :, None], (0, 0, 0, 0, 0, 0, int(self.background), 0)))
        if self.difference or self.deformed:
            movement = F.pad(source.mean - kp_driving["mean"], padding)
            count = points + int(self.background)
            if self.difference:
                parts.append(movement[..., None, None].expand(-1, -1, -1, *size))
            if self.deformed:
                positions = grid(*size, movement) + movement.reshape(batch * count, 1, 1, 2)
                picture = source.picture
                if picture.shape[0] != 1:
                    picture = picture.repeat_interleave(count, dim=0)
                parts.append(warp(picture, positions).view(batch, count, -1, *size))
        return torch.cat(parts, dim=2).flatten(1, 2)


class DenseMotion(nn.Module):
    """Keypoint movement to a flow field; absolute sampling positions [B, h, w, 2]."""

    def __init__(self, *, num_kp: int, kp_variance: Variance, num_channels: int, block_expansion: int,
                 num_blocks: int, max_features: int, mask_embedding_params: dict[str, Any], use_correction: bool,
                 use_mask: bool, bg_init: float = 2, num_group_blocks: int = 0, scale_factor: float = 1):
        super().__init__()
        self.mask_embedding = MovementEmbedding(num_kp=num_kp, kp_variance=kp_variance, num_channels=num_channels,
                                                add_bg_feature_map=True, **mask_embedding_params)
        channels = self.mask_embedding.out_channels
        self.group_blocks = nn.ModuleList(
            ConvNormRelu(flat, channels, channels, kernel=1, groups=num_kp + 1) for _ in range(num_group_blocks))
        self.hourglass = Hourglass(flat, block_expansion, channels,
                                   (num_kp + 1) * use_mask + 2 * use_correction, num_blocks, max_features)
        self.points, self.use_mask, self.use_correction = num_kp, use_mask, use_correction
        self.scale_factor, self.bg_init = scale_factor, bg_init

    def prepare(self, source: Tensor, kp_source: Keypoints) -> EmbeddedSource:
        return self.mask_embedding.prepare(scaled(source, self.scale_factor), kp_source)

    def forward(self, source: EmbeddedSource, kp_driving: Keypoints) -> Tensor:
        x = self.mask_embedding(source, kp_driving)
        for block in self.group_blocks:
            x = block(x)  # the original's leaky ReLU after this ReLU changes nothing
        x = self.hourglass(x)
        height, width = x.shape[2:]
        flow = grid(height, width, x)
        if self.use_mask:
            # The difference of a keypoint is the same at every pixel and zero for the background (channel 0).
            mask = F.softmax(x[:, :self.points + 1], dim=1)[:, 1:].flatten(2)
            movement = source.mean - kp_driving["mean"]
            flow = flow + (mask.transpose(1, 2) @ movement).view(-1, height, width, 2)
        if self.use_correction:
            flow = flow + x[:, -2:].permute(0, 2, 3, 1)
        return flow


@dataclass
class EncodedSource:
    """Everything of the generator that depends on the source picture alone."""

    skips: list[Tensor]
    motion: EmbeddedSource | None
    movement: EmbeddedSource | None


class Generator(nn.Module):
    """Source picture and keypoints to the predicted and the merely deformed frame."""

    def __init__(self, *, num_channels: int, num_kp: int, kp_variance: Variance, block_expansion: int,
                 max_features: int, num_blocks: int, num_refinement_blocks: int,
                 dense_motion_params: dict[str, Any] | None = None,
                 kp_embedding_params: dict[str, Any] | None = None, interpolation_mode: str = "nearest"):
        super().__init__()
        common = {"num_kp": num_kp, "kp_variance": kp_variance, "num_channels": num_channels}
        self.appearance_encoder = Encoder(flat, block_expansion, num_channels, num_blocks, max_features)
        self.kp_embedding_module = MovementEmbedding(**common, **kp_embedding_params) if kp_embedding_params else None
        self.dense_motion_module = DenseMotion(**common, **dense_motion_params) if dense_motion_params else None
        extra = self.kp_embedding_module.out_channels if self.kp_embedding_module else 0
        self.video_decoder = Decoder(flat, block_expansion, num_channels, None, num_blocks, max_features, extra)
        self.refinement_module = refinement(flat, block_expansion + num_channels + extra, num_refinement_blocks,
                                            num_channels)
        self.interpolation_mode = interpolation_mode
        self.layout = torch.contiguous_format

    def use_layout(self, layout: torch.memory_format) -> None:
        """Memory layout of weights and feature maps: channels last or first."""
        self.layout = layout
        self.to(memory_format=layout)

    def encode(self, source: Tensor, kp_source: Keypoints) -> EncodedSource:
        """Source [S, C, H, W] to its features."""
        motion, movement = self.dense_motion_module, self.kp_embedding_module
        return EncodedSource(
            skips=self.appearance_encoder(source),
            motion=motion.prepare(source, kp_source) if motion else None,
            movement=movement.prepare(source, kp_source) if movement else None)

    def render(self, source: EncodedSource, kp_driving: Keypoints) -> dict[str, Tensor]:
        """B driving keypoint sets to `prediction` and `deformed` [B, C, H, W] and `flow` [B, h, w, 2]."""
        batch = kp_driving["mean"].shape[0]
        if self.dense_motion_module is not None and source.motion is not None:
            flow = self.dense_motion_module(source.motion, kp_driving)
        else:
            flow = grid(*source.skips[0].shape[2:], source.skips[0]).expand(batch, -1, -1, -1)
        planes = flow.permute(0, 3, 1, 2)
        movement = None
        if self.kp_embedding_module is not None and source.movement is not None:
            movement = self.kp_embedding_module(source.movement, kp_driving)
        # Sampling gives channels first whatever it is given, and mixed layouts cost a copy at every convolution.
        skips, deformed = [], None
        for skip in source.skips:
            size = skip.shape[2:]
            warped = warp(skip, resized(planes, size, self.interpolation_mode).permute(0, 2, 3, 1))
            deformed = warped if deformed is None else deformed
            if movement is not None:
                warped = torch.cat([warped, resized(movement, size, self.interpolation_mode)], dim=1)
            skips.append(warped.contiguous(memory_format=self.layout))
        prediction = torch.sigmoid(self.refinement_module(self.video_decoder(skips)))
        return {"prediction": prediction, "deformed": deformed, "flow": flow}

    def forward(self, source: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> dict[str, Tensor]:
        return self.render(self.encode(source, kp_source), kp_driving)


class Discriminator(PatchCritic):
    """Frames [B, C, H, W] and keypoints to the list of maps: the frames themselves, every block, the scores."""

    def __init__(self, *, num_channels: int, num_kp: int, kp_variance: Variance, block_expansion: int,
                 num_blocks: int, max_features: int, scale_factor: float = 1,
                 kp_embedding_params: dict[str, Any] | None = None):
        embedding = None
        if kp_embedding_params:
            embedding = MovementEmbedding(num_kp=num_kp, kp_variance=kp_variance, num_channels=num_channels,
                                          **kp_embedding_params)
        extra = embedding.out_channels if embedding else 0
        super().__init__(flat, num_channels + extra, block_expansion, num_blocks, max_features)
        self.kp_embedding, self.scale_factor = embedding, scale_factor

    def forward(self, frames: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> list[Tensor]:
        x = scaled(frames, self.scale_factor)
        if self.kp_embedding is not None:
            x = torch.cat([x, self.kp_embedding(self.kp_embedding.prepare(x, kp_source), kp_driving)], dim=1)
        return [frames, *self.trunk(x)]
