"""Networks that give each token of a life its chance after all before it: over tokens or over visits, each with
attention or with a GRU."""

import torch
from torch import nn
from torch.nn import functional as F

from histories_inputs import Inputs, elapsed
from histories_trunks import TRUNKS


class Head(nn.Module):
    """Residual layers, and a logit of each token."""

    def __init__(self, width, layers, tokens, dropout):
        super().__init__()
        self.middle = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width),
                nn.Linear(width, 2 * width),
                nn.GELU(),
                nn.Linear(2 * width, width),
                nn.Dropout(dropout),
            )
            for _ in range(layers)
        )
        self.norm, self.last = nn.LayerNorm(width), nn.Linear(width, tokens)

    def forward(self, h):
        for layer in self.middle:
            h = h + layer(h)
        return self.last(self.norm(h))


class OverTokens(nn.Module):
    """A state after each token."""

    def __init__(self, meta, trunk, width, layers, heads, dropout):
        super().__init__()
        self.inputs, self.last = Inputs(meta, width), nn.Embedding(1 + meta.tokens, width)
        self.trunk, self.head = TRUNKS[trunk](width, layers, heads, dropout), Head(width, 1, meta.tokens, dropout)
        self.no_day = meta.no_day

    def forward(self, x):
        """Logits of what comes at each token that there is: n × tokens"""
        h = self.inputs(x) + self.last(x.last + 1)
        return self.head(self.trunk(h, x.place, elapsed(x, self.no_day)).flatten(0, 1).index_select(0, x.flat))

    def begin(self, lives):
        return {"trunk": self.trunk.begin(lives, self.last.weight)}

    def step(self, x, state):
        rows = torch.arange(len(x.last), device=x.last.device)
        h = self.inputs(x) + self.last(x.last + 1)
        return self.head(self.trunk.step(h, x.place, elapsed(x, self.no_day), state["trunk"], rows))

    def keep(self, state, rows):
        self.trunk.keep(state["trunk"], rows)


class OverVisits(nn.Module):
    """A state before each visit; within it the sum of its tokens so far."""

    def __init__(self, meta, trunk, width, layers, heads, dropout):
        super().__init__()
        self.inputs, self.after = Inputs(meta, width), Inputs(meta, width)
        self.whole, self.far = nn.Embedding(meta.tokens, width), nn.Embedding(1 + meta.tokens, width)
        self.latest = nn.Embedding(1 + meta.tokens, width)
        self.start = nn.Parameter(0.02 * torch.randn(width))
        self.visit = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.trunk, self.head = TRUNKS[trunk](width, layers, heads, dropout), Head(width, 3, meta.tokens, dropout)
        self.no_day, self.end_of_visit, self.age = meta.no_day, meta.end_of_visit, meta.phase("age")

    def forward(self, x):
        lives, item = len(x.item), x.item
        items, width = x.items, len(self.start)
        whole = torch.zeros(lives, items, width, device=item.device)
        whole.scatter_add_(1, item[..., None].expand(-1, -1, width), (self.whole(x.token) * x.known[..., None]).float())
        # Of each item its first token, with what is known there; padding stands for those that a life has not.
        begins = torch.full((lives, items), item.shape[1] - 1, device=item.device)
        begins.scatter_reduce_(1, item, torch.arange(item.shape[1], device=item.device).expand_as(item), "amin")
        states = self.start.expand(lives, 1, -1)
        if items > 1:
            then = begins[:, 1:]
            names = ("day", "before", "birth", "first", "phase", "place")
            known = type(x)(**{name: getattr(x, name).gather(1, then) for name in names})
            visits = self.visit(whole[:, :-1]) + self.after(known)
            place = torch.arange(items - 1, device=item.device).expand_as(then)
            after = self.trunk(visits, place, elapsed(known, self.no_day))
            states = torch.cat([states, after.to(states.dtype)], 1)
        # A life's padding stands for its last token, which is in its last item.
        index = item[..., None].expand(-1, -1, width)
        sums = torch.cumsum(self.far(x.last + 1).float(), 1)
        first = begins[..., None].expand(-1, -1, width)
        within = sums - sums.gather(1, first).gather(1, index)
        h = states.gather(1, index) + within + self.inputs(x) + self.latest(x.last + 1)
        return self.head(h.flatten(0, 1).index_select(0, x.flat))

    def begin(self, lives):
        zeros = torch.zeros(lives, len(self.start), device=self.start.device)
        return {
            "trunk": self.trunk.begin(lives, self.start),
            "whole": zeros,
            "within": zeros.clone(),
            "phase": None,
            "items": torch.zeros(lives, dtype=torch.long, device=zeros.device),
            "h": self.start.expand(lives, -1).float().clone(),
        }

    def step(self, x, state):
        if state["phase"] is not None:
            state["whole"] = state["whole"] + self.whole(x.last)
            ended = (x.last == self.end_of_visit) | (state["phase"] == self.age)
            state["within"] = torch.where(ended[:, None], 0.0, state["within"] + self.far(x.last + 1))
            rows = ended.nonzero().flatten()
            if len(rows):
                known = type(x)(
                    **{name: getattr(x, name)[rows] for name in ("day", "before", "birth", "first", "phase", "place")}
                )
                visit = self.visit(state["whole"][rows]) + self.after(known)
                h = self.trunk.step(visit, state["items"][rows], elapsed(known, self.no_day), state["trunk"], rows)
                state["h"][rows] = h.float()
                state["items"][rows] += 1
                state["whole"][rows] = 0.0
        state["phase"] = x.phase.clone()
        return self.head(state["h"] + state["within"] + self.inputs(x) + self.latest(x.last + 1))

    def keep(self, state, rows):
        self.trunk.keep(state["trunk"], rows)
        for name in ("whole", "within", "phase", "items", "h"):
            state[name] = state[name][rows]


def losses(logits, token, lower, to):
    """−log likelihood of each token among those that might have come."""
    every = torch.arange(logits.shape[-1], device=logits.device)
    may = (every >= lower[:, None]) & (every < to[:, None])
    return F.cross_entropy(logits.float().masked_fill(~may, -torch.inf), token, reduction="none")
