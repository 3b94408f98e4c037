"""The networks in the original's form: video tensors [N, C, D, H, W] and 3-D layers, one frame at a time.

This is the program that Monkey-Net's published code amounts to, written again for today's PyTorch and operation by
operation as costly: the depth axis, Gaussians through 2x2 matrices at every pixel, coordinate grids and pictures
repeated in memory, the source encoded again for every frame and warped twice. It is what `--form original` measures.

Keypoints are dicts: `mean` [N, D, K, 2] and `var` [N, D, K, 2, 2] (`matrix`), [N, D, K, 1, 1] (`single`) or absent.
"""
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import ConvNormRelu, Decoder, Encoder, Hourglass, PatchCritic, deep, refinement
from networks import Keypoints, Variance, grid, smallest_singular


def scaled(video: Tensor, factor: float) -> Tensor:
    """Nearest resizing of [N, C, D, H, W] in height and width to floor(side * factor)."""
    if factor == 1:
        return video
    depth, height, width = video.shape[2:]
    return F.interpolate(video, size=(depth, int(height * factor), int(width * factor)), mode="nearest")


def heatmap_to_keypoints(heatmap: Tensor, variance: Variance, clip: float | None) -> Keypoints:
    """Mean and variance of [N, K, D, h, w], through one 2x2 matrix for every pixel."""
    weights = heatmap[..., None] + 1e-7
    positions = grid(*heatmap.shape[3:], heatmap)[None, None, None]
    mean = (weights * positions).sum(dim=(3, 4))
    keypoints = {"mean": mean.transpose(1, 2)}
    centred = positions - mean[:, :, :, None, None]
    if variance == "matrix":
        var = (centred[..., None] @ centred[..., None, :]) * weights[..., None]
        var = var.sum(dim=(3, 4)).transpose(1, 2)
        if clip:
            singular = smallest_singular(var)
            var = torch.clamp(singular, min=clip) * var / singular
        keypoints["var"] = var
    elif variance == "single":
        var = (centred ** 2 * weights).sum(dim=(3, 4)).mean(dim=-1)
        keypoints["var"] = var.transpose(1, 2)[..., None, None]
    return keypoints


def keypoints_to_heatmap(keypoints: Keypoints, size: torch.Size, variance: Variance) -> Tensor:
    """Gaussians with peak 1: [N, D, K, h, w], the exponent by two matrix products for every pixel."""
    mean = keypoints["mean"]
    positions = grid(*size, mean).repeat(*mean.shape[:3], 1, 1, 1)
    centred = positions - mean[:, :, :, None, None]
    if variance == "matrix":
        var = keypoints["var"]
        inverse = torch.linalg.solve(var, torch.eye(2, dtype=var.dtype).expand_as(var))[:, :, :, None, None]
        exponent = (centred[..., None, :] @ inverse @ centred[..., None])[..., 0, 0]
        return torch.exp(-0.5 * exponent)
    spread = keypoints["var"] if variance == "single" else variance
    return torch.exp(-0.5 * (centred ** 2).sum(-1) / spread)


class KeypointDetector(nn.Module):
    """Video [N, C, D, H, W] to keypoints."""

    def __init__(self, *, num_kp: int, kp_variance: Variance, num_channels: int, block_expansion: int,
                 max_features: int, num_blocks: int, temperature: float, scale_factor: float = 1,
                 clip_variance: float | None = None):
        super().__init__()
        self.predictor = Hourglass(deep, block_expansion, num_channels, num_kp, num_blocks, max_features)
        self.temperature, self.variance = temperature, kp_variance
        self.scale_factor, self.clip_variance = scale_factor, clip_variance

    def forward(self, video: Tensor) -> Keypoints:
        logits = self.predictor(scaled(video, self.scale_factor))
        heatmap = F.softmax(logits.flatten(3) / self.temperature, dim=3).view(logits.shape)
        return heatmap_to_keypoints(heatmap, self.variance, self.clip_variance)


