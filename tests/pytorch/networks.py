"""The nine network families with 1 to 6 exits in plain PyTorch, written from the specification (2.1 to 2.4).

A second reading of the same text: nothing here is translated from stages/networks. Modules carry the names of an
artifact's arrays ("blocks.9.shortcut.conv.weight"), so that load_state_dict() of a weights artifact is strict.
"""
import math
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn

FAMILIES = ("vgg16", "resnet56", "mobilenet", "mobilenet_v2", "wide_resnet32", "fcn18_1", "fcn18_2", "fcn18_3", "fcn18_4")
PLACEMENTS = {  # 2.1, the released code's: an E-exit network uses the first E-1
    "vgg16": (1, 3, 5, 7, 10),
    "resnet56": (3, 7, 11, 15, 20),
    "wide_resnet32": (2, 4, 6, 8, 11),
    "mobilenet": (1, 3, 5, 7, 10),
    "mobilenet_v2": (2, 5, 9, 11, 14),
    "fcn18": (0, 1, 2, 3, 4),
}
FCN_WIDTHS = {"fcn18_1": 1024, "fcn18_2": 2048, "fcn18_3": 3072, "fcn18_4": 4096}  # X4


def chain(**layers):
    return nn.Sequential(OrderedDict(layers))


def conv3(inputs, outputs, stride=1, bias=True, groups=1):
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=bias, groups=groups)


def conv1(inputs, outputs, stride=1, bias=True):
    return nn.Conv2d(inputs, outputs, 1, stride=stride, bias=bias)


class Normalize(nn.Module):
    """(x - mean) / deviation as the first layer; data stay in [0, 1] (1.4)."""

    def __init__(self, mean, deviation):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).view(1, -1, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation, dtype=torch.float32).view(1, -1, 1, 1))

    def forward(self, x):
        return (x - self.mean) / self.deviation


class BasicBlock(nn.Module):
    """ResNet: conv-norm-relu-conv-norm, plus the shortcut, then relu."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv0, self.norm0 = conv3(inputs, outputs, stride, bias=False), nn.BatchNorm2d(outputs)
        self.conv1, self.norm1 = conv3(outputs, outputs, bias=False), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = chain(conv=conv1(inputs, outputs, stride, bias=False), norm=nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norm0(self.conv0(x)))
        return F.relu(self.norm1(self.conv1(y)) + self.shortcut(x))


class WideBlock(nn.Module):
    """WideResNet: pre-activation; the second convolution has the stride; nothing follows the sum."""

    def __init__(self, inputs, outputs, stride, dropout):
        super().__init__()
        self.norm0, self.conv0 = nn.BatchNorm2d(inputs), conv3(inputs, outputs)
        self.dropout = nn.Dropout(dropout)
        self.norm1, self.conv1 = nn.BatchNorm2d(outputs), conv3(outputs, outputs, stride)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = chain(conv=conv1(inputs, outputs, stride))

    def forward(self, x):
        y = self.dropout(self.conv0(F.relu(self.norm0(x))))
        return self.conv1(F.relu(self.norm1(y))) + self.shortcut(x)


class InvertedBlock(nn.Module):
    """MobileNetV2: expand, depthwise, project; the identity where stride and channels allow."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        self.expand = self.norm0 = nn.Identity()
        if expansion != 1:
            self.expand, self.norm0 = conv1(inputs, wide, bias=False), nn.BatchNorm2d(wide)
        self.depthwise, self.norm1 = conv3(wide, wide, stride, bias=False, groups=wide), nn.BatchNorm2d(wide)
        self.project, self.norm2 = conv1(wide, outputs, bias=False), nn.BatchNorm2d(outputs)
        self.expands, self.adds = expansion != 1, stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.relu6(self.norm0(self.expand(x))) if self.expands else x
        y = self.norm2(self.project(F.relu6(self.norm1(self.depthwise(y)))))
        return x + y if self.adds else y


