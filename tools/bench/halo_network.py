"""The network of HALO (Theodorou, Xiao, Sun 2023), written from the paper: a causal transformer over visits as multi-hot
vectors, and within a visit a masked head that gives each code a chance by the history and the codes before it."""

import torch
from torch import nn
from torch.nn import functional as F

# Of the drawing: codes that go one by one before what they say to all later ones is added up.
BLOCK = 32


class Block(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads, self.drop = heads, nn.Dropout(dropout)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, h, cache=None):
        """h: patients × visits × width. With a cache (keys and values so far) h is the visit that comes next."""
        split = lambda x: x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        query, key, value = (split(x) for x in self.attend(self.before(h)).chunk(3, dim=-1))
        if cache is not None:
            if cache:
                key, value = torch.cat([cache["key"], key], 2), torch.cat([cache["value"], value], 2)
            cache.update(key=key, value=value)
        seen = F.scaled_dot_product_attention(query, key, value, is_causal=cache is None)
        h = h + self.drop(self.project(seen.transpose(1, 2).flatten(2)))
        return h + self.drop(self.narrow(F.gelu(self.wide(self.between(h)))))


class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.float(), persistent=False)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Halo(nn.Module):
    def __init__(self, codes, visits, width, layers, heads, dropout):
        super().__init__()
        self.codes, self.width = codes, width
        self.embed = nn.Linear(codes, width, bias=False)
        self.place = nn.Parameter(0.02 * torch.randn(visits, width))
        self.start = nn.Parameter(0.02 * torch.randn(width))
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        # The history is number 0 of what the head sees, the codes are 1, 2, …: each unit sees those up to its own
        # number, each code the units below its own.
        numbers = torch.cat([torch.zeros(width, dtype=torch.long), 1 + torch.arange(codes)])
        self.hidden = MaskedLinear(numbers[None, :] <= numbers[:, None])
        self.last = MaskedLinear(numbers[None, :] < numbers[width:, None])
        # Each code has a unit that begins as the code itself: that one code forbids another is learned in fewer steps.
        nn.init.ones_(self.hidden.weight.data.diagonal()[width:])

    def history(self, visits):
        """What is known before each visit. visits: patients × visits × codes, 0 and 1 → patients × visits × width."""
        embedded = self.embed(visits[:, :-1])
        h = torch.cat([self.start.expand(len(visits), 1, -1), embedded], 1) + self.place[: visits.shape[1]]
        for block in self.blocks:
            h = block(h)
        return self.norm(h)

    def within(self, history, visit):
        """Logits of each code given the history and the codes before it: both n × …"""
        return self.last(torch.relu(self.hidden(torch.cat([history, visit], -1))))

    def loss(self, visits, present):
        """Minus the log-likelihood of all visits that are there, in nats."""
        known, real = self.history(visits)[present], visits[present]
        return F.binary_cross_entropy_with_logits(self.within(known, real).float(), real, reduction="sum")

    def step(self, embedded, place, caches):
        """The history after one more visit, or after the start, both embedded; patients × width."""
        h = embedded[:, None] + self.place[place]
        for block, cache in zip(self.blocks, caches):
            h = block(h, cache)
        return self.norm(h)[:, 0]

    def draw(self, history, generator):
        """One visit for each history, code by code: n × codes; exactly as likely as `within` has it."""
        width, w1, w2 = self.width, self.hidden.weight * self.hidden.mask, self.last.weight * self.last.mask
        # Codes are rows here: each is a step.
        hidden = w1[:, :width] @ history.T + self.hidden.bias[:, None]
        logits = w2[:, :width] @ torch.relu(hidden[:width]) + self.last.bias[:, None]
        hidden = hidden[width:]
        w1, w2 = w1[width:, width:], w2[:, width:]
        chance = torch.rand(self.codes, len(history), generator=generator, device=history.device)
        visit = torch.zeros_like(chance)
        for start in range(0, self.codes, BLOCK):
            end = min(start + BLOCK, self.codes)
            for i in range(start, end):
                visit[i] = chance[i] < torch.sigmoid(logits[i])
                hidden[i:end] += torch.outer(w1[i:end, i], visit[i])
                hidden[i].relu_()
                logits[i + 1 : end] += torch.outer(w2[i + 1 : end, i], hidden[i])
            hidden[end:] += w1[end:, start:end] @ visit[start:end]
            logits[end:] += w2[end:, start:end] @ hidden[start:end]
        return visit.T
