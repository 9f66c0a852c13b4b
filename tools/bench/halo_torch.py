"""A model in the manner of HALO (Theodorou, Xiao, Sun 2023), as one would write it in PyTorch: a peer that is not ours.

    python3 halo_torch.py train COHORT MODEL
    python3 halo_torch.py draw MODEL OUT -n 10000

and where a machine with a GPU has no cohort, in steps of which the middle ones alone are run there, on small files:

    python3 halo_torch.py encode COHORT FILE
    python3 halo_torch.py train FILE MODEL --device cuda
    python3 halo_torch.py draw MODEL FILE2 --encoded --device cuda
    python3 halo_torch.py decode FILE2 OUT

Written from the paper. A causal transformer reads a record's visits as multi-hot vectors and says what is known before
the next one; a masked head then draws this visit's codes one after the other, each by a sigmoid given the history and
the codes before it in the order of the vocabulary. Smaller than the paper's, so that a core can train it. COHORT is a
folder of `ehrsynth ingest`; OUT gets records.ndjson.gz, which `ehrsynth evaluate` reads. Both print lines of JSON.
"""

import argparse
import collections
import functools
import gzip
import itertools
import json
import math
import pathlib
import pickle
import resource
import time

import numpy as np
import torch
from torch import nn
from torch.optim import swa_utils

from halo_network import Halo
from halo_records import Vocabulary, records_of


def encoded(cohort, most):
    """A cohort's training patients by their vocabulary."""
    vocabulary = Vocabulary(cohort)
    source = pathlib.Path(cohort) / "train" / "records.ndjson.gz"
    return vocabulary, [vocabulary.encode(record, most) for record in records_of(source)]


def write(path, vocabulary, records):
    """Records as numbers, with what they mean: a Python object, to be read where it is trusted."""
    visits = list(itertools.chain(*records))
    numbers = [np.array([len(one) for one in many], dtype=np.int16) for many in (records, visits)]
    with gzip.open(path, "wb") as file:
        pickle.dump((vocabulary, *numbers, np.concatenate(visits).astype(np.int16)), file)


def read(path):
    with gzip.open(path, "rb") as file:
        vocabulary, records, visits, codes = pickle.load(file)
    visits = np.split(codes, np.cumsum(visits, dtype=int)[:-1])
    ends = np.cumsum(records, dtype=int)
    return vocabulary, [visits[end - length : end] for length, end in zip(records, ends)]


def clock(options):
    """Seconds: of the processor; where there is a GPU, as they go by."""
    return time.process_time() if options.device == "cpu" else time.perf_counter()


def batch_of(records, codes, device="cpu"):
    lengths = torch.tensor([len(record) for record in records], device=device)
    visits = torch.zeros(len(records), int(lengths.max()), codes, device=device)
    places = [row * visits.shape[1] + place for row, record in enumerate(records) for place in range(len(record))]
    known = list(itertools.chain(*records))
    rows, numbers = np.repeat(places, [len(visit) for visit in known]), np.concatenate(known).astype(int)
    visits.view(-1, codes)[torch.from_numpy(rows).to(device), torch.from_numpy(numbers).to(device)] = 1
    return visits, torch.arange(visits.shape[1], device=device) < lengths[:, None]


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
    started, source = clock(options), pathlib.Path(options.cohort)
    vocabulary, records = encoded(source, options.visits) if source.is_dir() else read(source)
    codes, rng = len(vocabulary.tokens), np.random.default_rng(options.seed)
    order = rng.permutation(len(records))
    aside = max(1, round(0.05 * len(records)))
    validation, members = ([records[i] for i in part] for part in (order[:aside], order[aside:]))
    shape = {"codes": codes, "visits": options.visits + 1} | {
        name: getattr(options, name) for name in ("width", "layers", "heads", "dropout")
    }
    model = Halo(**shape).to(options.device)
    counts = np.bincount(np.concatenate(list(itertools.chain(*members))), minlength=codes)
    share = torch.from_numpy((counts + 0.5) / (sum(map(len, members)) + 1)).float()
    model.last.bias.data = torch.logit(share).to(options.device)
    head = {"params": [*model.hidden.parameters(), *model.last.parameters()], "lr": options.head_rate}
    others = [weights for name, weights in model.named_parameters() if not name.startswith(("hidden.", "last."))]
    adam = torch.optim.AdamW([{"params": others}, head], lr=options.rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(adam, 0.01, total_iters=100)
    # What is judged and kept is the mean of the last 500 steps or so: it needs no falling rate, so that any epoch may
    # be the last.
    taken = itertools.count(1)
    recent = lambda old, new, _: torch._foreach_lerp_(old, new, max(0.002, 9 / (10 + next(taken))))
    mean = swa_utils.AveragedModel(model, multi_avg_fn=recent)
    low = lambda: torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.bf16)
    say(
        read=round(clock(options) - started, 1), codes=codes, patients=len(members),
        cut=int(sum(record[-1][-1] != vocabulary.end for record in records)),
        parameters=sum(p.numel() for p in model.parameters()),
    )  # fmt: skip

    def one_epoch():
        """None where the time is over."""
        total = 0.0
        for batch in batches_of(members, options.batch, rng):
            if clock(options) - started > options.seconds:
                return None
            visits, present = batch_of(batch, codes, options.device)
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
            return sum(mean.module.loss(*batch_of(batch, codes, options.device)).item() for batch in batches) / len(
                validation
            )

    best, worse, started = math.inf, 0, clock(options)
    for epoch in range(options.epochs):
        try:
            loss = one_epoch()
        except KeyboardInterrupt:
            loss = None
        stopped = loss is None
        validation_loss, seconds = of_validation(), round(clock(options) - started, 1)
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
        who, what = (x.cpu().numpy() for x in visit.nonzero(as_tuple=True))
        for row, codes in zip(active, np.split(what, np.searchsorted(who, np.arange(1, len(active))))):
            records[row].append(codes)
        going = visit[:, end] == 0
        active, embedded = active[going.cpu().numpy()], model.embed(visit[going])
        if not len(active):
            break
        if not going.all():
            for cache in caches:
                cache.update({name: tensor[going] for name, tensor in cache.items()})
    return records


