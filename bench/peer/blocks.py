"""Convolutional blocks that both forms of the networks are built from.

`Space` chooses the form: `flat` makes 2-D layers for tensors [B, C, H, W], where frames are batch items; `deep` makes
the original's 3-D layers with kernels (1, k, k) for tensors [N, C, D, H, W]. Attribute names follow the original's
checkpoints, so one set of weights fits both.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


@dataclass(frozen=True)
class Space:
    """The layers of one form; `deep` adds a depth axis of extent 1 to every kernel."""

    deep: bool

    def per_axis(self, depth: int, plane: int) -> tuple[int, ...]:
        return (depth, plane, plane) if self.deep else (plane, plane)

    def conv(self, inputs: int, outputs: int, kernel: int, padding: int = 0, groups: int = 1) -> nn.Module:
        layer = nn.Conv3d if self.deep else nn.Conv2d
        return layer(inputs, outputs, self.per_axis(1, kernel), padding=self.per_axis(0, padding), groups=groups)

    def batch_norm(self, features: int) -> nn.Module:
        return nn.BatchNorm3d(features) if self.deep else nn.BatchNorm2d(features)

    def instance_norm(self, features: int) -> nn.Module:
        return nn.InstanceNorm3d(features, affine=True) if self.deep else nn.InstanceNorm2d(features, affine=True)

    def halve(self, x: Tensor) -> Tensor:
        """Average pooling by 2 in height and width; odd sizes are floored."""
        return F.avg_pool3d(x, (1, 2, 2)) if self.deep else F.avg_pool2d(x, 2)

    def relu(self, x: Tensor) -> Tensor:
        """ReLU of a tensor that nothing else reads; the original does not work in place, the flat form does."""
        return F.relu(x, inplace=not self.deep)

    def double(self, x: Tensor) -> Tensor:
        """Nearest upsampling by 2 in height and width."""
        return F.interpolate(x, scale_factor=self.per_axis(1, 2), mode="nearest")


flat = Space(deep=False)
deep = Space(deep=True)


class ConvNormRelu(nn.Module):
    """Convolution, batch norm, ReLU; optionally upsampled before or pooled after."""

    def __init__(self, space: Space, inputs: int, outputs: int, *, kernel: int = 3, groups: int = 1,
                 up: bool = False, down: bool = False):
        super().__init__()
        self.space, self.up, self.down = space, up, down
        self.conv = space.conv(inputs, outputs, kernel, padding=kernel // 2, groups=groups)
        self.norm = space.batch_norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        if self.up:
            x = self.space.double(x)
        x = self.space.relu(self.norm(self.conv(x)))
        return self.space.halve(x) if self.down else x

    def fold(self) -> None:
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


class Residual(nn.Module):
    """Pre-activation residual block; the size stays the same."""

    def __init__(self, space: Space, features: int):
        super().__init__()
        self.space = space
        self.conv1 = space.conv(features, features, 3, padding=1)
        self.conv2 = space.conv(features, features, 3, padding=1)
        self.norm1 = space.batch_norm(features)
        self.norm2 = space.batch_norm(features)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(self.space.relu(self.norm1(x)))
        y = self.conv2(self.space.relu(self.norm2(y)))
        y += x
        return y

    def fold(self) -> None:
        # norm1 stands before a ReLU, so it cannot move into a convolution.
        self.conv1, self.norm2 = fuse_conv_bn_eval(self.conv1, self.norm2), nn.Identity()


def widths(expansion: int, limit: int, blocks: int) -> list[int]:
    """Feature counts of an hourglass: level i has expansion * 2^i channels, at most `limit`."""
    return [min(limit, expansion * 2 ** level) for level in range(blocks + 1)]


class Encoder(nn.Module):
    """Halves the size `num_blocks` times and keeps every level, the input first."""

    def __init__(self, space: Space, block_expansion: int, in_features: int, num_blocks: int, max_features: int):
        super().__init__()
        width = widths(block_expansion, max_features, num_blocks)
        inputs = [in_features, *width[1:]]
        self.down_blocks = nn.ModuleList(
            ConvNormRelu(space, inputs[level], width[level + 1], down=True) for level in range(num_blocks))

    def forward(self, x: Tensor) -> list[Tensor]:
        levels = [x]
        for block in self.down_blocks:
            levels.append(block(levels[-1]))
        return levels


class Decoder(nn.Module):
    """Climbs back from the deepest level, concatenating [decoded, skip] at every size."""

    def __init__(self, space: Space, block_expansion: int, in_features: int, out_features: int | None,
                 num_blocks: int, max_features: int, extra_features: int = 0):
        super().__init__()
        width = widths(block_expansion, max_features, num_blocks)
        self.up_blocks = nn.ModuleList(
            ConvNormRelu(space, (1 if level == num_blocks - 1 else 2) * width[level + 1] + extra_features,
                         width[level], up=True)
            for level in reversed(range(num_blocks)))
        features = block_expansion + in_features + extra_features
        self.conv = None if out_features is None else space.conv(features, out_features, 3, padding=1)

    def forward(self, levels: list[Tensor]) -> Tensor:
        x = levels[-1]
        for block, skip in zip(self.up_blocks, reversed(levels[:-1])):
            x = torch.cat([block(x), skip], dim=1)
        return x if self.conv is None else self.conv(x)


class Hourglass(nn.Module):
    """Encoder and decoder with skips: [.., in_features, H, W] -> [.., out_features, H, W]."""

    def __init__(self, space: Space, block_expansion: int, in_features: int, out_features: int,
                 num_blocks: int, max_features: int):
        super().__init__()
        self.encoder = Encoder(space, block_expansion, in_features, num_blocks, max_features)
        self.decoder = Decoder(space, block_expansion, in_features, out_features, num_blocks, max_features)

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


class DiscriminatorBlock(nn.Module):
    """4x4 convolution without padding, instance norm (not in the first block), leaky ReLU, pooling."""

    def __init__(self, space: Space, inputs: int, outputs: int, normed: bool):
        super().__init__()
        self.space = space
        self.conv = space.conv(inputs, outputs, 4)
        self.norm = space.instance_norm(outputs) if normed else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        return self.space.halve(F.leaky_relu(x, 0.2))


class PatchCritic(nn.Module):
    """The discriminator's trunk: all block outputs, then the score map [.., 1, h, w]."""

    def __init__(self, space: Space, in_features: int, block_expansion: int, num_blocks: int, max_features: int):
        super().__init__()
        width = widths(block_expansion, max_features, num_blocks)
        inputs = [in_features, *width[1:]]
        self.down_blocks = nn.ModuleList(
            DiscriminatorBlock(space, inputs[level], width[level + 1], normed=level > 0)
            for level in range(num_blocks))
        self.conv = space.conv(width[-1], 1, 1)

    def trunk(self, x: Tensor) -> list[Tensor]:
        maps = []
        for block in self.down_blocks:
            x = block(x)
            maps.append(x)
        return [*maps, self.conv(x)]


def refinement(space: Space, features: int, blocks: int, outputs: int) -> nn.Sequential:
    """The generator's last part: residual blocks r0, r1, .. and the 1x1 convolution `conv-last`."""
    module = nn.Sequential()
    for index in range(blocks):
        module.add_module(f"r{index}", Residual(space, features))
    module.add_module("conv-last", space.conv(features, outputs, 1))
    return module


def fold_batch_norms(module: nn.Module) -> None:
    """Folds, in place, every batch norm that follows a convolution into it (evaluation only)."""
    for child in module.modules():
        if isinstance(child, (ConvNormRelu, Residual)):
            child.fold()
