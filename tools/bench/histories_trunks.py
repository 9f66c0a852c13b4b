"""From what is known at each place of a life to a state after it: attention or a GRU, of all places or one by one."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from histories_inputs import YEAR


class Rotary(nn.Module):
    """Half of each head's numbers turned by the place, half by the day, so that attention sees what lies between."""

    def __init__(self, size):
        super().__init__()
        pairs = size // 4
        places = 10000.0 ** (-torch.arange(pairs) / pairs)
        days = 2 * math.pi / (7 * (40 * YEAR / 7) ** (torch.arange(pairs) / max(1, pairs - 1)))
        self.register_buffer("places", places, persistent=False)
        self.register_buffer("days", days, persistent=False)

    def forward(self, place, day):
        """Both lives × tokens → cosines and sines, lives × 1 × tokens × pairs"""
        angles = torch.cat([place[..., None] * self.places, day[..., None] * self.days], -1)[..., None, :, :]
        return angles.cos(), angles.sin()

    @staticmethod
    def turn(x, turns):
        (cos, sin), (a, b) = turns, x.float().chunk(2, -1)
        return torch.cat([a * cos - b * sin, a * sin + b * cos], -1).to(x.dtype)


class Layer(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads, self.drop = heads, nn.Dropout(dropout)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def parts(self, h, turns):
        """h: lives × tokens × width → query, key and value, lives × heads × tokens × size"""
        query, key, value = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in self.attend(self.before(h)).chunk(3, -1)
        )
        return Rotary.turn(query, turns), Rotary.turn(key, turns), value

    def rest(self, h, seen):
        h = h + self.drop(self.project(seen.transpose(1, 2).flatten(2)))
        return h + self.drop(self.narrow(F.gelu(self.wide(self.between(h)))))


class Attention(nn.Module):
    def __init__(self, width, layers, heads, dropout):
        super().__init__()
        self.rotary, self.heads = Rotary(width // heads), heads
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(dropout)

    def forward(self, h, place, day):
        turns, h = self.rotary(place, day), self.drop(h)
        for layer in self.layers:
            query, key, value = layer.parts(h, turns)
            h = layer.rest(h, F.scaled_dot_product_attention(query, key, value, is_causal=True))
        return self.norm(h)

    def begin(self, lives, like):
        return {
            "length": torch.zeros(lives, dtype=torch.long, device=like.device),
            "most": 0,
            "layers": [None] * len(self.layers),
        }

    def step(self, h, place, day, state, rows):
        """h: one of each of the rows, n × width."""
        turns = self.rotary(place[:, None], day[:, None])
        h, length = h[:, None], state["length"][rows]
        state["most"] = max(state["most"], int(length.max()) + 1)
        most, every = state["most"], len(rows) == len(state["length"])
        seen = (torch.arange(most, device=h.device) <= length[:, None])[:, None, None]
        for number, layer in enumerate(self.layers):
            query, key, value = layer.parts(h, turns)
            kept = state["layers"][number]
            if kept is None or kept.shape[3] < most:
                grown = key.new_zeros(2, len(state["length"]), self.heads, max(32, most * 3 // 2), key.shape[-1])
                if kept is not None:
                    grown[:, :, :, : kept.shape[3]] = kept
                kept = state["layers"][number] = grown
            kept[0, rows, :, length], kept[1, rows, :, length] = key[:, :, 0], value[:, :, 0]
            keys, values = (one[:, :, :most] if every else one[rows, :, :most] for one in kept)
            h = layer.rest(h, F.scaled_dot_product_attention(query, keys, values, attn_mask=seen))
        state["length"][rows] += 1
        return self.norm(h)[:, 0]

    @staticmethod
    def keep(state, rows):
        state["length"] = state["length"][rows]
        state["layers"] = [kept if kept is None else kept[:, rows] for kept in state["layers"]]


class Recurrent(nn.Module):
    def __init__(self, width, layers, heads, dropout):
        super().__init__()
        self.gru = nn.GRU(width, width, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)
        self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(dropout)

    def forward(self, h, place, day):
        with torch.autocast(h.device.type, enabled=False):
            return self.norm(self.drop(h.float() + self.gru(self.drop(h.float()))[0]))

    def begin(self, lives, like):
        return {"h": torch.zeros(self.gru.num_layers, lives, self.gru.hidden_size, device=like.device)}

    def step(self, h, place, day, state, rows):
        with torch.autocast(h.device.type, enabled=False):
            seen, state["h"][:, rows] = self.gru(h.float()[:, None], state["h"][:, rows].contiguous())
            return self.norm(h.float() + seen[:, 0])

    @staticmethod
    def keep(state, rows):
        state["h"] = state["h"][:, rows]


TRUNKS = {"attention": Attention, "gru": Recurrent}
