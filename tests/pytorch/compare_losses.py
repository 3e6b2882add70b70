"""Repeats the twenty steps of each family that `write_exchange` wrote, in PyTorch, and compares the losses.

    compare_losses.py FOLDER [--write GOLDEN.json]

Exit code 1 where a loss differs by more than 1e-4 of itself, or where the way that the weights went in 20 steps does by
more than a tenth: that shows rate, momentum, decay and ramp also where a loss hardly moves. --write keeps PyTorch's losses for the C++ test.
"""
import argparse
import json
import pathlib
import platform
import sys

import h5py
import numpy
import torch

from networks import FAMILIES, Network
from train import Training

TOLERANCE = 1e-4
WAY_TOLERANCE = 0.1


def network_of(file, dtype=torch.float32):
    arrays = {name: torch.from_numpy(array[()]) for name, array in file["parameters"].items()}
    normalizes = "normalize.mean" in arrays
    network = Network(
        file.attrs["family"], int(file.attrs["exits"]), file["inputs"].shape[2:], int(file.attrs["classes"]),
        width=file.attrs["width"], dropout=False,
        mean=arrays["normalize.mean"].flatten().tolist() if normalizes else (),
        deviation=arrays["normalize.deviation"].flatten().tolist() if normalizes else ())
    network.load_state_dict(arrays, strict=True)
    return network.to(dtype)


def train(file, dtype=torch.float32):
    """The losses of the file's steps, and the state behind the last."""
    recipe = file.attrs
    training = Training(network_of(file, dtype), recipe["learning_rate"], recipe["weight_decay"], recipe["momentum"],
                        [int(recipe["milestone"])], recipe["decay"])
    inputs, labels = torch.from_numpy(file["inputs"][()]).to(dtype), torch.from_numpy(file["labels"][()])
    epochs = [1 + i // int(recipe["batches_per_epoch"]) for i in range(len(labels))]
    losses = [training.step(inputs[i], labels[i], epoch) for i, epoch in enumerate(epochs)]
    return losses, training.network.state_dict()


def way_difference(file, trained):
    """|our way - PyTorch's way| / |PyTorch's way| over all parameters; running statistics are no part of it."""
    apart = length = 0.0
    for name, start in file["parameters"].items():
        if "running" in name or name.startswith("normalize."):
            continue
        theirs = trained[name].numpy() - start[()]
        apart += float((((file["trained"][name][()] - start[()]) - theirs) ** 2).sum())
        length += float((theirs ** 2).sum())
    return (apart / length) ** 0.5


def largest_difference(ours, theirs):
    return max(abs(a - b) / abs(b) for a, b in zip(ours, theirs))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden, failed = {}, False
    print(f"PyTorch {torch.__version__}: largest relative difference of 20 losses")
    print(f"{'family':15}{'exitaudit':>12}{'in float64':>12}{'way':>12}   first and last loss")
    for family in FAMILIES:
        with h5py.File(arguments.folder / f"{family}.h5") as file:
            theirs = list(file["losses"][()])
            golden[family], trained = train(file)
            exact, _ = train(file, torch.float64)  # how far rounding alone carries PyTorch from itself
            way = way_difference(file, trained)
        difference = largest_difference(theirs, golden[family])
        failed = failed or not (difference <= TOLERANCE and way <= WAY_TOLERANCE)
        print(f"{family:15}{difference:12.1e}{largest_difference(golden[family], exact):12.1e}{way:12.1e}"
              f"   {golden[family][0]:.6f} {golden[family][-1]:.6f}")
    if arguments.write:
        text = json.dumps({
            "what": "joint losses of 20 training steps of each family, dropout off, float32, by PyTorch",
            "command": "tests/pytorch/compare_losses.sh --write",
            "versions": {"torch": torch.__version__, "numpy": numpy.__version__, "h5py": h5py.__version__,
                         "python": platform.python_version()},
            "losses": golden}, indent=1)
        arguments.write.write_text(text + "\n")
        print(f"wrote {arguments.write}")
    if failed:
        sys.exit(f"some losses differ by more than {TOLERANCE} of themselves, or some ways by more than {WAY_TOLERANCE}")
    print(f"all equal to {TOLERANCE} relative")


if __name__ == "__main__":
    main()
