import { z } from 'zod';
import { PARTS } from '../parts.ts';
import { parsePolicy, type Policy, PolicyError } from '../policy.ts';
import { type Figures, isDue, meets, type Parts } from '../gate.ts';
import type { GateOutcome } from '../gate-outcome.ts';
import { askedOf, isInTheWay, judge, type Verdict } from '../verdict.ts';
import { arrayUpTo, mayYamlBeTooDeep } from './bounds.ts';
import { checkData } from './check-data.ts';
import type { Faults } from './faults.ts';
import { jsonOf, type Members, textOf } from './members.ts';
import { figuresOf, Report, type ReportFile, type WithheldFile } from './report-file.ts';

/** How a package stands to its own policy. */
export interface Standing {
  /** Gates that the policy leaves out, and those that it makes easier to meet than usual. */
  off: string[];
  loosened: Verdict['loosened'];
  accepted: string[];
  /** Gates without an answer. */
  notMeasured: string[];
  tooFew: string[];
  /** The figures are not in the package: outcomes are as outcome.json states them. */
  withheld: boolean;
}

const OUTCOMES = ['passed', 'failed', 'too few to tell', 'not measured'] as const;
const Outcome = z.looseObject({
  passed: z.boolean(),
  gates: arrayUpTo(
    1000,
    z.looseObject({
      name: z.string(),
      outcome: z.enum(OUTCOMES),
      threshold: z.number(),
      value: z.number().nullish(),
    }),
  ),
  off: arrayUpTo(1000, z.string()),
  loosened: arrayUpTo(1000, z.looseObject({ name: z.string() })).optional(),
  accepted: arrayUpTo(1000, z.string()).default([]),
  /** Formats that hold other entries than the first, judged by themselves. */
  otherFormats: arrayUpTo(
    100,
    z.looseObject({ format: z.string(), verdict: z.looseObject({ passed: z.boolean() }) }),
  ).optional(),
});
type Outcome = z.infer<typeof Outcome>;

/**
 * Judges the figures of report.json by policy.yaml again, and compares outcome.json with what comes of it. Which gates have to be there
 * follows from the policy and from the records in data/. Where figures are withheld, outcomes can only be compared with these.
 * @returns undefined, and faults, where one of the three cannot be read
 */
export function checkOutcome(members: Members, faults: Faults): Standing | undefined {
  const policy = policyOf(members, faults);
  const report = jsonOf(members, PARTS.figures, Report, faults);
  const outcome = jsonOf(members, PARTS.outcome, Outcome, faults);
  if (!policy || !report || !outcome) return undefined;
  checkData(members, report, faults);
  const parts = partsOf(members, report);
  const isWithheld = report.withheld === true;
  const verdict = isWithheld ? asStated(outcome, policy, parts) : judged(report as ReportFile, policy, parts, faults);
  if (!verdict) return undefined;
  compareGates(verdict.gates, policy, outcome, isWithheld, faults);
  comparePolicy(verdict, outcome, faults);
  const named = (wanted: GateOutcome['outcome']) =>
    verdict.gates.filter((gate) => gate.outcome === wanted).map(({ name }) => name);
  const { off, loosened, accepted } = verdict;
  return {
    off,
    loosened,
    accepted,
    notMeasured: named('not measured'),
    tooFew: named('too few to tell'),
    withheld: isWithheld,
  };
}

/**
 * What a package has to answer for, whatever its papers say: each has records that were written and held against their source, and
 * histories where they have dates.
 */
function partsOf({ data }: Members, report: ReportFile | WithheldFile): Parts {
  const { histories, exposure, likelihood } =
    report.withheld === true ? ({} as Partial<Figures>) : figuresOf(report as ReportFile);
  const dated = report.dated === true || [...data.values()].some((facts) => facts.dated);
  return { records: true, source: true, histories, exposure, likelihood, dated };
}

function policyOf(members: Members, faults: Faults): Policy | undefined {
  const text = textOf(members, PARTS.policy, faults);
  if (text === undefined) return undefined;
  if (mayYamlBeTooDeep(text)) {
    faults.add(PARTS.policy, 'nested deeper than any policy; it was changed, get it again');
    return undefined;
  }
  try {
    return parsePolicy(text, PARTS.policy);
  } catch (error) {
    const [what] = (error as Error).message.split('\n');
    const place = error instanceof PolicyError ? (error.details.where ?? '').slice(PARTS.policy.length) : '';
    faults.add(PARTS.policy, `not a policy; it was changed, get it again (${what}${place})`);
    return undefined;
  }
}

/** A gate may look at more than the form of report.json promises. */
function judged(report: ReportFile, policy: Policy, parts: Parts, faults: Faults): Verdict | undefined {
  try {
    return judge(figuresOf(report), policy, parts);
  } catch {
    faults.add(PARTS.figures, 'its figures cannot be judged; it was changed, get it again');
    return undefined;
  }
}

