"""The training of the specification (3) in plain PyTorch: joint loss with ramped coefficients, SGD, milestones."""
import torch
import torch.nn.functional as F


def exit_coefficients(exits, epoch):
    """c_i(e) = min(C_i, 0.01 + e C_i / 100) with C = .15, .30, … for the early exits; epochs count from 1."""
    ceilings = [0.15 * (i + 1) for i in range(exits - 1)]
    return [min(ceiling, 0.01 + epoch * ceiling / 100) for ceiling in ceilings]


def joint_loss(logits, labels, epoch):
    loss = F.cross_entropy(logits[-1], labels)
    for coefficient, early in zip(exit_coefficients(len(logits), epoch), logits[:-1]):
        loss = loss + coefficient * F.cross_entropy(early, labels)
    return loss


def learning_rate(base, epoch, milestones, decay):
    """The rate of an epoch: multiplied by `decay` after the end of each milestone."""
    return base * decay ** sum(epoch > milestone for milestone in milestones)


class Training:
    def __init__(self, network, rate, weight_decay, momentum, milestones, decay):
        self.network, self.rate, self.milestones, self.decay = network, rate, milestones, decay
        self.optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum, weight_decay=weight_decay)

    def step(self, inputs, labels, epoch):
        """One batch; its joint loss, before the step."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.rate, epoch, self.milestones, self.decay)
        self.network.train()
        self.optimizer.zero_grad()
        loss = joint_loss(self.network(inputs), labels, epoch)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.no_grad()
    def accuracies(self, inputs, labels, batch=256):
        """Share of right answers of each exit, each answering every sample."""
        self.network.eval()
        right = 0
        for first in range(0, len(labels), batch):
            logits = self.network(inputs[first:first + batch])
            right = right + torch.stack([(l.argmax(1) == labels[first:first + batch]).sum() for l in logits])
        return (right / len(labels)).tolist()
