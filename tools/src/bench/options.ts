import { parseArgs } from 'node:util';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { UserError } from '@ehrsynth/io';

export interface BenchOptions {
  /** Parts to measure; all where not given. */
  only?: string[];
  /** Engines to measure, by name; all that are there where not given. */
  engine?: string[];
  repeats: number;
  /** So many times the usual sizes: to try the bench out. */
  scale: number;
  /** Leaves out ten times MedGAN's rows, and the million. */
  quick: boolean;
  /** Writes docs/benchmarks.json, and its tables into docs/benchmarks.md. */
  write: boolean;
  /** Writes the report there. */
  json?: string;
  /** A report to hold this run against. */
  against?: string;
}

/** @param parts that there are @throws UserError */
export function benchOptions(argv: string[], parts: readonly string[]): BenchOptions {
  const { values } = parsed(argv);
  const unknown = values.only?.find((name) => !parts.includes(name));
  if (unknown !== undefined) throw usage(`Unknown part: ${unknown}`, `Parts: ${parts.join(', ')}.`);
  const strange = values.engine?.find((name) => !ENGINE_NAMES.some((known) => known === name));
  if (strange !== undefined) throw usage(`Unknown engine: ${strange}`, `Engines: ${ENGINE_NAMES.join(', ')}.`);
  const [repeats, scale] = [Number(values.repeats), Number(values.scale)];
  if (!Number.isInteger(repeats) || repeats < 1) throw usage('--repeats needs a whole number of at least 1');
  if (!(scale > 0)) throw usage('--scale needs a number above 0');
  if (values.write && scale !== 1) throw usage('--write only works at the usual sizes', 'Omit --scale.');
  return { ...values, repeats, scale };
}

/** The engines to measure of those that are there. @throws UserError where one that was asked for is not */
export function enginesToMeasure(present: readonly EngineName[], wanted?: readonly string[]): EngineName[] {
  const missing = wanted?.find((name) => !present.some((one) => one === name));
  if (missing !== undefined) throw usage(`The engine ${missing} is not available`, '`ehrsynth doctor` shows why.');
  return present.filter((name) => !wanted || wanted.includes(name));
}

function parsed(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        only: { type: 'string', multiple: true },
        engine: { type: 'string', multiple: true },
        repeats: { type: 'string', default: '3' },
        scale: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        json: { type: 'string' },
        against: { type: 'string' },
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function usage(what: string, todo = 'CONTRIBUTING.md lists the options of the benchmark.'): UserError {
  return new UserError('bench-options', 2, what, { todo });
}