/** What the policy asks for, with the outcomes that outcome.json states. */
function asStated(outcome: Outcome, policy: Policy, parts: Parts): Verdict {
  const { on, off, loosened } = askedOf(policy);
  const gates = on.flatMap(({ gate, threshold, isNamed }): GateOutcome[] => {
    const { name, section, title, bound, source, advice } = gate;
    const stated = outcome.gates.find((one) => one.name === name);
    if (!stated && !isNamed && !isDue(gate, parts)) return [];
    const found = {
      value: stated?.value ?? undefined,
      outcome: stated?.outcome ?? ('not measured' as const),
    };
    return [{ name, section, title, bound, source, advice, threshold, ...found }];
  });
  const accepted = gates
    .filter(({ outcome: found, name }) => found !== 'passed' && outcome.accepted.includes(name))
    .map(({ name }) => name);
  const passed = outcome.passed && !gates.some((gate) => isInTheWay(gate, accepted));
  return { passed, gates, off, loosened, accepted, advice: [] };
}

function compareGates(
  gates: GateOutcome[],
  policy: Policy,
  stated: Outcome,
  isWithheld: boolean,
  faults: Faults,
): void {
  const { figures, outcome: file } = PARTS;
  const byName = new Map(stated.gates.map((gate) => [gate.name, gate]));
  if (byName.size < stated.gates.length) faults.add(file, 'it lists a gate twice');
  for (const { name, outcome, value, threshold, bound } of gates) {
    const told = byName.get(name);
    byName.delete(name);
    if (!told) {
      faults.add(file, `gate ${name} is missing; ${whoAsksFor(name, policy)}`);
      continue;
    }
    if (told.threshold !== threshold)
      faults.add(file, `gate ${name} is reported with threshold ${told.threshold}; the policy has ${threshold}`);
    if (isWithheld) {
      if (typeof told.value === 'number' && told.outcome === 'passed' && !meets(told.value, bound, threshold))
        faults.add(file, `gate ${name} is reported as passed, with ${told.value}; it must be ${bound} ${threshold}`);
      continue;
    }
    const isMeasured = typeof value === 'number' && Number.isFinite(value);
    if (!isMeasured && (told.outcome === 'passed' || outcome === 'passed'))
      faults.add(figures, `gate ${name} is reported as passed, but its figure is missing`);
    else if (told.outcome !== outcome)
      faults.add(file, `gate ${name} is reported as ${told.outcome}; from the figures it is ${outcome}`);
    if (isMeasured && !isNear(told.value, value))
      faults.add(file, `gate ${name} is reported with ${told.value ?? 'no value'}; from the figures it is ${value}`);
  }
  for (const name of byName.keys()) faults.add(file, `gate ${name} is not required by the policy`);
}

function comparePolicy({ passed, gates, off, loosened, accepted }: Verdict, stated: Outcome, faults: Faults): void {
  const failed = gates.filter(({ outcome }) => outcome === 'failed');
  for (const { name, value, bound, threshold } of failed)
    faults.add(
      PARTS.figures,
      `gate ${name} fails: ${Number.isFinite(value) ? value : 'no figure'}; the policy requires ${bound} ${threshold}`,
    );
  if (!passed && failed.length === 0)
    faults.add(PARTS.figures, 'under the policy, these figures do not allow a release');
  if (!stated.passed) faults.add(PARTS.outcome, 'it says that the package did not pass');
  for (const { format, verdict } of stated.otherFormats ?? [])
    if (!verdict.passed) faults.add(PARTS.outcome, `it says that data/${format} did not pass`);
  sameNames('off', stated.off, off, faults);
  sameNames('accepted', stated.accepted, accepted, faults);
  if (stated.loosened)
    sameNames(
      'loosened',
      stated.loosened.map(({ name }) => name),
      loosened.map(({ name }) => name),
      faults,
    );
  // k-anonymity has no threshold of its own: alone it says nothing about the people that the model learned from.
  const asked = gates.filter(({ name }) => name !== 'k-anonymity');
  if (asked.length === 0) faults.add(PARTS.policy, 'every gate is off; nothing was required of this package');
  else if (!asked.some(({ outcome }) => outcome === 'passed'))
    faults.add(PARTS.outcome, 'no gate passed, so nothing is known about this package');
}

function whoAsksFor(name: string, policy: Policy): string {
  const { gate, isNamed } = askedOf(policy).on.find((one) => one.gate.name === name)!;
  if (isNamed || gate.part === undefined) return 'the policy requires it';
  if (gate.part === 'exposure' || gate.part === 'likelihood') return 'the figures include what it measures';
  return gate.part === 'histories' ? 'every release of records with dates has it' : 'every release has it';
}

/** The same figure, but for the last digits: another version may add in another order. */
function isNear(told: number | null | undefined, value: number): boolean {
  return typeof told === 'number' && Math.abs(told - value) <= 1e-9 * Math.max(1, Math.abs(value));
}

function sameNames(what: string, stated: string[], found: string[], faults: Faults): void {
  const text = (names: string[]) => [...names].sort().join(', ') || 'none';
  if (text(stated) !== text(found))
    faults.add(PARTS.outcome, `it lists as ${what}: ${text(stated)}; under the policy: ${text(found)}`);
}
