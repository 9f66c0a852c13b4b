"""What is known at a token of a life, as a network takes it."""

import math

import torch
from torch import nn

YEAR = 365.25
# Days from one visit to the next as a clock has them that goes round in so many days.
TIMES = (7, 14, 28, 30.44, 56, 91.31, 121.75, 152.2, 182.6, 365.25, 730.5, 1826.25)


class Inputs(nn.Module):
    """What is known at a token: where in the life, which day, which age, how long since the visit before."""

    def __init__(self, meta, width):
        super().__init__()
        self.no_day, self.last_day = meta.no_day, meta.last_day
        self.register_buffer("spans", torch.tensor(meta.spans[1:-1]), persistent=False)
        self.phases, self.weekdays = nn.Embedding(len(meta.phases), width), nn.Embedding(8, width)
        self.gaps = nn.Embedding(len(meta.spans), width)
        turns = {
            "ages": [2**k for k in range(8)],
            "years": [2**k for k in range(7)],
            "seasons": [1 / k for k in (1, 2, 3, 4)],
        }
        for name, years in turns.items():
            self.register_buffer(name, 1 / (YEAR * torch.tensor(years)), persistent=False)
        self.register_buffer("times", 1 / torch.tensor(TIMES), persistent=False)
        self.numbers = nn.Linear(2 * (sum(map(len, turns.values())) + len(TIMES)) + 6, width)

    def forward(self, x):
        dated, aged = x.day > self.no_day, x.birth > self.no_day
        zero = torch.zeros_like(x.day)
        day = torch.where(dated, x.day, zero)
        gap = torch.where(x.before > self.no_day, day - x.before, zero)
        age = torch.where(aged, day - x.birth, zero)
        since, to_last = (day - torch.where(dated, x.first, zero)).clamp(0), (self.last_day - day).clamp(0)
        turns = [age[..., None] * self.ages, (day[..., None] - 10957) * self.years, day[..., None] * self.seasons]
        angles = 2 * math.pi * torch.cat([*turns, gap[..., None] * self.times], -1)
        plain = [age / (50 * YEAR), torch.log1p(age / YEAR), torch.log1p(gap.float()), torch.log1p(since / 30)]
        plain += [torch.log1p(to_last / 30), torch.log1p(x.place.float())]
        plain = torch.stack([number.float() for number in plain], -1)
        numbers = torch.cat([angles.sin(), angles.cos(), plain], -1)
        weekday = torch.where(dated, 1 + day % 7, zero)
        return (
            self.phases(x.phase)
            + self.weekdays(weekday)
            + self.gaps(torch.bucketize(gap, self.spans, right=True))
            + self.numbers(numbers)
        )


def elapsed(x, no_day):
    """Days since the first one."""
    return torch.where(x.day > no_day, x.day - x.first, 0).float()