class MovementEmbedding(nn.Module):
    """Keypoint movement as channels [N, out_channels, D, h, w], interleaved per keypoint, background first."""

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
        return heatmap / (heatmap.sum(dim=(3, 4), keepdim=True) if self.norm_const == "sum" else self.norm_const)

    def with_background(self, x: Tensor) -> Tensor:
        """[N, D, K, ..] -> [N, D, K + 1, ..] with zeros in front."""
        return torch.cat([torch.zeros_like(x[:, :, :1]), x], dim=2) if self.background else x

    def forward(self, source: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> Tensor:
        source = scaled(source, self.scale_factor)
        size = source.shape[3:]
        parts = []
        if self.heatmap:
            heatmap = self.heatmaps(kp_driving, size)
            if self.relative:
                heatmap = heatmap - self.heatmaps(kp_source, size)
            parts.append(self.with_background(heatmap)[:, :, :, None])
        if self.difference or self.deformed:
            movement = self.with_background(kp_source["mean"] - kp_driving["mean"])
            samples, depth, points = movement.shape[:3]
            planes = movement[..., None, None].repeat(1, 1, 1, 1, *size)
            if self.difference:
                parts.append(planes)
            if self.deformed:
                pictures = source[:, None, None].repeat(1, depth, points, 1, 1, 1, 1)
                pictures = pictures.view(samples * depth * points, -1, *size)
                positions = planes.view(samples * depth * points, 2, *size).permute(0, 2, 3, 1) + grid(*size, source)
                warped = F.grid_sample(pictures, positions, align_corners=True)
                parts.append(warped.view(samples, depth, points, -1, *size))
        return torch.cat(parts, dim=3).flatten(2, 3).transpose(1, 2)


class DenseMotion(nn.Module):
    """Keypoint movement to absolute sampling positions [N, D, h, w, 3], z = 0."""

    def __init__(self, *, num_kp: int, kp_variance: Variance, num_channels: int, block_expansion: int,
                 num_blocks: int, max_features: int, mask_embedding_params: dict[str, Any], use_correction: bool,
                 use_mask: bool, bg_init: float = 2, num_group_blocks: int = 0, scale_factor: float = 1):
        super().__init__()
        common = {"num_kp": num_kp, "kp_variance": kp_variance, "num_channels": num_channels,
                  "add_bg_feature_map": True}
        self.mask_embedding = MovementEmbedding(**common, **mask_embedding_params)
        self.difference_embedding = MovementEmbedding(**common, use_heatmap=False, use_difference=True)
        channels = self.mask_embedding.out_channels
        self.group_blocks = nn.ModuleList(
            ConvNormRelu(deep, channels, channels, kernel=1, groups=num_kp + 1) for _ in range(num_group_blocks))
        self.hourglass = Hourglass(deep, block_expansion, channels,
                                   (num_kp + 1) * use_mask + 2 * use_correction, num_blocks, max_features)
        self.points, self.use_mask, self.use_correction = num_kp, use_mask, use_correction
        self.scale_factor, self.bg_init = scale_factor, bg_init

    def forward(self, source: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> Tensor:
        source = scaled(source, self.scale_factor)
        x = self.mask_embedding(source, kp_source, kp_driving)
        for block in self.group_blocks:
            x = F.leaky_relu(block(x), 0.2)
        x = self.hourglass(x)
        relative: Tensor | float = 0
        if self.use_mask:
            mask = F.softmax(x[:, :self.points + 1], dim=1)[:, :, None]
            movement = self.difference_embedding(source, kp_source, kp_driving)
            relative = (movement.unflatten(1, (self.points + 1, 2)) * mask).sum(dim=1)
        if self.use_correction:
            relative = relative + x[:, -2:]
        positions = relative.permute(0, 2, 3, 4, 1) + grid(*x.shape[3:], x)
        return torch.cat([positions, torch.zeros_like(positions[..., :1])], dim=-1)


class Generator(nn.Module):
    """Source [N, C, 1, H, W] and keypoints of D driving frames to D predicted and D merely deformed frames."""

    def __init__(self, *, num_channels: int, num_kp: int, kp_variance: Variance, block_expansion: int,
                 max_features: int, num_blocks: int, num_refinement_blocks: int,
                 dense_motion_params: dict[str, Any] | None = None,
                 kp_embedding_params: dict[str, Any] | None = None, interpolation_mode: str = "nearest"):
        super().__init__()
        common = {"num_kp": num_kp, "kp_variance": kp_variance, "num_channels": num_channels}
        self.appearance_encoder = Encoder(deep, block_expansion, num_channels, num_blocks, max_features)
        self.kp_embedding_module = MovementEmbedding(**common, **kp_embedding_params) if kp_embedding_params else None
        self.dense_motion_module = DenseMotion(**common, **dense_motion_params) if dense_motion_params else None
        extra = self.kp_embedding_module.out_channels if self.kp_embedding_module else 0
        self.video_decoder = Decoder(deep, block_expansion, num_channels, None, num_blocks, max_features, extra)
        self.refinement_module = refinement(deep, block_expansion + num_channels + extra, num_refinement_blocks,
                                            num_channels)
        self.interpolation_mode = interpolation_mode

    def positions(self, source: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> Tensor:
        if self.dense_motion_module is not None:
            return self.dense_motion_module(source, kp_source, kp_driving)
        plane = F.pad(grid(*source.shape[3:], source), (0, 1))
        return plane.repeat(*kp_driving["mean"].shape[:2], 1, 1, 1)

    def warped(self, picture: Tensor, positions: Tensor) -> Tensor:
        """[N, C, 1, H, W] sampled at positions [N, D, h, w, 3] resized to H, W: [N, C, D, H, W]."""
        size = (positions.shape[1], *picture.shape[3:])
        resized = F.interpolate(positions.permute(0, 4, 1, 2, 3), size=size, mode=self.interpolation_mode)
        return F.grid_sample(picture, resized.permute(0, 2, 3, 4, 1), align_corners=True)

    def forward(self, source: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> dict[str, Tensor]:
        levels = self.appearance_encoder(source)
        positions = self.positions(source, kp_source, kp_driving)
        skips = [self.warped(level, positions) for level in levels]
        if self.kp_embedding_module is not None:
            depth = kp_driving["mean"].shape[1]
            movement = self.kp_embedding_module(source, kp_source, kp_driving)
            planes = [F.interpolate(movement, size=(depth, *level.shape[3:]), mode=self.interpolation_mode)
                      for level in levels]
            skips = [torch.cat(pair, dim=1) for pair in zip(skips, planes)]
        deformed = self.warped(source, positions)
        prediction = torch.sigmoid(self.refinement_module(self.video_decoder(skips)))
        return {"prediction": prediction, "deformed": deformed, "flow": positions}


class Discriminator(PatchCritic):
    """Video [N, C, D, H, W] and keypoints to the list of maps: the video itself, every block, the scores."""

    def __init__(self, *, num_channels: int, num_kp: int, kp_variance: Variance, block_expansion: int,
                 num_blocks: int, max_features: int, scale_factor: float = 1,
                 kp_embedding_params: dict[str, Any] | None = None):
        embedding = None
        if kp_embedding_params:
            embedding = MovementEmbedding(num_kp=num_kp, kp_variance=kp_variance, num_channels=num_channels,
                                          **kp_embedding_params)
        extra = embedding.out_channels if embedding else 0
        super().__init__(deep, num_channels + extra, block_expansion, num_blocks, max_features)
        self.kp_embedding, self.scale_factor = embedding, scale_factor

    def forward(self, video: Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> list[Tensor]:
        x = scaled(video, self.scale_factor)
        if self.kp_embedding is not None:
            x = torch.cat([x, self.kp_embedding(x, kp_source, kp_driving)], dim=1)
        return [video, *self.trunk(x)]
