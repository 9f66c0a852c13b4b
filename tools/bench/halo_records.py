"""Patient records as HALO sees them, and back: a record is a list of visits, a visit the ascending numbers of its
codes.

The first "visit" holds the labels: sex, race, ethnicity, age and year at the first visit. Those that follow hold the
bin of the days since the visit before, the class, the bin of the days of a stay, the codes, and behind a measured code
the bin or the answer of its value; the last one holds the bin of the days to death, where there is one, and the end of
the record.
"""

import collections
import datetime
import functools
import gzip
import json
import pathlib

import numpy as np

AGE_CUTS = [365 * years for years in (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90)]
GAP_BINS, STAY_BINS, DEATH_BINS, VALUE_BINS = 30, 6, 6, 10
# Of events without an encounter, on a day that no encounter covers.
ALONE = "none"


@functools.lru_cache(maxsize=None)
def day_of(date):
    return datetime.date.fromisoformat(date).toordinal()


def date_of(day):
    return datetime.date.fromordinal(int(day)).isoformat()


class Bins:
    """Numbers in bins that end with (and include) each cut; of each bin its quantiles are kept, in steps of a 20th."""

    def __init__(self, values, cuts):
        values = np.sort(np.asarray(values, dtype=float))
        self.cuts = np.unique([cut for cut in cuts if len(values) and values[0] <= cut < values[-1]])
        of = np.searchsorted(self.cuts, values)
        present = np.unique(of)
        self.cuts = self.cuts[[k for k in range(len(self.cuts)) if k in present]]
        of = np.searchsorted(self.cuts, values)
        steps = np.linspace(0, 1, 21)
        self.quantiles = [np.quantile(values[of == k], steps, method="nearest") for k in np.unique(of)]

    @classmethod
    def by_quantiles(cls, values, bins):
        return cls(values, np.quantile(values, np.arange(1, bins) / bins, method="nearest") if len(values) else [])

    def __len__(self):
        return len(self.quantiles)

    def bin_of(self, value):
        return min(int(np.searchsorted(self.cuts, value)), len(self) - 1)

    def median(self, k):
        return float(self.quantiles[k][10])

    def draw(self, k, rng):
        """A whole number, by the distribution within the bin."""
        return round(float(np.interp(rng.random() * 20, np.arange(21), self.quantiles[k])))


Visit = collections.namedtuple("Visit", "first last minute kind events")


def visits_of(record):
    """In order of time. Events without an encounter join the visit that covers their day, as in libs/histories."""
    own = []
    for one in record["encounters"]:
        start, end = one.get("start") or one.get("end"), one.get("end") or one.get("start")
        if start is not None:
            first = day_of(start)
            own.append(Visit(first, max(first, day_of(end)), one.get("startTime", ""), one["class"], []))
        else:
            own.append(None)
    dated = sorted((visit for visit in own if visit), key=lambda visit: visit[:3])
    alone = {}
    for event in record["events"]:
        visit = own[event["encounter"]] if "encounter" in event else None
        if visit is None and "start" in event:
            day = day_of(event["start"])
            covering = (v for v in reversed(dated) if v.first <= day <= v.last)
            visit = next(covering, None) or alone.setdefault(day, Visit(day, day, "", ALONE, []))
        if visit:
            visit.events.append(event)
    return sorted([*dated, *alone.values()], key=lambda visit: visit[:3])


def records_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def code_of(event):
    return (event["kind"], event["code"]["system"], event["code"]["code"])


