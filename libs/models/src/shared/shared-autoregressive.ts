import { type Column, firstCodeOf, LEAST_EXPECTED, rowBlocks, type RowSource } from '@ehrsynth/matrix';
import { z } from 'zod';
import {
  Autoregressive,
  CALIBRATION,
  COUNTING,
  Learned,
  learnedFault,
  planFor,
} from '../autoregressive/autoregressive.ts';
import { cutoffsFor } from '../autoregressive/clusters.ts';
import { LAST_BIN, lastBins } from '../autoregressive/count-head.ts';
import { AutoregressiveOptions, privateSteps, scheduleFor } from '../autoregressive/options.ts';
import { clippedGradients } from '../autoregressive/private-gradients.ts';
import { SentenceLikelihood } from '../autoregressive/sentences.ts';
import { Tokens } from '../autoregressive/tokens.ts';
import { structuralZeros } from '../autoregressive/zeros.ts';
import { PrivateCountsError } from '../errors.ts';
import {
  type Course,
  type SharedKind,
  type SharedPhase,
  SITES_MOMENTUM,
  type SitePart,
  type SitePatients,
  type Surveyed,
} from './kind.ts';
import { PrivateRounds } from './private-rounds.ts';
import { courseOf, likelihoodRounds, rowsOf } from './shared-rows.ts';

const whole = z.number().int().min(0);
const Said = z.object({
  /** Pairs of tokens that never stand together, where codes are in the order of the columns. */
  zeros: z.array(z.tuple([whole, whole])),
  /** In count mode, of each token of that order the last bin of counts. */
  lastBins: z.array(whole.max(LAST_BIN)).optional(),
});
type Said = z.infer<typeof Said>;
const Plan = z.object({ learned: Learned });

/** Sets of codes at several sites. In private nothing is said of the patients before the rounds. */
export const SHARED_AUTOREGRESSIVE: SharedKind<Said, z.infer<typeof Plan>> = {
  said: Said,
  planned: Plan,

  async survey(site, settings) {
    const { noiseMultiplier, mode } = AutoregressiveOptions.parse(settings);
    if (noiseMultiplier > 0) return { zeros: [] };
    const rows = await site.rows();
    const tokens = new Tokens(rows.columns, orderOf(rows.columns));
    const blocks = () => rowBlocks(rows, rowsOf(rows));
    return {
      zeros: await structuralZeros(tokens, blocks()),
      ...(mode === 'count' && { lastBins: await lastBins(tokens, blocks(), site.minPatients) }),
    };
  },

  plan(columns, surveys, settings) {
    const options = AutoregressiveOptions.parse(settings);
    const order = orderOf(columns);
    if (options.noiseMultiplier > 0) {
      if (options.mode === 'count') throw new PrivateCountsError();
      return { learned: { order, zeros: [] } };
    }
    const before = new Tokens(columns, order);
    const carriers = columns.map((_, column) => surveys.reduce((sum, { carriers: own }) => sum + own[column], 0));
    const zeros = joinZeros(before, surveys);
    order.sort((a, b) => carriers[b] - carriers[a] || a - b);
    const tokens = new Tokens(columns, order);
    const moved = (token: number) => (isCode(before, token) ? tokens.ofColumn[before.columnOf[token]] : token);
    const rows = surveys.reduce((sum, { patients }) => sum + patients, 0);
    const common = order.map((column) => carriers[column]);
    const bins = surveys.flatMap(({ said }) => (said.lastBins ? [said.lastBins] : []));
    const last = new Array<number>(tokens.count).fill(0);
    for (const own of bins) own.forEach((bin, token) => (last[moved(token)] = Math.max(last[moved(token)], bin)));
    return {
      learned: {
        order,
        zeros: zeros.map(([value, code]): [number, number] => [value, moved(code)]),
        cutoffs: cutoffsFor(tokens, common, rows, options),
        ...(options.mode === 'count' && { lastBins: last }),
      },
    };
  },

  async open(site, { learned }, settings) {
    const options = AutoregressiveOptions.parse(settings);
    const rows = await site.rows();
    const fault = learnedFault(learned, rows.columns, options);
    if (fault) throw new Error(`the plan does not match the columns: ${fault}`);
    return partOf(site, rows, new Autoregressive(rows.columns, options), learned);
  },

  async begin(columns, { learned }, settings, sites) {
    const options = AutoregressiveOptions.parse(settings);
    const model = new Autoregressive(columns, options);
    const { network, head } = model.begin(learned);
    const rows = sites.reduce((sum, { patients }) => sum + patients, 0);
    const plan = planFor(options, rows);
    const { named, outputBiases } = network;
    const phase = (name: string, variables: SharedPhase['variables'], own: object = {}): SharedPhase => {
      const course = { ...plan, ...own };
      const fixed = Object.fromEntries(Object.entries(named).filter(([one]) => !(one in variables)));
      const { patience } = course;
      return { name, course: courseOf(course, rows), patience, momentum: SITES_MOMENTUM, variables, fixed };
    };
    const biases = Object.fromEntries(outputBiases.map((name) => [name, named[name]]));
    if (options.noiseMultiplier > 0) {
      const { epochs } = scheduleFor(options, rows);
      const course = { ...courseOf({ ...plan, epochs }, rows), batches: 1 };
      return { model, phases: [{ name: 'likelihood', course, variables: named, fixed: {} }], finish: async () => true };
    }
    return {
      model,
      phases: [
        phase('likelihood', named),
        phase('calibration', biases, CALIBRATION),
        ...(head ? [phase('counts', head.variables, COUNTING)] : []),
      ],
      finish: async () => true,
    };
  },
};

