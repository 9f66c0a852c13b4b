"""Lives as `histories.mjs export` writes them, and batches of them."""

import gzip
import json
import pathlib
import types

import numpy as np
import torch

TYPES = {"token": "<u2", "from": "<u2", "to": "<u2", "phase": "u1", "day": "<i4", "starts": "<i4", "birth": "<i4"}


class Meta:
    """What the tokens mean."""

    def __init__(self, folder):
        kept = json.loads((pathlib.Path(folder) / "lives.json").read_text())
        self.phases, self.no_day, self.spans = kept["phases"], kept["noDay"], kept["spans"]
        self.dictionary, alphabet = kept["dictionary"], kept["alphabet"]
        self.first = {name: one["start"] for name, one in alphabet.items() if isinstance(one, dict)}
        self.end = {name: one["end"] for name, one in alphabet.items() if isinstance(one, dict)}
        self.tokens, self.end_of_visit = alphabet["count"], alphabet["endOfVisit"]
        self.death, self.alone, self.first_values = alphabet["death"], alphabet["alone"], alphabet["firstValues"]
        self.last_day = self.dictionary["lastDay"]

    def phase(self, name):
        return self.phases.index(name)


def numbers(folder, name, kind):
    return np.frombuffer(gzip.decompress((pathlib.Path(folder) / f"{name}.gz").read_bytes()), kind)


class Lives:
    """One part's lives: their tokens one after another, on the device; and of each token what is known before it."""

    def __init__(self, folder, part, meta, device):
        read = {name: numbers(folder, f"{part}.{name}", kind) for name, kind in TYPES.items()}
        self.nats = numbers(folder, f"{part}.nats", "<f8")
        starts, day, phase = read["starts"].astype(np.int64), read["day"].astype(np.int64), read["phase"]
        self.device, self.starts, self.lengths = device, starts[:-1], np.diff(starts)
        life = np.repeat(np.arange(len(self.lengths)), self.lengths)
        # The day of the item before the one under way, which is the first day where there is none.
        arrives = np.flatnonzero(phase == meta.phase("class"))
        begins = phase[arrives - 1] == meta.phase("age")
        before = np.full(len(day), meta.no_day)
        before[arrives] = np.where(begins, day[arrives], day[arrives - 1])
        latest = np.maximum.accumulate(np.where(before > meta.no_day, np.arange(len(day)), -1))
        before = np.where(latest >= starts[life], before[latest], meta.no_day)
        asks_age = phase == meta.phase("age")
        first = np.full(len(self.lengths), meta.no_day)
        first[life[asks_age]] = day[asks_age]
        # Who it is stands by itself; then each item, with the time to it.
        begin = np.concatenate([[False], (read["token"] == meta.end_of_visit) | asks_age])[:-1]
        begin[self.starts] = False
        item = np.cumsum(begin)
        knows_age = np.isin(phase, [meta.phase(name) for name in ("class", "stay", "code", "value", "gap", "weekday")])
        birth = np.where(knows_age, read["birth"].astype(np.int64)[life], meta.no_day)
        own = {
            "token": read["token"], "from": read["from"], "to": read["to"], "phase": phase, "day": day,
            "before": before, "birth": birth, "item": item - item[self.starts][life],
            "first": np.where(day > meta.no_day, first[life], meta.no_day),
        }  # fmt: skip
        self.own = {name: torch.from_numpy(array.astype(np.int32)).to(device) for name, array in own.items()}
        # Items of each life.
        self.items = 1 + item[starts[1:] - 1] - item[self.starts]

    def send(self, array):
        """To the device, without waiting for it."""
        tensor = torch.from_numpy(array)
        return tensor.pin_memory().to(self.device, non_blocking=True) if self.device == "cuda" else tensor

    def batch(self, lives):
        """Lives × tokens, padded behind; `known` is where there is a token, and `flat` numbers these places."""
        longest = int(self.lengths[lives].max())
        flat = self.send(np.flatnonzero(np.arange(longest) < self.lengths[lives][:, None]))
        starts, lengths = self.send(np.stack([self.starts[lives], self.lengths[lives]]))[..., None]
        place = torch.arange(longest, device=self.device)
        known, at = place < lengths, starts + torch.minimum(place, lengths - 1)
        own = {name: array[at].long() for name, array in self.own.items()}
        last = torch.roll(own["token"], 1, 1)
        last[:, 0] = -1
        more = {"lower": own["from"], "place": place.expand_as(at), "last": last, "known": known, "flat": flat}
        return types.SimpleNamespace(**own, **more, items=int(self.items[lives].max()))


def batches(lives, among, size, rng=None):
    """Numbers of lives of about one length, at most `size` tokens with the padding; shuffled where there is an rng."""
    lengths = lives.lengths[among]
    order = among[np.argsort(lengths * (rng.uniform(0.9, 1.1, len(among)) if rng else 1), kind="stable")]
    found, longest = [[]], 0
    for life in order:
        longest = max(longest, lives.lengths[life])
        if found[-1] and longest * (len(found[-1]) + 1) > size:
            found.append([])
            longest = lives.lengths[life]
        found[-1].append(life)
    found = [np.array(batch) for batch in found]
    return [found[i] for i in rng.permutation(len(found))] if rng else found