class Vocabulary:
    """What at least `minPatients` of a cohort's training patients have, numbered in the order of the head."""

    def __init__(self, cohort):
        cohort = pathlib.Path(cohort)
        encoding = json.loads((cohort / "encoding.json").read_text())
        if encoding["levels"] or encoding["rare"] != "drop":
            raise SystemExit(f"{cohort}: its columns are above its records' codes. Ingest without --level and --rare.")
        least = encoding["minPatients"]
        columns = json.loads((cohort / "train" / "columns.json").read_text())["columns"]
        columns = [column for column in columns if column["kind"] != "demographic"]
        self.display = {(c["kind"], c["system"], c["code"]): c.get("display") for c in columns}
        carriers, values = collections.defaultdict(set), collections.defaultdict(list)
        self.last_day = 0
        for number, record in enumerate(records_of(cohort / "train" / "records.ndjson.gz")):
            self._count(number, record, carriers, values)
        frequent = {token for token, people in carriers.items() if len(people) >= least}
        kept = lambda kind: sorted(token for token in frequent if token[0] == kind)
        self.bins = {
            "age": Bins(values["age"], AGE_CUTS),
            "year": Bins(values["year"], [datetime.date(year, 12, 31).toordinal() for year in range(1900, 2100)]),
            "gap": Bins.by_quantiles(values["gap"], GAP_BINS),
            "stay": Bins.by_quantiles(values["stay"], STAY_BINS),
            "death": Bins.by_quantiles(values["death"], min(DEATH_BINS, len(values["death"]) // least)),
        }
        for token in kept("value"):
            self.bins[token[1:]] = Bins.by_quantiles(values[token], min(VALUE_BINS, len(carriers[token]) // least))
        numbered = lambda name, key: [(name, k) for k in range(len(self.bins[key]))]
        self.tokens = [
            *kept("sex"), *kept("race"), *kept("ethnicity"), *numbered("age", "age"), *numbered("year", "year"),
            *numbered("gap", "gap"), *kept("class"), *numbered("stay", "stay"),
        ]  # fmt: skip
        details = collections.defaultdict(list)
        for token in kept("value"):
            details[token[1:4]] += [("value", *token[1:], k) for k in range(len(self.bins[token[1:]]))]
        for token in kept("answer"):
            details[token[1:4]].append(token)
        for code in self.display:
            self.tokens += [("code", *code), *details[code]]
        self.tokens += [*numbered("death", "death"), ("end",)]
        self.number = {token: number for number, token in enumerate(self.tokens)}
        self.end = self.number[("end",)]

    def _count(self, number, record, carriers, values):
        for name in ("sex", "race", "ethnicity"):
            if name in record:
                carriers[(name, record[name])].add(number)
        visits = visits_of(record)
        for before, visit in zip([None, *visits], visits):
            self.last_day = max(self.last_day, visit.first)
            carriers[("class", visit.kind)].add(number)
            if before:
                values["gap"].append(visit.first - before.first)
            if visit.last > visit.first:
                values["stay"].append(visit.last - visit.first)
            for event in visit.events:
                for token in self._details(event):
                    carriers[token].add(number)
                    if token[0] == "value":
                        values[token].append(event["quantity"]["value"])
        if visits:
            values["year"].append(visits[0].first)
            if "birthDate" in record:
                values["age"].append(visits[0].first - day_of(record["birthDate"]))
            if "deathDate" in record:
                values["death"].append(max(0, day_of(record["deathDate"]) - visits[-1].first))

    def _details(self, event):
        """What a measured event says besides its code: the code with its unit, or with its answer."""
        if event["kind"] == "measurement" and code_of(event) in self.display:
            if "value" in event.get("quantity", {}):
                yield ("value", *code_of(event), event["quantity"].get("unit", ""))
            elif "answer" in event:
                yield ("answer", *code_of(event), event["answer"]["system"], event["answer"]["code"])

    def encode(self, record, most):
        """Labels and at most `most` visits, each an array of numbers; without an end where there are more."""
        visits = visits_of(record)
        first = visits[0].first if visits else self.last_day
        labels = [(name, record.get(name)) for name in ("sex", "race", "ethnicity")]
        if "birthDate" in record:
            labels.append(("age", self.bins["age"].bin_of(first - day_of(record["birthDate"]))))
        encoded = [[*labels, ("year", self.bins["year"].bin_of(first))]]
        for before, visit in zip([None, *visits], visits):
            tokens = [("class", visit.kind)]
            if before:
                tokens.append(("gap", self.bins["gap"].bin_of(visit.first - before.first)))
            if visit.last > visit.first:
                tokens.append(("stay", self.bins["stay"].bin_of(visit.last - visit.first)))
            measured = set()
            for event in visit.events:
                code = code_of(event)
                tokens.append(("code", *code))
                # A code is in a visit once, with its first value.
                for token in self._details(event) if code not in measured else ():
                    measured.add(code)
                    bins = self.bins.get(token[1:]) if token[0] == "value" else None
                    tokens.append((*token, bins.bin_of(event["quantity"]["value"])) if bins else token)
            encoded.append(tokens)
        if len(self.bins["death"]) and "deathDate" in record and visits:
            days = max(0, day_of(record["deathDate"]) - visits[-1].first)
            encoded[-1].append(("death", self.bins["death"].bin_of(days)))
        encoded[-1].append(("end",))
        known = ({self.number[token] for token in tokens if token in self.number} for tokens in encoded[: most + 1])
        return [np.array(sorted(numbers), dtype=np.int16) for numbers in known]

    def decode(self, name, visits, rng, odd):
        """The record of drawn visits. `odd` counts what a visit should have once and has not."""
        labels = self._named(visits[0])
        choose = lambda tokens, key, what: self._once(tokens, key, what, odd)
        first = self.bins["year"].draw(choose(labels, "year", "year") or 0, rng)
        record = {"id": name, "sex": choose(labels, "sex", "sex") or "unknown"}
        age = choose(labels, "age", "age")
        if age is not None:
            record["birthDate"] = date_of(first - self.bins["age"].draw(age, rng))
        record |= {key: labels[key][0] for key in ("race", "ethnicity") if key in labels}
        encounters, events, day = [], [], first
        for place, numbers in enumerate(visits[1:]):
            tokens = self._named(numbers)
            odd["visits"] += 1
            if place > 0:
                gap = choose(tokens, "gap", "gap")
                day += 0 if gap is None else self.bins["gap"].draw(gap, rng)
            kind = choose(tokens, "class", "class") or ALONE
            shared = {"start": date_of(day)}
            if kind != ALONE:
                stay = self.bins["stay"].draw(tokens["stay"][0], rng) if "stay" in tokens else 0
                shared["encounter"] = len(encounters)
                encounters.append({"class": kind, "start": date_of(day), "end": date_of(day + stay)})
            events += [{**event, **shared} for event in self._events(numbers, odd)]
            if "death" in tokens:
                record["deathDate"] = date_of(day + self.bins["death"].draw(tokens["death"][0], rng))
        return {**record, "encounters": encounters, "events": events}

    def _named(self, numbers):
        named = collections.defaultdict(list)
        for token in (self.tokens[number] for number in numbers):
            if len(token) == 2:
                named[token[0]].append(token[1])
        return named

    @staticmethod
    def _once(tokens, key, what, odd):
        found = tokens.get(key, ())
        if len(found) != 1:
            odd[f"{'no' if not found else 'several of'} {what}"] += 1
        return found[0] if found else None

    def _events(self, numbers, odd):
        events = {}
        for token in (self.tokens[number] for number in numbers):
            code = token[1:4]
            if token[0] == "code":
                shown = {"display": self.display[code]} if self.display[code] else {}
                events[code] = {"kind": code[0], "code": {"system": code[1], "code": code[2], **shown}}
            elif token[0] in ("value", "answer"):
                event = events.get(code)
                if event is None or "quantity" in event or "answer" in event:
                    odd["value without its code, or a second one"] += 1
                elif token[0] == "answer":
                    event["answer"] = {"system": token[4], "code": token[5]}
                else:
                    unit = {"unit": token[4]} if token[4] else {}
                    event["quantity"] = {"value": self.bins[token[1:5]].median(token[5]), **unit}
        return events.values()
