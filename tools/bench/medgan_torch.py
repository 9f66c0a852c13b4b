"""A plain PyTorch port of MedGAN, as its paper's code does it (Choi et al. 2017): the reference of `npm run bench`.

Dense rows, the batch's mean repeated and concatenated to each row, cross-entropy of clipped probabilities, autograd,
torch.optim.Adam. No tricks. Reads a cohort as CSR from stdin's JSON (paths of int32 files), prints one line of JSON
for each timed epoch.
"""

import json
import resource
import sys
import time

import numpy as np
import torch
from torch import nn

EPSILON = 1e-12


class Autoencoder(nn.Module):
    def __init__(self, columns, embedding, count):
        super().__init__()
        self.encoder = nn.Linear(columns, embedding)
        self.decoder = nn.Linear(embedding, columns)
        self.count = count

    def encode(self, x):
        h = self.encoder(x)
        return torch.relu(h) if self.count else torch.tanh(h)

    def decode(self, h):
        x = self.decoder(h)
        return torch.relu(x) if self.count else torch.sigmoid(x)


class Generator(nn.Module):
    def __init__(self, size, layers, count):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(size, size, bias=False) for _ in range(layers))
        self.norms = nn.ModuleList(nn.BatchNorm1d(size, eps=1e-3, momentum=0.01) for _ in range(layers))
        self.count = count

    def forward(self, x):
        for i, (layer, norm) in enumerate(zip(self.layers, self.norms)):
            h = norm(layer(x))
            last = i == len(self.layers) - 1
            x = (torch.tanh(h) if last and not self.count else torch.relu(h)) + x
        return x


class Discriminator(nn.Module):
    def __init__(self, columns, widths):
        super().__init__()
        sizes = [2 * columns, *widths]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.out = nn.Linear(sizes[-1], 1)

    def forward(self, x):
        mean = x.mean(0, keepdim=True).repeat(len(x), 1)
        h = torch.cat([x, mean], 1)
        for layer in self.hidden:
            h = torch.relu(layer(h))
        return torch.sigmoid(self.out(h)).squeeze(1)


def weights(modules):
    return [p for module in modules for p in module.parameters() if p.dim() == 2]


def penalty(modules, scale):
    return scale * sum((w * w).sum() / 2 for w in weights(modules))


def load(spec):
    indptr, indices, values = (np.fromfile(spec[name], dtype=np.int32) for name in ("indptr", "indices", "values"))
    rows = np.zeros((len(indptr) - 1, spec["columns"]), dtype=np.float32)
    owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    rows[owner, indices] = values if spec["count"] else 1
    return torch.from_numpy(rows)


def main():
    spec = json.load(sys.stdin)
    torch.manual_seed(spec["seed"])
    if spec.get("threads"):
        torch.set_num_threads(spec["threads"])
    data, count, scale = load(spec), spec["count"], spec["l2"]
    autoencoder = Autoencoder(spec["columns"], spec["embedding"], count)
    generator = Generator(spec["embedding"], spec["generatorLayers"], count)
    discriminator = Discriminator(spec["columns"], spec["discriminatorLayers"])
    speaker = [generator, autoencoder.decoder]
    adam = lambda modules: torch.optim.Adam([p for m in modules for p in m.parameters()], lr=spec["learningRate"])
    of_autoencoder, of_generator, of_discriminator = adam([autoencoder]), adam(speaker), adam([discriminator])

    def autoencoder_epoch():
        order, size = torch.randperm(len(data)), spec["pretrainBatchSize"]
        for start in range(0, len(data) - size + 1, size):
            x = data[order[start : start + size]]
            y = autoencoder.decode(autoencoder.encode(x))
            if count:
                loss = ((y - x) ** 2).sum(1).mean()
            else:
                loss = -(x * (y + EPSILON).log() + (1 - x) * (1 - y + EPSILON).log()).sum(1).mean()
            of_autoencoder.zero_grad()
            (loss + penalty([autoencoder], scale)).backward()
            of_autoencoder.step()

    def noise(size):
        return torch.randn(size, spec["embedding"])

    def gan_epoch():
        order, size = torch.randperm(len(data)), spec["batchSize"]
        for start in range(0, len(data) - size + 1, size):
            real = data[order[start : start + size]]
            for _ in range(spec["discriminatorSteps"]):
                generator.eval()
                with torch.no_grad():
                    fake = autoencoder.decode(generator(noise(size)))
                loss = -(discriminator(real) + EPSILON).log().mean()
                loss = loss - (1 - discriminator(fake) + EPSILON).log().mean()
                of_discriminator.zero_grad()
                (loss + penalty([discriminator], scale)).backward()
                of_discriminator.step()
            generator.train()
            fake = autoencoder.decode(generator(noise(size)))
            loss = -(discriminator(fake) + EPSILON).log().mean()
            of_generator.zero_grad()
            (loss + penalty(speaker, scale)).backward()
            of_generator.step()

    def sample():
        generator.eval()
        with torch.no_grad():
            for _ in range(spec["sampleBlocks"]):
                torch.bernoulli(autoencoder.decode(generator(noise(1000)))) if not count else autoencoder.decode(
                    generator(noise(1000))
                ).round()

    work = {"autoencoder": autoencoder_epoch, "gan": gan_epoch, "sample": sample}
    for line in spec["runs"]:
        started = time.perf_counter()
        work[line]()
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"work": line, "seconds": seconds, "peakMb": peak}), flush=True)


main()
