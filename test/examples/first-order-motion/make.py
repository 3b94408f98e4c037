"""Makes `tiny.pth.tar` and `expected.safetensors` with the original's modules, weights from a seed.

    git clone https://github.com/AliaksandrSiarohin/first-order-model
    python make.py first-order-model

Needs torch, numpy, pyyaml and safetensors; made with torch 2.15. The original was written for PyTorch 1.0, where
`grid_sample` aligned corners: it is told to here. The checkpoint is in the layout of that time.
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from safetensors.torch import save_file

sys.path.insert(0, sys.argv[1])
aligned = F.grid_sample
F.grid_sample = lambda x, at: aligned(x, at, align_corners=True)

from modules.generator import OcclusionAwareGenerator  # noqa: E402
from modules.keypoint_detector import KPDetector  # noqa: E402

here = Path(__file__).parent
config = yaml.safe_load((here / 'tiny.yaml').read_text())
params = config['model_params']


def lively(network, seed):
    """Weights and statistics that no option leaves without effect: the original starts jacobians as constants."""
    torch.manual_seed(seed)
    for name, x in network.state_dict().items():
        if name.startswith('jacobian.'):
            x.add_(0.05 * torch.randn(x.shape))
        elif name.split('.')[-2] in ('mask', 'occlusion', 'final', 'kp'):
            x.mul_(6)
        elif name.endswith('running_var') or 'norm' in name and name.endswith('weight'):
            x.copy_(0.5 + torch.rand(x.shape))
        elif name.endswith('running_mean') or 'norm' in name and name.endswith('bias'):
            x.copy_(0.3 * torch.randn(x.shape))
    return network.eval()


torch.manual_seed(1)
detector = lively(KPDetector(**params['kp_detector_params'], **params['common_params']), 2)
torch.manual_seed(3)
generator = lively(OcclusionAwareGenerator(**params['generator_params'], **params['common_params']), 4)

height, width, _ = config['dataset_params']['frame_shape']
torch.manual_seed(5)
coarse = torch.rand(3, 3, 6, 8)
frames = F.interpolate(coarse, size=(height, width), mode='bilinear')  # smooth, as pictures are
frames = (255 * frames).round().to(torch.uint8)
source, initial, driving = (x.float()[None] / 255 for x in frames)


def normalised(kp_source, kp_driving, kp_initial, scale):
    """`normalize_kp` of the original's `animate.py` with relative movement and jacobians; `scale` is its area ratio."""
    jacobian = kp_driving['jacobian'] @ torch.inverse(kp_initial['jacobian']) @ kp_source['jacobian']
    return {'value': (kp_driving['value'] - kp_initial['value']) * scale + kp_source['value'], 'jacobian': jacobian}


def area(kp):
    """Of the convex hull of three points: that of their triangle."""
    (ax, ay), (bx, by), (cx, cy) = kp['value'][0].double().tolist()
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2


with torch.no_grad():
    kp_source, kp_initial, kp_driving = detector(source), detector(initial), detector(driving)
    kp_norm = normalised(kp_source, kp_driving, kp_initial, (area(kp_source) / area(kp_initial)) ** 0.5)
    made = generator(source, kp_source=kp_source, kp_driving=kp_norm)
    deformation = generator.dense_motion_network(source, kp_source=kp_source, kp_driving=kp_norm)['deformation']

checkpoint = {'kp_detector': detector.state_dict(), 'generator': generator.state_dict(), 'epoch': 0}
torch.save(checkpoint, here / 'tiny.pth.tar', _use_new_zipfile_serialization=False)
last = lambda x: x.permute(0, 2, 3, 1).contiguous()  # noqa: E731
save_file(
    {
        'frames': last(frames),
        **{f'{at}.{name}': x for at, kp in
           {'source': kp_source, 'initial': kp_initial, 'driving': kp_driving, 'normalised': kp_norm}.items()
           for name, x in kp.items()},
        'deformation': deformation.contiguous(),
        'mask': last(made['mask']),
        'occlusion': last(made['occlusion_map']),
        'deformed': last(made['deformed']).half(),
        'prediction': last(made['prediction']),
    },
    here / 'expected.safetensors',
)
for name, kp in {'source': kp_source, 'initial': kp_initial, 'driving': kp_driving, 'normalised': kp_norm}.items():
    print(name, kp['value'].flatten().tolist(), kp['jacobian'].flatten().tolist())
print('prediction', made['prediction'].mean().item(), made['prediction'].std().item(), 'mask', made['mask'].std().item(),
      'occlusion', made['occlusion_map'].min().item(), made['occlusion_map'].max().item())
