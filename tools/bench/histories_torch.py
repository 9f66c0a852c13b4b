"""Peers of the model of lives in PyTorch: a GRU or attention, over tokens or over visits, on the same tokens.

    node histories.mjs export COHORT FOLDER
    python3 histories_torch.py train FOLDER MODEL --over tokens --trunk attention
    python3 histories_torch.py draw FOLDER MODEL LIVES.gz -n 5000
    node histories.mjs records FOLDER LIVES.gz OUT

The softmax is over the tokens that might have come, as in libs/sequence, so that the losses are what `logLikelihood`
gives: nats per patient, with what the days within spans add. `draw` draws what the walk and the grammar of libs/sequence
let come. All print lines of JSON.
"""

import argparse
import gzip
import itertools
import json
import math
import os
import pathlib
import time

import numpy as np
import torch
from torch import nn
from torch.optim import swa_utils

from histories_data import Lives, Meta, batches, numbers
from histories_draw import draw_lives, stored
from histories_network import OverTokens, OverVisits, losses

OVER = {"tokens": OverTokens, "visits": OverVisits}
SHAPE = ("trunk", "width", "layers", "heads", "dropout")
# Steps that are timed while nobody else has the device.
TIMED = 20


def say(options, **line):
    text = json.dumps({"name": options.name, **line})
    print(text, flush=True)
    if options.results:
        with open(options.results, "a", encoding="utf-8") as file:
            file.write(text + "\n")


def low(options):
    return torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.bf16)


def loss_of(model, lives, chosen, options):
    """Of each token of some lives."""
    batch = lives.batch(chosen)
    with low(options):
        logits = model(batch)
    return losses(logits, *(getattr(batch, name).flatten()[batch.flat] for name in ("token", "lower", "to")))


def mean_loss(model, lives, among, options):
    """Nats per patient: of the tokens, and of the days within their spans."""
    model.eval()
    with torch.no_grad():
        total = sum(
            loss_of(model, lives, batch, options).sum().double().item()
            for batch in batches(lives, among, options.batch)
        )
    return total / len(among) + float(lives.nats[among].mean())


def seconds_of_step(step, options):
    """Of a step by itself: one process after another has the device, and all go on together."""
    if options.device == "cuda":
        torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(TIMED):
        step()
    if options.device == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - started) / TIMED


class Turn:
    """Has a folder's lock, so that one process times at a time; afterwards waits until all have."""

    def __init__(self, folder, others, patience=45):
        self.folder, self.others, self.until = (
            pathlib.Path(folder or "."),
            others if folder else 0,
            time.time() + patience,
        )

    def __enter__(self):
        while self.others and time.time() < self.until:
            try:
                os.mkdir(self.folder / "lock")
                return
            except FileExistsError:
                time.sleep(0.05)

    def __exit__(self, *_):
        if not self.others:
            return
        (self.folder / f"{os.getpid()}.done").touch()
        try:
            os.rmdir(self.folder / "lock")
        except FileNotFoundError:
            pass
        while len(list(self.folder.glob("*.done"))) < self.others and time.time() < self.until:
            time.sleep(0.05)


def train(options):
    meta = Meta(options.folder)
    lives, held = (Lives(options.folder, part, meta, options.device) for part in ("train", "holdout"))
    rng, aside = np.random.default_rng(options.seed), numbers(options.folder, "aside", "<i4")
    members = np.setdiff1d(np.arange(len(lives.starts)), aside)
    shape = {name: getattr(options, name) for name in SHAPE}
    model = OVER[options.over](meta, **shape).to(options.device)
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)
    shares = torch.bincount(lives.own["token"].long(), minlength=meta.tokens) + 0.5
    model.head.last.bias.data = torch.log(shares / shares.sum()).float()
    shrink = [weights for name, weights in model.named_parameters() if weights.ndim > 1 and "last" not in name]
    others = [weights for name, weights in model.named_parameters() if weights.ndim < 2 or "last" in name]
    adam = torch.optim.AdamW(
        [{"params": shrink, "weight_decay": options.decay}, {"params": others, "weight_decay": 0.0}],
        lr=options.rate, betas=(0.9, 0.98), fused=True,
    )  # fmt: skip
    taken = itertools.count(1)
    recent = lambda old, new, _: torch._foreach_lerp_(old, new, max(options.mean, 9 / (10 + next(taken))))
    mean = swa_utils.AveragedModel(model, multi_avg_fn=recent)
    per_epoch = len(batches(lives, members, options.batch))
    tokens = int(lives.lengths[members].sum())
    say(
        options,
        parameters=sum(p.numel() for p in model.parameters()),
        patients=len(members),
        aside=len(aside),
        tokens=tokens,
        steps=per_epoch,
        **shape,
        over=options.over,
        rate=options.rate,
        batch=options.batch,
        epochs=options.epochs,
    )

    def step(chosen):
        model.train()
        loss = loss_of(model, lives, chosen, options)
        adam.zero_grad()
        (loss.sum() * (per_epoch / tokens)).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        mean.update_parameters(model)
        return loss.detach().sum()

    adam.param_groups[0]["lr"] = adam.param_groups[1]["lr"] = 1e-5
    first = batches(lives, members, options.batch, rng)[:TIMED]
    with Turn(options.turns, options.others):
        for chosen in first[:5]:
            step(chosen)
        again = iter(first * TIMED)
        alone = seconds_of_step(lambda: step(next(again)), options)
    say(options, secondsOfStepAlone=alone, secondsOfEpochAlone=alone * per_epoch)
    mean.n_averaged.zero_()
    started, done, best, worse = time.perf_counter(), 0, math.inf, 0
    for epoch in range(options.epochs):
        total, gone = 0.0, 0.0
        for chosen in batches(lives, members, options.batch, rng):
            # By steps or by the time that there is, whichever is nearer to its end.
            gone = max(done / (options.epochs * per_epoch), (time.perf_counter() - started) / options.seconds)
            if gone >= 1:
                break
            rate = options.rate * min(1, (done + 1) / options.warm) * (0.02 + 0.98 * (1 + math.cos(math.pi * gone)) / 2)
            for group in adam.param_groups:
                group["lr"] = rate
            total += step(chosen)
            done += 1
        for kind, one in (("plain", model), ("mean", mean.module)):
            found = mean_loss(one, lives, aside, options)
            if kind == "plain":
                plain = found
            if found < best:
                best, worse, held_out = found, -1, mean_loss(one, held, np.arange(len(held.starts)), options)
                keep(options, meta, shape, one)
        worse += 1
        peak = torch.cuda.max_memory_allocated() >> 20 if options.device == "cuda" else None
        # Of whole passes alone.
        training = None if gone >= 1 else float(total) / len(members) + float(lives.nats[members].mean())
        say(
            options,
            epoch=epoch + 1,
            seconds=round(time.perf_counter() - started, 1),
            training=training,
            validation=plain,
            validationOfMean=found,
            best=best,
            heldOut=held_out,
            peakMb=peak,
            gone=round(gone, 3),
        )
        if worse == options.patience or gone >= 1:
            break


