import { DrawingNetwork } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import { type Days, type Grammar, type Life, SPANS, tellLife, type Walk } from '@ehrsynth/sequence';
import { layerNumbers } from '../values.ts';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import type { FlowDrawing } from './flow-path.ts';
import type { ValueDrawing } from './value-path.ts';

/** Lives that are drawn side by side. */
export const BLOCK_LIVES = 250;
/** Tokens of a life, at most: one that came so far would never end. */
const MOST_TOKENS = 200_000;

/** A life that is being drawn. */
interface Draft {
  place: number;
  walk: Walk;
  life: Life;
  rng: Rng;
  tokens: number;
  /** Where a flow said which number comes, its grain. */
  grain?: number;
  /** Of the codes of the item of a day, their tilts. @see Trunk.tilt */
  tilt?: { day: number; sums: Float32Array };
  /** The next item is later than this day; that of what comes first, only. */
  after: number;
}

/** Lives that are gone on with: what they were up to a day, which has a visit and no death in it. */
export interface Beginning {
  life: Life;
  /** Day number. */
  asOf: number;
}

/** Draws lives token by token, many side by side in one step of the network. */
export class LifeSampler {
  private readonly walks: Walk[];
  private readonly grammar: Grammar;
  /** Choices of each part. */
  private readonly sizes: number[];

  private constructor(
    private readonly network: DrawingNetwork,
    private readonly language: Language,
    /** Numbers that are added to logits. @see Copies, Trunk */
    private readonly copies: Float32Array,
    private readonly tables: Float32Array[],
    private readonly tilts: (Float32Array | undefined)[],
    private readonly values: ValueDrawing | undefined,
    private readonly flow: FlowDrawing | undefined,
  ) {
    this.walks = Array.from({ length: BLOCK_LIVES }, () => language.walk());
    this.grammar = language.grammar();
    this.sizes = language.sizes;
  }

  static async of({ first, trunks, copies, values, flow }: VisitsNetwork, language: Language): Promise<LifeSampler> {
    const parts = {
      first: await layerNumbers(first),
      trunks: await Promise.all(
        trunks.map(async ({ middle, last }) => ({
          middle: await Promise.all(middle.map(layerNumbers)),
          outs: [await layerNumbers(last)],
        })),
      ),
    };
    return new LifeSampler(
      new DrawingNetwork(parts, BLOCK_LIVES),
      language,
      (await copies.data()) as Float32Array,
      await Promise.all(trunks.map(async ({ table }) => (await table.data()) as Float32Array)),
      await Promise.all(trunks.map(async ({ tilt }) => tilt && ((await tilt.data()) as Float32Array))),
      await values?.drawing(language.features.levels),
      await flow?.drawing(language.features.levels),
    );
  }