def draw(options):
    started = clock(options)
    # The file is one that `train` wrote: it holds the vocabulary as a Python object.
    kept = torch.load(pathlib.Path(options.model) / "halo.pt", map_location=options.device, weights_only=False)
    model, vocabulary = Halo(**kept["shape"]).to(options.device), kept["vocabulary"]
    model.load_state_dict(kept["weights"])
    model.eval()
    generator, drawn = torch.Generator(options.device).manual_seed(options.seed), []
    for first in range(0, options.n, options.block):
        drawn += draw_records(model, min(options.block, options.n - first), vocabulary.end, generator)
        if options.encoded:
            write(options.out, vocabulary, drawn)
            say(drawn=len(drawn), seconds=round(clock(options) - started, 1))
    if not options.encoded:
        decode_all(vocabulary, drawn, options, started)


def decode(options):
    decode_all(*read(options.drawn), options, clock(options))


def decode_all(vocabulary, drawn, options, started):
    rng, folder, odd = np.random.default_rng(options.seed), pathlib.Path(options.out), collections.Counter()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "records.ndjson.gz.part"
    with gzip.open(part, "wt", encoding="utf-8", compresslevel=6) as lines:
        for number, visits in enumerate(drawn, 1):
            odd["no end"] += vocabulary.end not in visits[-1]
            lines.write(json.dumps(vocabulary.decode(f"halo-{options.seed}-{number}", visits, rng, odd)) + "\n")
    part.rename(folder / "records.ndjson.gz")
    say(drawn=len(drawn), seconds=round(clock(options) - started, 1), odd=dict(odd))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = functools.partial(commands.add_parser, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    one, other, before, after = (command(name) for name in ("train", "draw", "encode", "decode"))
    one.set_defaults(run=train)
    one.add_argument("cohort", help="or a file that `encode` wrote")
    one.add_argument("model")
    one.add_argument("--epochs", type=int, default=20, help="at most")
    one.add_argument("--patience", type=int, default=2, help="epochs without a smaller validation loss")
    one.add_argument("--seconds", type=float, default=math.inf, help="of training, at most")
    one.add_argument("--width", type=int, default=128)
    one.add_argument("--layers", type=int, default=3)
    one.add_argument("--heads", type=int, default=4)
    one.add_argument("--dropout", type=float, default=0.0, help="of few passes over many patients none is needed")
    one.add_argument("--batch", type=int, default=1024, help="visits of a step")
    one.add_argument("--rate", type=float, default=1e-3, help="of the transformer")
    one.add_argument("--head-rate", type=float, default=5e-3)
    one.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True, help="products in bfloat16")
    other.set_defaults(run=draw)
    other.add_argument("model")
    other.add_argument("out", help="folder; with --encoded a file for `decode`")
    other.add_argument("-n", type=int, default=10000, help="patients")
    other.add_argument("--block", type=int, default=1000, help="patients that are drawn side by side")
    other.add_argument("--encoded", action="store_true", help="leave the records as numbers")
    before.set_defaults(run=lambda options: write(options.file, *encoded(options.cohort, options.visits)))
    before.add_argument("cohort")
    before.add_argument("file")
    after.set_defaults(run=decode)
    after.add_argument("drawn", help="file that `draw --encoded` wrote")
    after.add_argument("out")
    for command in (one, before):
        command.add_argument("--visits", type=int, default=256, help="visits of a record that are looked at, at most")
    for command in commands.choices.values():
        command.add_argument("--device", default="cpu")
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.run(options)


if __name__ == "__main__":
    main()
