"""Loads a checkpoint with the safe loader of PyTorch, gives its optimisers to Adam, and prints what came of it as JSON."""

import hashlib
import json
import sys

import torch

checkpoint = torch.load(sys.argv[1], weights_only=True)
told = {"keys": list(checkpoint), "epoch": checkpoint["epoch"], "it": checkpoint["it"], "tensors": {}, "adam": {}}


def tell(path, tensor):
    data = tensor.contiguous().numpy().tobytes()
    told["tensors"][path] = [str(tensor.dtype), list(tensor.shape), hashlib.sha256(data).hexdigest()]


for network in ("generator", "discriminator", "kp_detector"):
    weights = checkpoint[network]
    for name, tensor in weights.items():
        tell(f"{network}.{name}", tensor)
    if f"optimizer_{network}" not in checkpoint:
        continue
    names = [name for name in weights if "running_" not in name and "num_batches_tracked" not in name]
    parameters = [torch.nn.Parameter(weights[name].clone()) for name in names]
    adam = torch.optim.Adam(parameters, lr=1.0)
    adam.load_state_dict(checkpoint[f"optimizer_{network}"])
    held = {name: adam.state[parameter] for name, parameter in zip(names, parameters) if parameter in adam.state}
    for name, state in held.items():
        for key in ("exp_avg", "exp_avg_sq"):
            tell(f"{key}.{network}.{name}", state[key])
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    group = {key: adam.param_groups[0][key] for key in ("lr", "betas", "eps", "weight_decay", "initial_lr")}
    steps = sorted({float(state["step"]) for state in held.values()})
    adam.step()
    after = sorted({float(state["step"]) for state in held.values()})
    told["adam"][network] = {"group": group, "steps": steps, "after": after, "held": len(held)}

print(json.dumps(told))