function partOf(site: SitePatients, rows: RowSource, model: Autoregressive, learned: Learned): SitePart {
  const { network, tokens, clusters, head } = model.begin(learned);
  const { options } = model;
  const rounds = async (phase: string, course: Course) => {
    if (options.noiseMultiplier > 0) {
      const lessons = {
        variables: network.named,
        patients: rows.rows,
        steps: privateSteps(rows.rows, options),
        clippedGradients: async (taken: Int32Array) =>
          clippedGradients(network, tokens, await rows.take(taken), options.clip),
      };
      return new PrivateRounds(lessons, options);
    }
    const likelihood =
      phase === 'likelihood'
        ? new SentenceLikelihood(network, tokens, clusters, options)
        : phase === 'calibration'
          ? new SentenceLikelihood(network, tokens, clusters, { ...options, dropout: 0 }, network.outputBiases)
          : head;
    if (!likelihood) throw new Error(`unknown phase ${phase}`);
    return likelihoodRounds(likelihood, rows, site.seed, course);
  };
  const variables = { ...network.named, ...head?.variables };
  return {
    counts: async () => ({}),
    size: rows.rows,
    patients: rows.rows,
    variables,
    rounds,
    close: async () => model.dispose(),
  };
}

function orderOf(columns: readonly Column[]): number[] {
  return [...columns.keys()].slice(firstCodeOf(columns));
}

function isCode({ firstCode, end }: Tokens, token: number): boolean {
  return token >= firstCode && token < end;
}

/** Pairs that some site says never stand together, and each other one says so too or would have too few by chance to say so. */
function joinZeros(tokens: Tokens, surveys: readonly (Surveyed & { said: Said })[]): [number, number][] {
  const pairs = new Map<string, [number, number]>();
  const said = surveys.map(({ said: { zeros } }) => new Set(zeros.map((pair) => pair.join())));
  for (const { said: own } of surveys) for (const pair of own.zeros) pairs.set(pair.join(), pair);
  return [...pairs.values()].filter((pair) =>
    surveys.every((survey, i) => said[i].has(pair.join()) || !couldSay(tokens, survey, pair)),
  );
}

/** Whether a site that does not say that two tokens never stand together has seen them. That nobody lacks a demographic, each site can say. */
function couldSay(tokens: Tokens, { patients, carriers }: Surveyed, [value, code]: [number, number]): boolean {
  if (value === code) return true;
  const group = tokens.groups.find(({ start, end }) => value >= start && value < end)!;
  const of = (token: number) => carriers[tokens.columnOf[token]];
  const known = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => of(from + i));
  const ofValue =
    value === group.end - 1 ? patients - known(group.start, value).reduce((sum, one) => sum + one, 0) : of(value);
  return (ofValue * of(code)) / patients >= LEAST_EXPECTED;
}
