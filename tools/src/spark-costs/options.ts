import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '@ehrsynth/io';
import { WORKS } from './works.ts';

export interface CostOptions {
  /** Numbers of patients, ascending. */
  sizes: number[];
  /** Threads that Spark has in each round. */
  cores: number[];
  /** Names of what is measured. */
  works: string[];
  /** Where source patients are made and kept. */
  data: string;
  /** What was measured: it is gone on from, and written after each measurement. */
  json: string;
  /** A trained model, for what needs one. */
  model?: string;
  /** Patients that are simulated; more are copies of them with other ids. */
  base: number;
  /** What the plan is for. */
  plan: { patients: number; cores: number; dollarsPerCoreHour: number; megabytesPerSecond: number };
}

/** @throws UserError */
export function costOptions(argv: string[]): CostOptions {
  const { values } = parsed(argv);
  const numbers = (text: string, name: string) =>
    text.split(',').map((one) => {
      const number = Number(one);
      if (!(number > 0)) throw usage(`--${name} wants numbers above 0, separated by commas`);
      return number;
    });
  const works =
    values.works?.split(',') ?? WORKS.filter((work) => !work.needsModel || values.model).map(({ name }) => name);
  const unknown = works.find((name) => !WORKS.some((work) => work.name === name));
  if (unknown) throw usage(`There is no work ${unknown}`, `Works: ${WORKS.map(({ name }) => name).join(', ')}.`);
  if (!values.model && WORKS.some(({ name, needsModel }) => needsModel && works.includes(name)))
    throw usage('That needs a trained model', 'Name its folder with --model.');
  return {
    sizes: numbers(values.sizes, 'sizes').sort((a, b) => a - b),
    cores: numbers(values.cores, 'cores'),
    works,
    data: values.data,
    json: values.json,
    model: values.model,
    base: numbers(values.base, 'base')[0],
    plan: {
      patients: numbers(values['plan-patients'], 'plan-patients')[0],
      cores: numbers(values['plan-cores'], 'plan-cores')[0],
      dollarsPerCoreHour: numbers(values.price, 'price')[0],
      megabytesPerSecond: numbers(values.bandwidth, 'bandwidth')[0],
    },
  };
}

function parsed(argv: string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    return parseArgs({
      args: argv,
      options: {
        sizes: text('10000,100000'),
        cores: text('1,2'),
        works: { type: 'string' },
        data: text(join(tmpdir(), 'ehrsynth-spark-costs')),
        json: text('spark-costs.json'),
        model: { type: 'string' },
        base: text('10000'),
        'plan-patients': text('100000000'),
        'plan-cores': text('256'),
        price: text('0.06'),
        bandwidth: text('100'),
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function usage(what: string, todo?: string): UserError {
  const options =
    '--sizes, --cores, --works, --data, --json, --model, --base, --plan-patients, --plan-cores, --price, --bandwidth';
  return new UserError('bad-option', 2, what, { todo: todo ?? `Options: ${options}.` });
}
