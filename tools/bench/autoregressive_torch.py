"""The default autoregressive model as one would write it in PyTorch: the reference of `npm run bench` for it.

A patient's codes in a fixed order, each predicted from the set of those before it. The set's embedding is a running sum over the
padded batch, residual layers follow, and a softmax over the codes that may still come; cross_entropy, autograd, torch.optim.Adam
(its fused form, where this PyTorch has one for the CPU). Padding is left out from the layers after the first. Reads a cohort as
CSR from stdin's JSON (paths of int32 files), prints one line of JSON for each timed epoch: a pass over nine tenths of the rows,
and the loss of the others. Then it draws rows, many at once, each step for those that have not ended, and prints a line for each draw.
"""

import json
import resource
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Network(nn.Module):
    def __init__(self, tokens, hidden, layers):
        super().__init__()
        self.first = nn.Embedding(tokens, hidden)
        self.bias = nn.Parameter(torch.zeros(hidden))
        self.middle = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(layers - 1))
        self.last = nn.Linear(hidden, tokens)
        nn.init.xavier_uniform_(self.first.weight)

    def forward(self, before, present, dropout):
        """before: patients × steps, the token added at each step (the first adds none); present: which steps there are."""
        own = self.first(before)
        own = torch.cat([self.bias.expand(len(own), 1, -1), own[:, 1:]], 1)
        h = torch.relu(own.cumsum(1))[present]
        owner = present.nonzero()[:, 0]

        def drop(x):
            # One mask a patient, for all of its steps.
            mask = F.dropout(torch.ones(len(before), x.shape[1]), dropout, self.training)
            return x * mask[owner] if self.training else x

        h = drop(h)
        for layer in self.middle:
            h = drop(torch.relu(layer(h)) + h)
        return self.last(h)


def load(spec):
    indptr, indices = (np.fromfile(spec[name], dtype=np.int32) for name in ("indptr", "indices"))
    count = np.bincount(indices, minlength=spec["columns"])
    rank = np.empty(spec["columns"], dtype=np.int64)
    rank[np.argsort(-count, kind="stable")] = np.arange(spec["columns"])
    end = [spec["columns"]]
    return [
        torch.from_numpy(np.concatenate([np.sort(rank[indices[a:b]]), end])) for a, b in zip(indptr, indptr[1:])
    ]


def batch_of(sentences):
    lengths = torch.tensor([len(one) for one in sentences])
    codes = nn.utils.rnn.pad_sequence(sentences, batch_first=True)
    before = F.pad(codes[:, :-1], (1, 0))
    present = torch.arange(codes.shape[1]) < lengths[:, None]
    least = torch.where(torch.arange(codes.shape[1]) > 0, before + 1, 0)
    return before, present, least[present], codes[present]


def loss_of(network, sentences, dropout):
    before, present, least, chosen = batch_of(sentences)
    logits = network(before, present, dropout)
    past = torch.arange(logits.shape[1]) < least[:, None]
    return F.cross_entropy(logits.masked_fill(past, float("-inf")), chosen, reduction="sum") / len(sentences)


@torch.no_grad()
def draw(network, rows, block=1000):
    """Codes a patient, drawn one after the other; the sum of the embeddings is carried along."""
    network.eval()
    codes = 0
    for start in range(0, rows, block):
        size = min(block, rows - start)
        state = network.bias.repeat(size, 1)
        least = torch.zeros(size, dtype=torch.long)
        while len(state):
            h = torch.relu(state)
            for layer in network.middle:
                h = torch.relu(layer(h)) + h
            logits = network.last(h)
            past = torch.arange(logits.shape[1]) < least[:, None]
            chosen = torch.multinomial(torch.softmax(logits.masked_fill(past, float("-inf")), 1), 1)[:, 0]
            going = chosen < logits.shape[1] - 1
            chosen, state = chosen[going], state[going]
            state = state + network.first(chosen)
            least = chosen + 1
            codes += len(chosen)
    return codes / rows


def main():
    spec = json.load(sys.stdin)
    torch.manual_seed(spec["seed"])
    if spec.get("threads"):
        torch.set_num_threads(spec["threads"])
    sentences, size = load(spec), spec["batchSize"]
    network = Network(spec["columns"] + 1, spec["hidden"], spec["layers"])
    groups = [
        {"params": [p for p in network.parameters() if p.dim() == 2], "weight_decay": spec["l2"]},
        {"params": [p for p in network.parameters() if p.dim() == 1]},
    ]
    adam = torch.optim.Adam(groups, lr=spec["learningRate"], fused=True)
    aside = round(0.1 * len(sentences))
    validation, members = sentences[:aside], sentences[aside:]

    def epoch():
        network.train()
        order = torch.randperm(len(members)).tolist()
        for start in range(0, len(order) - size + 1, size):
            adam.zero_grad()
            loss_of(network, [members[i] for i in order[start : start + size]], spec["dropout"]).backward()
            adam.step()
        network.eval()
        with torch.no_grad():
            return sum(loss_of(network, validation[i : i + size], 0).item() for i in range(0, aside, size))

    for _ in range(spec["repeats"] + 1):
        started = time.perf_counter()
        total = epoch()
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        loss = total / -(-aside // size)
        print(json.dumps({"work": "autoregressive", "seconds": seconds, "loss": loss, "peakMb": peak}), flush=True)

    for _ in range(spec["repeats"] + 1):
        started = time.perf_counter()
        codes = draw(network, spec["sampled"])
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"work": "sample", "seconds": seconds, "codes": codes, "peakMb": peak}), flush=True)


main()