  /**
   * Lives, at most `BLOCK_LIVES`; each is drawn by random numbers of its own.
   * @param beginnings of each what it goes on with; by default all are new
   */
  async draw(rngs: readonly Rng[], signal?: AbortSignal, beginnings?: readonly Beginning[]): Promise<Life[]> {
    const { network } = this;
    network.begin(rngs.length);
    const drafts = rngs.map((rng, place): Draft => {
      const walk = this.walks[place];
      const begun = beginnings?.[place];
      if (!begun) walk.begin();
      else this.tell(begun.life, walk);
      const life = begun?.life ?? { sex: 0, race: 0, ethnicity: 0, birth: 0, items: [] };
      return {
        place,
        walk,
        rng,
        tokens: 0,
        after: begun?.asOf ?? -Infinity,
        life: { ...life, items: [...life.items] },
      };
    });
    let open = drafts;
    while (open.length > 0) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      this.look(open);
      for (const group of byPhase(open)) this.step(group);
      open = open.filter(({ walk }) => !walk.isOver);
    }
    return drafts.map(({ life, walk }) => ({ ...life, birth: walk.birth }));
  }

  private tell(life: Life, walk: Walk): void {
    const { dictionary, alphabet } = this.language;
    tellLife(life, dictionary, alphabet, walk, { token: () => walk.changes.seen() }, true);
    walk.changes.all();
    // However long it is already, it may go on as long as others.
    walk.items = 0;
  }

  /** Hands over what changed since the last token. */
  private look(drafts: readonly Draft[]): void {
    const indptr = new Int32Array(drafts.length + 1);
    drafts.forEach(({ walk }, i) => (indptr[i + 1] = indptr[i] + walk.changes.length));
    const tokens = new Int32Array(indptr[drafts.length]);
    const weights = new Float32Array(tokens.length);
    drafts.forEach(({ walk: { changes } }, i) => {
      tokens.set(changes.features.subarray(0, changes.length), indptr[i]);
      weights.set(changes.weights.subarray(0, changes.length), indptr[i]);
      changes.seen();
    });
    const places = Int32Array.from(drafts, ({ place }) => place);
    this.network.change(places, { indptr, tokens, weights });
  }

  /** One more token for each life, all of which are at the same phase. */
  private step(drafts: Draft[]): void {
    const { network, grammar, language } = this;
    const { alphabet, choiceOf } = language;
    const trunk = alphabet.partOf(drafts[0].walk.from);
    const sorted = drafts.sort((a, b) => a.walk.from - b.walk.from || a.place - b.place);
    const last = sorted.reduce((most, { walk }) => Math.max(most, walk.to), 0) - 1;
    network.look(
      Int32Array.from(sorted, ({ place }) => place),
      trunk,
    );
    network.logits(
      trunk,
      Int32Array.from(sorted, ({ walk }) => choiceOf[walk.from]),
      choiceOf[last] + 1,
    );
    for (const [i, draft] of sorted.entries()) {
      const { walk, rng } = draft;
      const { from, to } = walk;
      const open: [number, number] = [choiceOf[from], choiceOf[to - 1] + 1];
      this.raise(trunk, i, draft, open);
      for (const token of grammar.barred(walk)) if (token >= from && token < to) network.bar(trunk, i, choiceOf[token]);
      for (const token of this.past(draft)) network.bar(trunk, i, choiceOf[token]);
      const chosen = language.tokenOf(trunk, network.choose(trunk, i, ...open, rng.next32()));
      const token = this.numbered(draft, i, chosen);
      if (++draft.tokens > MOST_TOKENS) walk.isOver = true;
      else this.take(draft, token);
    }
  }

  /** The token itself; where it stands for all numbers of a unit, that of a number, which a flow says. */
  private numbered(draft: Draft, i: number, token: number): number {
    const { walk, rng } = draft;
    draft.grain = undefined;
    const lowest = this.flow && walk.phase === 'value' ? walk.own.lowest(walk, token) : undefined;
    if (lowest === undefined) return token;
    const event = this.flow!.draw(walk, this.network.hiddenOf(i), lowest, rng.next32());
    const { alphabet } = this.language;
    draft.grain = alphabet.grainOf[event];
    return alphabet.firstValues[walk.entry] + alphabet.variantOf[event];
  }

  /** Adds to the logits what is added in the context, and to those of codes that the patient had before. */
  private raise(part: number, i: number, draft: Draft, open: [from: number, to: number]): void {
    const { walk } = draft;
    const { copies, network, tables } = this;
    const size = this.sizes[part];
    network.raiseAll(part, i, tables[part], walk.context * size, open);
    if (walk.phase === 'value')
      this.values?.tilts(walk, open[0], open[1], (value, amount) => network.raise(part, i, value, amount));
    const isCode = walk.phase === 'code';
    const tilt = isCode ? this.tiltOfCodes(draft, size) : this.tilts[part];
    if (tilt && isCode) network.raiseAll(part, i, tilt, 0, open);
    else if (tilt) walk.further((row, weight) => network.raiseAll(part, i, tilt, row * size, open, weight));
    if (!isCode) return;
    walk.copies((entry, since, due, ofKind) => {
      const tilted = tilt ? tilt[entry] : 0;
      network.raise(part, i, entry, copies[since] + copies[due] + copies[ofKind] - tilted);
    });
  }

  /** All tilts of codes together, which are the same for all of an item. */
  private tiltOfCodes(draft: Draft, size: number): Float32Array | undefined {
    const tilt = this.tilts[this.language.codePart];
    if (!tilt) return undefined;
    const own = (draft.tilt ??= { day: -Infinity, sums: new Float32Array(size) });
    if (own.day === draft.walk.day) return own.sums;
    own.day = draft.walk.day;
    own.sums.fill(0);
    draft.walk.further((row, weight) => {
      for (let token = 0, at = row * size; token < size; token++, at++) own.sums[token] += weight * tilt[at];
    });
    return own.sums;
  }

  /** Times of the next item that are over. */
  private past({ walk, after }: Draft): number[] {
    if (after < walk.day || (walk.phase !== 'gap' && walk.phase !== 'weekday')) return [];
    const { gaps } = this.language.alphabet;
    if (walk.phase === 'gap') {
      const isOver = after >= this.language.dictionary.lastDay;
      const first = isOver ? SPANS.count : SPANS.of(after + 1 - walk.day);
      return Array.from({ length: first }, (_, span) => gaps.start + 1 + span);
    }
    return this.grammar.weekdays.filter((token) => walk.daysOn(token)[1] <= after);
  }

  private take(draft: Draft, token: number): void {
    const { walk, life, rng, after } = draft;
    const { alphabet, dictionary } = this.language;
    const { phase } = walk;
    const days: Days = {
      grain: (own) => draft.grain ?? this.values?.grain(walk, own, () => rng.next32()) ?? 0,
      year: (first, last) => first + rng.int(last - first + 1),
      day: (first, last, step) => {
        if (phase !== 'weekday') return first + step * rng.int(1 + Math.floor((last - first) / step));
        // A day after the cohort's last one is none to choose, where there are others, nor one that is over.
        const begin = after < first ? first : first + step * (Math.floor((after - first) / step) + 1);
        const end = Math.max(begin, Math.min(last, dictionary.lastDay));
        return begin + step * rng.int(1 + Math.floor((end - begin) / step));
      },
    };
    if (phase === 'code' && token === alphabet.endOfVisit) life.items.at(-1)!.events = [...walk.events];
    walk.take(token, days);
    if (phase === 'sex') life.sex = token;
    else if (phase === 'race') life.race = token;
    else if (phase === 'ethnicity') life.ethnicity = token;
    else if (phase === 'class') life.items.push({ day: walk.day, class: token, stay: 0, events: [] });
    else if (phase === 'stay') life.items.at(-1)!.stay = walk.stay;
  }
}

function byPhase(drafts: readonly Draft[]): Draft[][] {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { phase } = draft.walk;
    if (!groups.has(phase)) groups.set(phase, []);
    groups.get(phase)!.push(draft);
  }
  return [...groups.values()];
}
