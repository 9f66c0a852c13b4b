import { parseYaml, UserError } from '@ehrsynth/io';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Gate, Part } from './gate.ts';
import { GATES } from './gates.ts';

/** Gates that a policy may give a threshold; k-anonymity has a part of its own. */
const USUAL = GATES.filter(({ name }) => name !== 'k-anonymity');
const Threshold = z.union([z.number(), z.literal('off')]);
/** Without these a release may be the patients themselves: no policy switches them off, or takes another outcome for a pass. */
const NEVER_WAIVED = ['source-ids', 'exact-copies', 'near-copies', 'real-patients'];
const WAIVABLE = GATES.map(({ name }) => name).filter((name) => !NEVER_WAIVED.includes(name));
const Names = z.array(z.enum(WAIVABLE as [string, ...string[]])).default([]);

/** Whether a policy may accept that a gate did not pass. */
export function isWaivable(name: string): boolean {
  return !NEVER_WAIVED.includes(name);
}

/** Whether a threshold lets everything pass. */
export function isOpen({ bound, range: [least, most] }: Pick<Gate, 'bound' | 'range'>, threshold: number): boolean {
  return bound === 'at least' ? threshold <= least : threshold >= most;
}

/** What a release must meet, and what its papers say. */
export const Policy = z.strictObject({
  /** Thresholds by the names of gates; the others have their defaults. */
  gates: z.strictObject(Object.fromEntries(USUAL.map(({ name }) => [name, Threshold.optional()]))).default({}),
  /** Gates that may be as they are though they did not pass, because people are too few or nothing can be measured; each by its name. */
  accept: z.strictObject({ 'too-few-to-tell': Names, 'not-measured': Names }).prefault({}),
  /** Every class of patients of the same quasi-identifiers has at least k: patients are added until it does. */
  'k-anonymity': z
    .strictObject({ k: z.number().int().min(2), 'quasi-identifiers': z.array(z.string()).min(1) })
    .optional(),
  /** No count of real patients below this is shown. */
  'small-cells': z.number().int().min(1).default(11),
  datasheet: z
    .strictObject({
      title: z.string().default('Synthetic patient records'),
      purpose: z.string().default('Not stated.'),
      /** Of the real patients, without identifying the source. */
      source: z.string().default('Not described.'),
      'intended-uses': z
        .array(z.string())
        .default([
          'Development and testing of software that handles patient records',
          'Development of statistical methods; findings are to be confirmed on real patients',
        ]),
      'forbidden-uses': z
        .array(z.string())
        .default([
          'Any decision about the care of a person',
          'Attempts to learn about the people that the model was trained on',
          'Publishing findings as if they were about real patients',
        ]),
      contact: z.string().optional(),
    })
    .prefault({}),
  license: z
    .strictObject({
      /** SPDX identifier, where it has one. */
      name: z.string(),
      /** Path of its text, from the policy's folder. */
      file: z.string(),
    })
    .optional(),
});
export type Policy = z.infer<typeof Policy>;

/** A policy that cannot be read as one. */
export class PolicyError extends UserError {
  constructor(what: string, where: string) {
    super('bad-policy', 2, what, { where, todo: '`ehrsynth release policy` prints the whole default policy.' });
  }
}

/** @param path what it was read from, for messages @throws PolicyError with the key and its place */
export function parsePolicy(text: string, path: string): Policy {
  const wrong = (what: string, where: string) => new PolicyError(`In the policy, ${what}`, where);
  const { data, placeOf } = parseYaml(text, path, Policy, wrong);
  const fault = faultOf(data);
  if (fault) throw wrong(fault.what, placeOf(fault.at));
  return data;
}

/** Thresholds that no figure can have, and policies that nothing could fail. */
function faultOf({ gates }: Policy): { what: string; at: string[] } | undefined {
  for (const {
    name,
    range: [least, most],
  } of USUAL) {
    const threshold = gates[name];
    if (typeof threshold !== 'number' || (threshold >= least && threshold <= most)) continue;
    return {
      what: `gates.${name} is ${threshold}; it must be from ${least} to ${most}`,
      at: ['gates', name],
    };
  }
  const isOff = (gate: Gate) => {
    const threshold = gates[gate.name] ?? gate.threshold ?? 'off';
    return threshold === 'off' || isOpen(gate, threshold);
  };
  const guards = USUAL.filter(({ section, part }) => section === 'privacy' && part === undefined);
  if (guards.every(isOff))
    return {
      what: 'every privacy gate is off, so no release could ever be refused',
      at: ['gates'],
    };
  const waived = USUAL.find((gate) => !isWaivable(gate.name) && gates[gate.name] !== undefined && isOff(gate));
  if (waived)
    return {
      what: `gates.${waived.name} cannot be off: without it, real patients themselves could be released`,
      at: ['gates', waived.name],
    };
  return undefined;
}

/** A policy as YAML that `parsePolicy` reads back, with the thresholds that were used. */
export function policyYaml({ gates, license, ...policy }: Policy): string {
  // A gate that only some releases have is asked for by being named.
  const used = Object.fromEntries(
    USUAL.flatMap(({ name, threshold, part }) => {
      const asked = gates[name] ?? (part === undefined ? threshold : undefined);
      return asked === undefined ? [] : [[name, asked]];
    }),
  );
  const file = license && { license: { ...license, file: 'LICENSE.txt' } };
  return stringify({ gates: used, ...policy, ...file }, { lineWidth: 0 });
}

/** The default policy as YAML, each gate with what it compares and where its threshold comes from. */
export function defaultPolicy(): string {
  const { datasheet, 'small-cells': smallCells } = Policy.parse({});
  const gates = USUAL.map(gateYaml);
  return [
    '# What a release must meet. Keys that are left out have the values shown here; `off` disables a gate.',
    `gates:\n${gates.join('\n')}`,
    '# Every class of these quasi-identifiers has at least k patients; patients are added until it does.\n# k-anonymity: { k: 10, quasi-identifiers: [sex, age, race] }',
    '# Gates that may come out as too few to tell or not measured: your decision, which the release states first.\n# accept: { too-few-to-tell: [membership-density], not-measured: [impossible-rows] }',
    `# No count of real patients below this is shown.\n${stringify({ 'small-cells': smallCells }).trim()}`,
    stringify({ datasheet }, { lineWidth: 0 }).trim(),
    '# license: { name: CC-BY-4.0, file: LICENSE.txt }',
    '',
  ].join('\n\n');
}

const PARTS_IN_WORDS: Record<Part, string> = {
  records: 'records are written',
  source: 'records are written',
  exposure: 'canaries were planted',
  likelihood: 'the model gives the likelihood of a record',
  histories: 'records have dates',
};

/** A gate with its threshold, as a comment where it is not on unless it is named. */
function gateYaml({ name, title, bound, threshold, suggested, source, part }: Gate): string {
  const isOff = threshold === undefined;
  const how = isOff
    ? ' Off; remove the # to turn it on.'
    : part === undefined
      ? ''
      : ` Checked if ${PARTS_IN_WORDS[part]}; remove the # to require it always.`;
  const shown = Number((threshold ?? suggested!).toFixed(4));
  return `  # ${title}: ${bound} this. From: ${source}.${how}\n  ${isOff || part !== undefined ? '# ' : ''}${name}: ${shown}`;
}
