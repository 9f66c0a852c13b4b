"""Lives drawn token by token, many side by side."""

import time

import numpy as np
import torch

from histories_walk import Walks

# Tokens of a life, at most.
MOST_TOKENS = 4000


@torch.no_grad()
def draw_lives(model, meta, lives, generator, until, low):
    """Tokens of lives with the phase of each, the day and the stay after it; births; and which lives came to no end."""
    device = generator.device
    walks, state = Walks(meta, lives, device, generator), model.begin(lives)
    who, drawn, births = (
        torch.arange(lives, device=device),
        [],
        torch.full((lives,), meta.no_day, device=device),
    )
    for place in range(MOST_TOKENS):
        if time.perf_counter() > until:
            break
        with low():
            logits = model.step(walks.known(), state)
        logits = logits.float().masked_fill(~walks.may(), -torch.inf)
        chance = torch.rand(logits.shape, device=logits.device, generator=generator).clamp(1e-20)
        token, phase = (logits - torch.log(-torch.log(chance))).argmax(1), walks.phase.clone()
        walks.take(token)
        drawn.append(torch.stack([who, torch.full_like(who, place), token, phase, walks.day, walks.stay], 1).int())
        births[who] = walks.birth
        # Those that are over go on until some are taken out together.
        if place % 8 == 7 or place < 8:
            rows = (walks.over == 0).nonzero().flatten()
            if len(rows) < len(who):
                walks.keep(rows), model.keep(state, rows)
                who = who[rows]
            if not len(rows):
                break
    return torch.cat(drawn).cpu().numpy(), births.cpu().numpy(), set(who[walks.over == 0].tolist())


def stored(meta, drawn, births, unfinished):
    """Lives as libs/sequence's store has them, without those that came to no end."""
    drawn = drawn[np.lexsort((drawn[:, 1], drawn[:, 0]))]
    entries = meta.dictionary["entries"]
    variants = np.array([len(entry["variants"]) for entry in entries])
    events = np.concatenate([[0], np.cumsum(variants)])
    named, codes = {number: name for number, name in enumerate(meta.phases)}, meta.first["codes"]
    out, starts = [], np.searchsorted(drawn[:, 0], np.arange(len(births) + 1))
    for life, birth in enumerate(births):
        if life in unfinished:
            continue
        people, items, entry = {}, [], 0
        for _, _, token, phase, day, stay in drawn[starts[life] : starts[life + 1]].tolist():
            name = named[phase]
            if name in ("sex", "race", "ethnicity"):
                people[name] = token
            elif name == "class":
                items.append([day, token, 0, []])
                if token == meta.death:
                    break
            elif name == "stay":
                items[-1][2] = stay
            elif name == "code" and token != meta.end_of_visit:
                entry = token - codes
                if variants[entry] == 1:
                    items[-1][3].append(int(events[entry]))
            elif name == "value":
                items[-1][3].append(int(events[entry]) + token - meta.first_values[entry])
            elif (name == "gap" and token == meta.first["gaps"]) or (name == "year" and token == meta.end["years"] - 1):
                break
        out += [people["sex"], people["race"], people["ethnicity"], int(birth), len(items)]
        for day, own, stay, codes_of in items:
            out += [day, own, stay, len(codes_of), *codes_of]
    return np.array(out, dtype="<i4")
