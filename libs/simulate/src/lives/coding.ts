import type { Rng } from '@ehrsynth/random';
import type { Body } from './body.ts';
import { filtration } from './kidneys.ts';
import type { Life, Spell } from './life.ts';
import type { Process } from './process.ts';
import type { VisitKind } from './types.ts';
import type { Visit } from './visits/visit.ts';

/** How readily a lasting condition is written down, by the kind of visit. */
const RECALLED: Partial<Record<VisitKind, number>> = {
  checkUp: 1,
  control: 0.85,
  followUp: 0.6,
  stay: 0.9,
  emergency: 0.35,
  acute: 0.15,
  prenatal: 0.3,
  cycle: 0.15,
  wellChild: 0.8,
};
/** Within stage 3, the filtration that parts 3a from 3b. */
const STAGE_3A = 45;

/** Decides which conditions are coded at the visits of one person, and with which codes. */
export class Coding {
  private readonly chosen = new Map<Spell, string>();

  constructor(
    private readonly process: Process,
    private readonly life: Life,
    private readonly body: Body,
    private readonly rng: Rng,
  ) {}

  /** Spells with the code that each has at the visit: its reasons, and lasting conditions that are recalled. */
  at({ kind, day, reasons }: Visit): { spell: Spell; code: string }[] {
    const { conditions } = this.process;
    const lasting = this.life.spells.filter(
      (spell) =>
        spell.begin < day + 1 &&
        day < spell.end &&
        conditions[spell.condition].recall !== undefined &&
        this.replacing(spell, day) === undefined &&
        !reasons.includes(spell),
    );
    const recalled = lasting.filter(({ condition }) =>
      this.rng.chance(conditions[condition].recall! * (RECALLED[kind] ?? 0)),
    );
    if (kind === 'control' && recalled.length + reasons.length === 0)
      recalled.push(...mostPressing(lasting, this.process));
    const seen = new Set<string>();
    const current = reasons.map((spell) => this.replacing(spell, day) ?? spell);
    return [...current, ...recalled].flatMap((spell) => {
      const code = this.codeOf(spell, day);
      if (code === undefined || seen.has(code)) return [];
      seen.add(code);
      return [{ spell, code }];
    });
  }

  /** The spell that stands for another on a day: of the stages after it, the one that came last. */
  replacing({ condition }: Spell, day: number): Spell | undefined {
    const { conditions, names } = this.process;
    const { replacedBy } = conditions[condition];
    return (
      replacedBy &&
      this.life.spells.findLast((other) => replacedBy.includes(names[other.condition]) && other.begin < day + 1)
    );
  }

  private codeOf(spell: Spell, day: number): string | undefined {
    const { codes, codesAgain } = this.process.conditions[spell.condition];
    if (this.process.names[spell.condition] === 'chronic kidney disease 3') {
      return filtration(this.process, this.life, this.body, day) >= STAGE_3A ? 'N18.31' : 'N18.32';
    }
    let code = this.chosen.get(spell);
    if (code === undefined) {
      const shares = spell.earlier > 0 && codesAgain ? codesAgain : codes;
      code = Object.keys(shares)[this.rng.weighted(Object.values(shares))];
      if (code !== undefined) this.chosen.set(spell, code);
    }
    return code;
  }
}

/** Of those that need visits, the one that needs them most often. */
function mostPressing(spells: Spell[], { conditions }: Process): Spell[] {
  const needs = spells.filter(({ condition }) => conditions[condition].controlDays !== undefined);
  needs.sort((a, b) => conditions[a.condition].controlDays! - conditions[b.condition].controlDays!);
  return needs.slice(0, 1);
}
