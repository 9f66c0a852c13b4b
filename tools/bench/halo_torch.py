"""A model in the manner of HALO (Theodorou, Xiao, Sun 2023), as one would write it in PyTorch: a peer that is not ours.

    python3 halo_torch.py train COHORT MODEL
    python3 halo_torch.py draw MODEL OUT -n 10000

Written from the paper. A causal transformer reads a record's visits as multi-hot vectors and says what is known before
the next one; a masked head then draws this visit's codes one after the other, each by a sigmoid given the history and
the codes before it in the order of the vocabulary. Smaller than the paper's, so that a core can train it. COHORT is a
folder of `ehrsynth ingest`; OUT gets records.ndjson.gz, which `ehrsynth evaluate` reads. Both print lines of JSON.
"""

import argparse
import collections
import gzip
import itertools
import json
import math
import pathlib
import resource
import time

import numpy as np
import torch
from torch import nn
from torch.optim import swa_utils

from halo_network import Halo
from halo_records import Vocabulary, records_of


def batch_of(records, codes):
    lengths = torch.tensor([len(record) for record in records])
    visits = torch.zeros(len(records), int(lengths.max()), codes)
    places = [row * visits.shape[1] + place for row, record in enumerate(records) for place in range(len(record))]
    known = list(itertools.chain(*records))
    rows, numbers = np.repeat(places, [len(visit) for visit in known]), np.concatenate(known).astype(int)
    visits.view(-1, codes)[torch.from_numpy(rows), torch.from_numpy(numbers)] = 1
    return visits, torch.arange(visits.shape[1]) < lengths[:, None]


def batches_of(records, size, rng=None):
    """Records of about one length together, at most `size` visits with padding; shuffled where there is an rng."""
    jitter = rng.uniform(0.9, 1.1, len(records)) if rng else 1
    order = np.argsort(jitter * np.array([len(record) for record in records]), kind="stable")
    batches, longest = [[]], 0
    for i in order:
        longest = max(longest, len(records[i]))
        if batches[-1] and longest * (len(batches[-1]) + 1) > size:
            batches.append([])
            longest = len(records[i])
        batches[-1].append(records[i])
    return [batches[i] for i in rng.permutation(len(batches))] if rng else batches


def say(**line):
    print(json.dumps(line), flush=True)


