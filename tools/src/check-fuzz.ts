// Mutated resources through the reader and the validator, mutated files through what reads matrices, models and releases: each is read,
// is refused in words, or is found broken. Exits with 1 where one ends in anything else, hangs, or takes the memory.
//   --seed N          other mutations (default: 1)      --runs N      so many of each of the two kinds (default: 20000 and 2000)
//   --only A --only B parts whose name has this in it   --list        name the parts, and run nothing
//   --out PATH        write PATH.json and PATH.md       --markdown    print the table as docs/reliability.md has it
import { groupBy } from '@ehrsynth/records';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES, FUZZ_MODELS, WORLD } from './fuzz/files.ts';
import type { FuzzPart } from './fuzz/part.ts';
import { RESOURCES } from './fuzz/resources.ts';
import { type PartResult, runPart } from './fuzz/run-part.ts';
import { checkOptions, isAskedFor } from './outside/check-options.ts';
import { runCli } from './outside/cli.ts';
import { markdownTable } from './markdown.ts';
import { makeWorld } from './outside/world.ts';

const options = checkOptions('fuzz');
/** Each of the resources goes through the reader and the validator; the files are shared among their parts. */
const wanted = [
  ...RESOURCES.map((part) => ({ part, mutations: options.runs ?? 20_000 })),
  ...FILES.map((part, i) => ({ part, mutations: shareOf(options.runs ?? 2_000, i) })),
].filter(({ part }) => isAskedFor(part.name, options));
if (options.list) {
  console.log(wanted.map(({ part, mutations }) => `${part.name}: ${mutations}`).join('\n'));
  process.exit();
}
const began = performance.now();
if (wanted.some(({ part }) => FILES.includes(part))) await makeFiles();

const found: { part: FuzzPart; mutations: number; result: PartResult }[] = [];
for (const { part, mutations } of wanted) {
  process.stderr.write(`${part.name}: ${mutations} mutations …\n`);
  const folder = join(options.work, part.name.replaceAll(/\W+/g, '-'));
  const steps = Math.ceil(mutations / part.size);
  const result = await runPart(part, folder, options.seed, steps, (step) => {
    if ((step + 1) % Math.ceil(steps / 20) === 0) process.stderr.write(`  ${(step + 1) * part.size}\n`);
  });
  found.push({ part, mutations: steps * part.size, result });
}
options.tidy();

const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const crashes = found.flatMap(({ part, result }) => result.crashes.map((crash) => ({ part: part.name, ...crash })));
const table = markdownTable(
  ['what is mutated', 'mutations', 'outcomes', 'stack traces, hangs'],
  found.map(({ part, mutations, result }) => [
    part.name,
    mutations.toLocaleString('en-US'),
    [...result.outcomes].map(([what, times]) => `${what}: ${times.toLocaleString('en-US')}`).join('; '),
    String(result.crashes.length),
  ]),
);
const markdown = `${table}\n\nIn ${minutes} minutes with seed ${options.seed}.`;
console.log(markdown);
if (!options.markdown) {
  for (const [error, alike] of groupBy(crashes, ({ part, error: text }) => `${part}: ${text}`)) {
    console.log(`✗ ${alike.length} × ${error}\n    such as ${alike[0].mutation}`);
  }
}
if (options.out) {
  writeFileSync(
    `${options.out}.json`,
    `${JSON.stringify(
      found.map(({ part, mutations, result }) => ({
        part: part.name,
        mutations,
        outcomes: Object.fromEntries(result.outcomes),
        crashes: result.crashes,
      })),
      null,
      1,
    )}\n`,
  );
  writeFileSync(`${options.out}.md`, `${markdown}\n`);
}
process.exit(crashes.length > 0 ? 1 : 0);

/** The number divided among the parts, the first ones taking what is left over. */
function shareOf(count: number, i: number): number {
  return Math.floor(count / FILES.length) + (i < count % FILES.length ? 1 : 0);
}

async function makeFiles(): Promise<void> {
  const world = await makeWorld(join(options.work, WORLD), new Set(['cohort', 'release']));
  for (const [name, settings] of FUZZ_MODELS) {
    const line = `train cohort -m ${name} ${settings} --engine cpu --force -o fuzz-${name}`;
    const place = { folder: world.folder, temporary: join(world.folder, 'tmp') };
    const { code, output } = await runCli(line.split(' ').filter(Boolean), place, { seconds: 300 });
    if (code !== 0) throw new Error(`Failed although undisturbed: ehrsynth ${line}\n${output}`);
  }
}
