"""Trains in PyTorch what the study of compare_accuracies.sh trained, and compares the accuracies of each exit.

    compare_accuracies.py ARTIFACTS

ARTIFACTS is the study's folder of artifacts; datasets, parts, recipe and our accuracies are read from it with h5py.
"""
import argparse
import json
import math
import pathlib
import re
import statistics
import sys

import h5py
import torch

from networks import Network, initialize
from train import Training

EXITS = 3
# Quantiles .975 of Student's t by degrees of freedom.
STUDENT = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469, 7: 2.3646, 8: 2.3060, 9: 2.2622}


def artifacts(folder, noun, job):
    """The study's artifacts of one noun whose job matches, by the groups of the match."""
    found = {}
    for path in sorted((folder / noun).glob("*.h5")):
        file = h5py.File(path)
        match = re.fullmatch(job, file.attrs["job"])
        if match:
            found[match.groups()] = file
    return found


def recipe_of(weights):
    """The settings that a weights artifact was trained with: one "train.epochs = 80" a line."""
    lines = dict(line.split(" = ", 1) for line in weights.attrs["config"].splitlines())
    keys = ("epochs", "batch_size", "learning_rate", "weight_decay", "momentum", "milestones", "decay")
    return {"width": json.loads(lines["network.width"]), **{key: json.loads(lines["train." + key]) for key in keys}}


def accuracies_of(dataset, partition, recipe, seed):
    torch.manual_seed(seed)
    images = torch.from_numpy(dataset["samples"][()]).float() / 255
    labels = torch.from_numpy(dataset["labels"][()]).long()
    members = torch.from_numpy(partition["target/members"][()])
    test = torch.cat([torch.from_numpy(partition[f"target/{part}"][()]) for part in ("non_members", "calibration")])
    network = Network("vgg16", EXITS, tuple(images.shape[1:]), int(dataset.attrs["classes"]), width=recipe["width"],
                      mean=dataset["mean"][()].tolist(), deviation=dataset["deviation"][()].tolist())
    initialize(network)
    training = Training(network, recipe["learning_rate"], recipe["weight_decay"], recipe["momentum"],
                        recipe["milestones"], recipe["decay"])
    for epoch in range(1, recipe["epochs"] + 1):
        for batch in torch.randperm(len(members)).split(recipe["batch_size"]):
            if len(batch) > 1:  # batch normalisation knows no variance of one sample
                training.step(images[members[batch]], labels[members[batch]], epoch)
    return training.accuracies(images[test], labels[test])


def interval(values):
    mean = statistics.mean(values)
    half = STUDENT[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return mean, mean - half, mean + half


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("artifacts", type=pathlib.Path)
    folder = parser.parse_args().artifacts
    torch.set_num_threads(1)
    (dataset,) = artifacts(folder, "dataset", r"ingest/fashion_mnist").values()
    partitions = artifacts(folder, "partition", r"split/fashion_mnist/seed(\d+)")
    weights = artifacts(folder, "weights", rf"train/fashion_mnist/vgg16/exits{EXITS}/target/seed(\d+)")
    ours, theirs = [], []
    for seed in sorted(weights, key=lambda groups: int(groups[0])):
        ours.append(weights[seed]["history/test_top1"][-1].tolist())
        theirs.append(accuracies_of(dataset, partitions[seed], recipe_of(weights[seed]), int(seed[0])))
        print(f"seed {seed[0]}: exitaudit {ours[-1]}, PyTorch {[round(a, 4) for a in theirs[-1]]}", flush=True)
    print(f"\naccuracy on the test part over {len(ours)} seeds, mean and 95 % t-interval")
    apart = 0
    for place in range(EXITS):
        a, b = interval([row[place] for row in ours]), interval([row[place] for row in theirs])
        within = b[1] <= a[0] <= b[2] and a[1] <= b[0] <= a[2]
        apart += not within
        print(f"exit {place}: exitaudit {a[0]:.4f} [{a[1]:.4f}, {a[2]:.4f}]  PyTorch {b[0]:.4f} [{b[1]:.4f}, {b[2]:.4f}]"
              f"  {'each within the other' if within else 'APART'}")
    if apart:
        sys.exit(f"{apart} of {EXITS} exits differ")


if __name__ == "__main__":
    main()