def train(options):
    started = time.process_time()
    vocabulary = Vocabulary(options.cohort)
    source = pathlib.Path(options.cohort) / "train" / "records.ndjson.gz"
    records = [vocabulary.encode(record, options.visits) for record in records_of(source)]
    codes, rng = len(vocabulary.tokens), np.random.default_rng(options.seed)
    order = rng.permutation(len(records))
    aside = max(1, round(0.05 * len(records)))
    validation, members = ([records[i] for i in part] for part in (order[:aside], order[aside:]))
    shape = {"codes": codes, "visits": options.visits + 1} | {
        name: getattr(options, name) for name in ("width", "layers", "heads", "dropout")
    }
    model = Halo(**shape)
    counts = np.bincount(np.concatenate(list(itertools.chain(*members))), minlength=codes)
    share = torch.from_numpy((counts + 0.5) / (sum(map(len, members)) + 1)).float()
    model.last.bias.data = torch.logit(share)
    head = {"params": [*model.hidden.parameters(), *model.last.parameters()], "lr": options.head_rate}
    others = [weights for name, weights in model.named_parameters() if not name.startswith(("hidden.", "last."))]
    adam = torch.optim.AdamW([{"params": others}, head], lr=options.rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(adam, 0.01, total_iters=100)
    # What is judged and kept is the mean of the last 500 steps or so: it needs no falling rate, so that any epoch may
    # be the last.
    recent = lambda old, new, step: old.lerp(new, max(0.002, 9 / (10 + step)))
    mean = swa_utils.AveragedModel(model, avg_fn=recent)
    low = lambda: torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16)
    say(
        read=round(time.process_time() - started, 1), codes=codes, patients=len(members),
        cut=int(sum(record[-1][-1] != vocabulary.end for record in records)),
        parameters=sum(p.numel() for p in model.parameters()),
    )  # fmt: skip

    def one_epoch():
        total = 0.0
        for batch in batches_of(members, options.batch, rng):
            visits, present = batch_of(batch, codes)
            with low():
                loss = model.loss(visits, present)
            adam.zero_grad()
            (loss / present.sum()).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()
            mean.update_parameters(model)
            total += loss.item()
        return total / len(members)

    def of_validation():
        mean.eval()
        with torch.no_grad(), low():
            batches = batches_of(validation, options.batch)
            return sum(mean.module.loss(*batch_of(batch, codes)).item() for batch in batches) / len(validation)

    best, worse, stopped, started = math.inf, 0, False, time.process_time()
    for epoch in range(options.epochs):
        try:
            loss = one_epoch()
        except KeyboardInterrupt:
            loss, stopped = None, True
        validation_loss, seconds = of_validation(), round(time.process_time() - started, 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        say(epoch=epoch + 1, stopped=stopped, seconds=seconds, loss=loss, validation=validation_loss, peakMb=peak)
        worse = 0 if validation_loss < best else worse + 1
        if worse == 0:
            best = validation_loss
            kept = {"shape": shape, "vocabulary": vocabulary, "weights": mean.module.state_dict()}
            pathlib.Path(options.model).mkdir(parents=True, exist_ok=True)
            torch.save(kept, pathlib.Path(options.model) / "halo.pt")
        if stopped or worse == options.patience:
            break


@torch.no_grad()
def draw_records(model, patients, end, generator):
    """Visits of each patient, as arrays of numbers: labels first, to the record's end or as many as the model knows."""
    records = [[] for _ in range(patients)]
    active, caches, embedded = np.arange(patients), [{} for _ in model.blocks], model.start.expand(patients, -1)
    for place in range(len(model.place)):
        visit = model.draw(model.step(embedded, place, caches), generator)
        who, what = (x.numpy() for x in visit.nonzero(as_tuple=True))
        for row, codes in zip(active, np.split(what, np.searchsorted(who, np.arange(1, len(active))))):
            records[row].append(codes)
        going = visit[:, end] == 0
        active, embedded = active[going.numpy()], model.embed(visit[going])
        if not len(active):
            break
        if not going.all():
            for cache in caches:
                cache.update({name: tensor[going] for name, tensor in cache.items()})
    return records


def draw(options):
    started = time.process_time()
    # The file is one that `train` wrote: it holds the vocabulary as a Python object.
    kept = torch.load(pathlib.Path(options.model) / "halo.pt", weights_only=False)
    model, vocabulary = Halo(**kept["shape"]), kept["vocabulary"]
    model.load_state_dict(kept["weights"])
    model.eval()
    generator, rng = torch.Generator().manual_seed(options.seed), np.random.default_rng(options.seed)
    folder, odd = pathlib.Path(options.out), collections.Counter()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "records.ndjson.gz.part"
    with gzip.open(part, "wt", encoding="utf-8", compresslevel=6) as lines:
        for first in range(0, options.n, 1000):
            drawn = draw_records(model, min(1000, options.n - first), vocabulary.end, generator)
            for number, visits in enumerate(drawn, first + 1):
                odd["no end"] += vocabulary.end not in visits[-1]
                lines.write(json.dumps(vocabulary.decode(f"halo-{options.seed}-{number}", visits, rng, odd)) + "\n")
    part.rename(folder / "records.ndjson.gz")
    say(drawn=options.n, seconds=round(time.process_time() - started, 1), odd=dict(odd))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("train", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    one.set_defaults(run=train)
    one.add_argument("cohort")
    one.add_argument("model")
    one.add_argument("--epochs", type=int, default=20, help="at most")
    one.add_argument("--patience", type=int, default=2, help="epochs without a smaller validation loss")
    one.add_argument("--width", type=int, default=128)
    one.add_argument("--layers", type=int, default=3)
    one.add_argument("--heads", type=int, default=4)
    one.add_argument("--dropout", type=float, default=0.0, help="of few passes over many patients none is needed")
    one.add_argument("--visits", type=int, default=256, help="visits of a record that are looked at and drawn, at most")
    one.add_argument("--batch", type=int, default=1024, help="visits of a step")
    one.add_argument("--rate", type=float, default=1e-3, help="of the transformer")
    one.add_argument("--head-rate", type=float, default=5e-3)
    one.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True, help="products in bfloat16")
    other = commands.add_parser("draw", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    other.set_defaults(run=draw)
    other.add_argument("model")
    other.add_argument("out")
    other.add_argument("-n", type=int, default=10000, help="patients")
    for command in (one, other):
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.run(options)


if __name__ == "__main__":
    main()