def keep(options, meta, shape, model):
    pathlib.Path(options.model).mkdir(parents=True, exist_ok=True)
    kept = {"over": options.over, "shape": shape, "weights": model.state_dict()}
    torch.save(kept, pathlib.Path(options.model) / "part.pt")
    os.replace(pathlib.Path(options.model) / "part.pt", pathlib.Path(options.model) / "lives.pt")


def load(options, meta):
    kept = torch.load(pathlib.Path(options.model) / "lives.pt", map_location=options.device, weights_only=True)
    model = OVER[kept["over"]](meta, **kept["shape"]).to(options.device)
    model.load_state_dict(kept["weights"])
    return model.eval()


def draw(options):
    meta, started = Meta(options.folder), time.perf_counter()
    model = load(options, meta)
    generator = torch.Generator(options.device).manual_seed(options.seed)
    parts, tokens, open_ = [], 0, 0
    for first in range(0, options.n, options.block):
        lives = min(options.block, options.n - first)
        drawn, births, unfinished = draw_lives(
            model, meta, lives, generator, started + options.seconds, lambda: low(options)
        )
        tokens, open_ = tokens + len(drawn), open_ + len(unfinished)
        parts.append(stored(meta, drawn, births, unfinished))
        pathlib.Path(options.lives).write_bytes(gzip.compress(np.concatenate(parts).tobytes(), 6))
        say(
            options,
            drawn=min(options.n, first + options.block),
            drawnTokens=tokens,
            unfinished=open_,
            seconds=round(time.perf_counter() - started, 1),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("train", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    one.set_defaults(run=train)
    one.add_argument("folder", help="of histories.mjs")
    one.add_argument("model")
    one.add_argument("--over", choices=OVER, default="tokens")
    one.add_argument("--trunk", choices=("attention", "gru"), default="attention")
    one.add_argument("--width", type=int, default=256)
    one.add_argument("--layers", type=int, default=4)
    one.add_argument("--heads", type=int, default=8)
    one.add_argument("--dropout", type=float, default=0.2)
    one.add_argument("--epochs", type=int, default=12, help="at most; the rate goes down to their end")
    one.add_argument("--patience", type=int, default=3, help="epochs without a smaller validation loss")
    one.add_argument("--seconds", type=float, default=math.inf, help="in which to come to the end")
    one.add_argument("--batch", type=int, default=16384, help="tokens of a step, with padding")
    one.add_argument("--rate", type=float, default=1e-3)
    one.add_argument("--warm", type=int, default=200, help="steps until the rate is reached")
    one.add_argument("--decay", type=float, default=0.05, help="of the weights")
    one.add_argument(
        "--mean", type=float, default=0.004, help="share of the latest weights in the mean that is judged too"
    )
    one.add_argument("--turns", help="folder in which processes that run side by side take turns at timing their steps")
    one.add_argument("--others", type=int, default=0, help="how many such processes there are")
    other = commands.add_parser("draw", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    other.set_defaults(run=draw)
    other.add_argument("folder", help="of histories.mjs")
    other.add_argument("model")
    other.add_argument("lives")
    other.add_argument("-n", type=int, default=5000, help="patients")
    other.add_argument("--seconds", type=float, default=math.inf, help="after which lives without an end are left out")
    other.add_argument("--block", type=int, default=2500, help="patients that are drawn side by side")
    for command in (one, other):
        command.add_argument("--name", default="", help="in what is printed")
        command.add_argument("--results", help="file that gets the lines too")
        command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        command.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True, help="products in bfloat16")
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(options.seed)
    options.run(options)


if __name__ == "__main__":
    main()