class Head(nn.Module):
    """An early exit (2.3): a learnt mix of max and average pooling down to 4 x 4, then a classifier of two layers."""

    def __init__(self, channels, side, hidden, classes, dropout):
        super().__init__()
        self.pool = side // 4
        if self.pool > 0:
            self.mix = nn.Parameter(torch.rand(1))
        pooled = side // self.pool if self.pool > 0 else max(side, 1)
        self.linear0 = nn.Linear(channels * pooled * pooled, hidden)
        self.dropout = nn.Dropout(dropout)
        self.linear1 = nn.Linear(hidden, classes)

    def forward(self, x):
        if self.pool > 0:
            x = self.mix * F.max_pool2d(x, self.pool) + (1 - self.mix) * F.avg_pool2d(x, self.pool)
        return self.linear1(self.dropout(self.linear0(x.flatten(1))))


class Network(nn.Module):
    """`shape` is (3, 32, 32) or (features,). forward() gives the logits of every exit, shallowest first."""

    def __init__(self, family, exits, shape, classes, width=1.0, mean=(), deviation=(), dropout=True):
        super().__init__()
        self.family = family
        self.rates = (0.5, 0.3) if dropout else (0.0, 0.0)  # of the classifiers, of WideResNet's blocks
        self.scale = lambda paper: max(1, math.floor(paper * width + 0.5))
        self.large = len(shape) == 3 and shape[1] >= 64
        self.normalize = Normalize(mean, deviation) if len(mean) > 0 else nn.Identity()
        self.stem = nn.Identity()
        build = self.fcn18 if family in FCN_WIDTHS else getattr(self, family)
        blocks, self.end, hidden = build(shape, classes)
        self.blocks = nn.ModuleList(blocks)
        places = PLACEMENTS["fcn18" if family in FCN_WIDTHS else family][: exits - 1]
        self.head_after = {place: number for number, place in enumerate(places)}
        sizes = self.map_sizes(shape)
        self.heads = nn.ModuleList(Head(*sizes[place], hidden, classes, self.rates[0]) for place in places)

    def map_sizes(self, shape):
        """(channels, side) behind each block; side 0 for vectors. In evaluation mode, which leaves statistics alone."""
        self.eval()
        sizes = []
        with torch.no_grad():
            x = self.stem(self.normalize(torch.zeros(1, *shape)))
            for block in self.blocks:
                x = block(x)
                sizes.append((x.shape[1], x.shape[2] if x.dim() == 4 else 0))
        self.train()
        return sizes

    def forward(self, x):
        x = self.stem(self.normalize(x))
        logits = []
        for place, block in enumerate(self.blocks):
            x = block(x)
            if place in self.head_after:
                logits.append(self.heads[self.head_after[place]](x))
        return logits + [self.end(x)]

    # The families (2.2): each gives its blocks, its end and the hidden width of its heads.

    def vgg16(self, shape, classes):
        widths = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
        blocks, inputs, side = [], shape[0], shape[1]
        for place, paper in enumerate(widths):
            outputs = self.scale(paper)
            layers = {"conv": conv3(inputs, outputs), "norm": nn.BatchNorm2d(outputs), "relu": nn.ReLU()}
            if place in (1, 3, 6, 9, 12):
                layers["pool"] = nn.MaxPool2d(2)
                side //= 2
            blocks.append(chain(**layers))
            inputs = outputs
        first, second = (self.scale(n) for n in ((2048, 1024) if self.large else (512, 512)))
        end = chain(
            flatten=nn.Flatten(),
            linear0=nn.Linear(inputs * side * side, first), relu=nn.ReLU(), dropout0=nn.Dropout(self.rates[0]),
            linear1=nn.Linear(first, second), dropout1=nn.Dropout(self.rates[0]),
            linear2=nn.Linear(second, classes))
        return blocks, end, self.scale(1024 if self.large else 512)

    def classifier(self, inputs, hidden, classes):
        return {
            "flatten": nn.Flatten(), "linear0": nn.Linear(inputs, hidden), "dropout": nn.Dropout(self.rates[0]),
            "linear1": nn.Linear(hidden, classes)}

    def resnet56(self, shape, classes):
        inputs = self.scale(16)
        self.stem = chain(conv=conv3(shape[0], inputs, 2 if self.large else 1, bias=False),
                          norm=nn.BatchNorm2d(inputs), relu=nn.ReLU())
        blocks = []
        for group, paper in enumerate((16, 32, 64)):
            for place in range(9):
                outputs = self.scale(paper)
                blocks.append(BasicBlock(inputs, outputs, 2 if group > 0 and place == 0 else 1))
                inputs = outputs
        end = chain(pool=nn.AvgPool2d(8), **self.classifier(inputs, self.scale(512), classes))
        return blocks, end, self.scale(512)

    def wide_resnet32(self, shape, classes):
        inputs = self.scale(16)
        self.stem = chain(conv=conv3(shape[0], inputs, 2 if self.large else 1))
        blocks = []
        for group, paper in enumerate((64, 128, 256)):
            for place in range(5):
                outputs = self.scale(paper)
                blocks.append(WideBlock(inputs, outputs, 2 if group > 0 and place == 0 else 1, self.rates[1]))
                inputs = outputs
        end = chain(norm=nn.BatchNorm2d(inputs, momentum=0.9), relu=nn.ReLU(), pool=nn.AvgPool2d(8),
                    **self.classifier(inputs, self.scale(512), classes))
        return blocks, end, self.scale(512)

    def mobilenet(self, shape, classes):
        inputs, side = self.scale(32), shape[1]
        self.stem = chain(conv=conv3(shape[0], inputs, bias=False), norm=nn.BatchNorm2d(inputs), relu=nn.ReLU())
        steps = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]
        blocks = []
        for paper, stride in steps:
            outputs = self.scale(paper)
            blocks.append(chain(
                depthwise=conv3(inputs, inputs, stride, bias=False, groups=inputs),
                norm0=nn.BatchNorm2d(inputs), relu0=nn.ReLU(),
                pointwise=conv1(inputs, outputs, bias=False),
                norm1=nn.BatchNorm2d(outputs), relu1=nn.ReLU()))
            inputs, side = outputs, side // stride
        end = chain(pool=nn.AvgPool2d(side), **self.classifier(inputs, self.scale(1024), classes))
        return blocks, end, self.scale(1024)

    def mobilenet_v2(self, shape, classes):
        inputs = self.scale(32)
        self.stem = chain(conv=conv3(shape[0], inputs, 2 if self.large else 1, bias=False),
                          norm=nn.BatchNorm2d(inputs), relu=nn.ReLU6())
        blocks = []
        for expansion, paper, repeats, stride in (
                (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
            for place in range(repeats):
                outputs = self.scale(paper)
                blocks.append(InvertedBlock(inputs, outputs, stride if place == 0 else 1, expansion))
                inputs = outputs
        last = self.scale(1280)
        end = chain(conv=conv1(inputs, last, bias=False), norm=nn.BatchNorm2d(last), relu=nn.ReLU6(),
                    pool=nn.AdaptiveAvgPool2d(1), **self.classifier(last, self.scale(512), classes))
        return blocks, end, self.scale(512)

    def fcn18(self, shape, classes):
        width, inputs, blocks = self.scale(FCN_WIDTHS[self.family]), shape[0], []
        for _ in range(5):
            blocks.append(chain(linear=nn.Linear(inputs, width), norm=nn.BatchNorm1d(width), relu=nn.ReLU()))
            inputs = width
        end = chain(
            linear0=nn.Linear(width, width), dropout0=nn.Dropout(self.rates[0]),
            linear1=nn.Linear(width, self.scale(512)), dropout1=nn.Dropout(self.rates[0]),
            linear2=nn.Linear(self.scale(512), classes))
        return blocks, end, self.scale(512)


@torch.no_grad()
def initialize(network):
    """Fresh weights from torch's generator, by the table of 2.4; what it calls the default stays as torch made it."""
    family = network.family
    zero_head_bias = family in ("vgg16", "wide_resnet32") or family in FCN_WIDTHS
    for name, layer in network.named_modules():
        in_head = name.startswith("heads.")
        if family.startswith("mobilenet"):
            continue
        if isinstance(layer, nn.Conv2d):
            if family == "wide_resnet32":
                nn.init.xavier_uniform_(layer.weight, gain=math.sqrt(2))
            else:
                nn.init.normal_(layer.weight, 0, math.sqrt(2 / (layer.kernel_size[0] ** 2 * layer.out_channels)))
            if layer.bias is not None:
                layer.bias.zero_()
        elif isinstance(layer, nn.Linear):
            if not in_head or family == "vgg16" or family in FCN_WIDTHS:
                nn.init.normal_(layer.weight, 0, 0.01)
            if not in_head or zero_head_bias:
                layer.bias.zero_()
