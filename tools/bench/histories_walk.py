"""What may come next in lives that are being drawn, many side by side: the walk and the grammar of libs/sequence."""

import datetime
import math
import types

import torch

YEAR, OLDEST, WEEK = 365.25, 120, 7
# Stays under way that are remembered, the latest begun first, and those of them that an item may go on with.
STAYS, MOST_STAYS = 8, 4


class Walks:
    def __init__(self, meta, lives, device, generator=None):
        self.meta, self.device, self.generator = meta, device, generator
        entries, classes = meta.dictionary["entries"], len(meta.dictionary["classes"])
        full = lambda value, *shape: torch.full((lives, *shape), value, dtype=torch.long, device=device)
        self.fields = {name: full(meta.no_day) for name in ("day", "before", "first", "birth")}
        names = (
            "phase",
            "lower",
            "to",
            "sex",
            "kind",
            "stay",
            "span",
            "year",
            "month",
            "entry",
            "times",
            "value",
            "place",
        )
        self.fields |= {name: full(0) for name in names} | {"last": full(-1), "over": full(0)}
        self.fields |= {"stay_kinds": full(0, STAYS), "stay_lasts": full(meta.no_day, STAYS)}
        flags = lambda: torch.zeros(lives, meta.tokens, dtype=torch.bool, device=device)
        self.fields |= {"had": flags(), "has": flags()}
        whole = lambda values: torch.tensor(values, dtype=torch.long, device=device)
        self.edges, self.years, self.ages = (
            whole(meta.spans),
            whole(meta.dictionary["years"]),
            whole(meta.dictionary["ages"]),
        )
        self.variants = whole([len(entry["variants"]) for entry in entries] or [1])
        self.most_times = whole([entry["times"] for entry in entries] or [1])
        self.first_values = whole(meta.first_values or [0])
        months = [datetime.date(y, m, 1).toordinal() - 719163 for y in range(1850, 2151) for m in range(1, 13)]
        self.month_starts = whole(months)
        self._grammar(entries, classes)
        self._ask(torch.arange(lives, device=device), "sex", "sexes")

    def _grammar(self, entries, classes):
        meta, device = self.meta, self.device
        flags = lambda *shape: torch.zeros(*shape, meta.tokens, dtype=torch.bool, device=device)
        self.never, self.never_first, self.by_sex = (
            flags(classes + 1),
            flags(classes + 1),
            flags(len(meta.dictionary["sexes"]) + 1),
        )
        self.least_age = torch.full((meta.tokens,), -math.inf, device=device)
        self.most_age = torch.full((meta.tokens,), math.inf, device=device)
        for number, entry in enumerate(entries):
            token = meta.first["codes"] + number
            self.never[entry["neverIn"], token] = True
            self.never_first[entry["neverFirstIn"], token] = True
            for sex, name in enumerate(meta.dictionary["sexes"]):
                self.by_sex[sex, token] = "sex" in entry and name in ("female", "male") and entry["sex"] != name
            self.least_age[token], self.most_age[token] = entry.get("minAge", -math.inf), entry.get("maxAge", math.inf)
        longest = torch.tensor([*meta.dictionary["longest"], 0], device=device)[: classes + 1]
        self.last_stay = meta.first["stays"] + self.span_of(longest)
        self.absent = flags()
        for name in ("sexes", "races", "ethnicities", "years", "ages"):
            if name not in meta.dictionary["lacked"] and meta.end[name] - meta.first[name] > 1:
                self.absent[meta.end[name] - 1] = True

    def __getattr__(self, name):
        return self.__dict__["fields"][name]

    def known(self):
        """What a network looks at."""
        names = ("phase", "day", "before", "birth", "first", "place", "last")
        return types.SimpleNamespace(**{name: self.fields[name] for name in names})

    def keep(self, rows):
        self.fields = {name: array[rows] for name, array in self.fields.items()}

    def may(self):
        """Lives × tokens: what may come next."""
        meta = self.meta
        every = torch.arange(meta.tokens, device=self.device)
        within = (every >= self.lower[:, None]) & (every < self.to[:, None])
        dated = self.birth > meta.no_day
        age = torch.where(dated, ((self.day - self.birth) / YEAR).floor(), torch.nan)[:, None]
        barred = (
            self.never[self.kind]
            | (self.never_first[self.kind] & ~self.had)
            | (age < self.least_age)
            | (age > self.most_age)
        )
        barred |= self.by_sex[(self.sex - meta.first["sexes"]).clamp(0, len(self.by_sex) - 1)] | self.absent
        oldest = torch.where(dated, (self.birth + OLDEST * YEAR).floor().long(), meta.last_day)
        most = torch.clamp(oldest, max=meta.last_day) - self.day
        last_gap = meta.first["gaps"] + torch.where(most < 0, 0, 1 + self.span_of(most.clamp(0)))
        barred |= (every > last_gap[:, None]) & (every < meta.end["gaps"]) & (every >= meta.first["gaps"])
        barred |= (
            (every > self.last_stay[self.kind][:, None]) & (every < meta.end["stays"]) & (every >= meta.first["stays"])
        )
        return within & ~barred

    def span_of(self, days):
        return (torch.searchsorted(self.edges, days, right=True) - 1).clamp(0, len(self.edges) - 2)

    def take(self, token, given=None):
        """What came next, of each. @param given: years, days, births and last days of stays; by default drawn"""
        asked, self.given = self.phase.clone(), given
        for number, name in enumerate(self.meta.phases):
            rows = (asked == number).nonzero().flatten()
            if len(rows):
                getattr(self, "_" + name.replace(" ", "_"))(rows, token[rows])
        self.fields["last"], self.fields["place"] = token, self.place + 1

    def _ask(self, rows, phase, interval, lower=None):
        self.phase[rows] = self.meta.phase(phase)
        self.lower[rows] = self.meta.first[interval] if lower is None else lower
        self.to[rows] = self.meta.end[interval]

    def _sex(self, rows, token):
        self.sex[rows] = token
        self._ask(rows, "race", "races")

    def _race(self, rows, token):
        self._ask(rows, "ethnicity", "ethnicities")

    def _ethnicity(self, rows, token):
        self._ask(rows, "year", "years")

    def _year(self, rows, token):
        none = token == self.meta.end["years"] - 1
        self.over[rows[none]] = 1
        rows, span = rows[~none], (token - self.meta.first["years"])[~none]
        self.year[rows] = self._pick(rows, self.years[span], self.years[span + 1] - 1, 1, "year")
        self._ask(rows, "month", "months")

    def _month(self, rows, token):
        self.month[rows] = 12 * (self.year[rows] - 1850) + token - self.meta.first["months"]
        self._ask(rows, "weekday of the first", "weekdays")

    def _weekday_of_the_first(self, rows, token):
        first, after = self.month_starts[self.month[rows]], self.month_starts[self.month[rows] + 1]
        day = self._pick(rows, self._first_on(first, token), after - 1, WEEK, "day")
        self.day[rows] = self.first[rows] = day
        self._ask(rows, "age", "ages")

    def _age(self, rows, token):
        knows = token < self.meta.end["ages"] - 1
        own, span = rows[knows], (token - self.meta.first["ages"])[knows]
        day = self.day[own]
        self.birth[own] = self._pick(own, day - self.ages[span + 1] + 1, day - self.ages[span], 1, "birth")
        self.before[rows] = self.day[rows]
        self._ask_class(rows)

    def _gap(self, rows, token):
        over = token == self.meta.first["gaps"]
        self.over[rows[over]] = 1
        rows, span = rows[~over], (token - self.meta.first["gaps"] - 1)[~over]
        self.span[rows] = span
        length = self.edges[span + 1] - self.edges[span]
        weeks = length >= WEEK
        self._ask(rows[weeks], "weekday", "weekdays")
        rows, span = rows[~weeks], span[~weeks]
        self._arrive(rows, self.day[rows] + self.edges[span])

    def _weekday(self, rows, token):
        first = self.day[rows] + self.edges[self.span[rows]]
        last = self.day[rows] + self.edges[self.span[rows] + 1] - 1
        begin = self._first_on(first, token)
        last = torch.maximum(begin, last.clamp(max=self.meta.last_day)) if self.given is None else last
        self._arrive(rows, self._pick(rows, begin, last, WEEK, "day"))

    def _class(self, rows, token):
        meta = self.meta
        dead = token == meta.death
        self.over[rows[dead]] = 1
        rows, token = rows[~dead], token[~dead]
        on = token > meta.alone
        place = (token - meta.alone - 1).clamp(0)
        self.kind[rows] = torch.where(on, self.stay_kinds[rows, place], token - meta.death - 1)
        new = token < meta.alone
        self.stay[rows] = 0
        self._ask(rows[new], "stay", "stays")
        self._ask(rows[~new], "code", "codes")
        self.entry[rows] = -1

    def _stay(self, rows, token):
        span, day = token - self.meta.first["stays"], self.day[rows]
        last = self._pick(rows, day + self.edges[span], day + self.edges[span + 1] - 1, 1, "last")
        self.stay[rows] = last - day
        long = last > day
        rows_long, last = rows[long], last[long]
        kinds, lasts = self.stay_kinds[rows_long].roll(1, 1), self.stay_lasts[rows_long].roll(1, 1)
        kinds[:, 0], lasts[:, 0] = self.kind[rows_long], last
        self.stay_kinds[rows_long], self.stay_lasts[rows_long] = kinds, lasts
        self._ask(rows, "code", "codes")

    def _code(self, rows, token):
        meta = self.meta
        ends = token == meta.end_of_visit
        own = rows[ends]
        self.had[own] |= self.has[own]
        self.has[own] = False
        self._ask(own, "gap", "gaps")
        rows, token = rows[~ends], token[~ends]
        entry = token - meta.first["codes"]
        again = entry == self.entry[rows]
        self.times[rows] = torch.where(again, self.times[rows] + 1, 1)
        self.value[rows] = torch.where(again, self.value[rows], 0)
        self.entry[rows] = entry
        self.has[rows, token] = True
        said = self.variants[entry] > 1
        asked, entry_asked = rows[said], entry[said]
        self._ask(asked, "value", "values", self.first_values[entry_asked] + self.value[asked])
        self.to[asked] = self.first_values[entry_asked] + self.variants[entry_asked]
        self._next_code(rows[~said])

    def _value(self, rows, token):
        self.value[rows] = token - self.first_values[self.entry[rows]]
        self._next_code(rows)

    def _next_code(self, rows):
        entry = self.entry[rows]
        further = (self.times[rows] >= self.most_times[entry]).long()
        self._ask(rows, "code", "codes", self.meta.first["codes"] + entry + further)

    def _arrive(self, rows, day):
        self.before[rows] = self.day[rows]
        self.day[rows] = day
        self._ask_class(rows)

    def _ask_class(self, rows):
        open_ = self.stay_lasts[rows] >= self.day[rows][:, None]
        order = torch.argsort((~open_).long(), dim=1, stable=True)
        self.stay_kinds[rows] = self.stay_kinds[rows].gather(1, order)
        lasts = self.stay_lasts[rows].masked_fill(~open_, self.meta.no_day)
        self.stay_lasts[rows] = lasts.gather(1, order)
        self._ask(rows, "class", "classes")
        self.to[rows] = self.meta.alone + 1 + open_.sum(1).clamp(max=MOST_STAYS)

    def _first_on(self, day, token):
        """The first day from one on that is of a token's day of the week: 0 for Monday; day 0 was a Thursday."""
        return day + (token - self.meta.first["weekdays"] - (day + 3)) % WEEK

    def _pick(self, rows, first, last, step, name):
        """A day, or year, of [first, last] that is whole steps from the first."""
        if self.given is not None:
            return self.given[name][rows]
        choices = 1 + torch.div(last - first, step, rounding_mode="floor")
        part = torch.rand(len(rows), device=self.device, generator=self.generator)
        return first + step * (part * choices).long().clamp(max=choices - 1)
