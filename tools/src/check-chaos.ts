// Kills, stops, starves and cuts off every command that writes, at moments drawn from a seed, and looks at what is left: an output
// that is whole or none, words, and a next run that gives what an undisturbed one gives. Exits with 1 where anything does not hold.
//   --seed N          other moments (default: 1)        --runs N      so many runs, over all commands (default: all)
//   --only A --only B runs whose name has this in it    --list        name the runs, and run nothing
//   --out PATH        write PATH.json and PATH.md       --markdown    print the tables as docs/reliability.md has them
//   --jobs N          at once (default: a core each)    --keep --work FOLDER   leave the folders of the runs
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { groupBy } from '@ehrsynth/records';
import { baselinesFor } from './chaos/baselines.ts';
import { onSmallDisks } from './chaos/full-disk.ts';
import { FULL_DISK, type PlannedRun, plannedRuns } from './chaos/plan.ts';
import { Run } from './chaos/run.ts';
import { startServer } from './chaos/server.ts';
import { whyNoSmallDisks } from './chaos/small-disk.ts';
import { makeWorld } from './outside/world.ts';
import { checkOptions } from './outside/check-options.ts';
import { inParallel } from './outside/in-parallel.ts';
import { failures, grid, type Result, shellWord, summaryOf, writeResults } from './outside/results.ts';

const options = checkOptions('chaos');
const planned = plannedRuns(options);
if (options.list) {
  console.log(planned.map(({ name }) => name).join('\n'));
  process.exit();
}
const began = performance.now();
const noMount = whyNoSmallDisks(options.work);
const commands = [...new Set(planned.map(({ command }) => command))];
const needs = new Set(
  commands.flatMap((command) => [...command.needs, ...(command.server === 'read' ? ['served'] : [])]),
);
process.stderr.write(`${planned.length} runs of ${commands.length} commands; preparing their inputs …\n`);
const world = await makeWorld(join(options.work, 'world'), needs);
const serving = { folder: world.folder, temporary: join(world.folder, 'tmp') };
const reading = needs.has('served') ? await startServer(serving, { load: 'served' }) : undefined;
const baselines = await baselinesFor(commands, world, options.work, reading?.url);

const results: Result[] = [];
/** The runs one by one, and those on small disks of one command after the other on the same disk. */
const units = [...groupBy(planned, ({ name, row, trouble, scenario }) => (trouble || scenario ? name : row)).values()];
await inParallel(units, options.jobs, async (unit) => {
  const before = performance.now();
  try {
    await runUnit(unit);
  } catch (error) {
    const seconds = (performance.now() - before) / 1000;
    report(unit.at(-1)!, { faults: [`the check itself failed: ${(error as Error).stack}`], seconds });
  }
});
reading?.running.process.kill('SIGKILL');
options.tidy();

const order = new Map(planned.map(({ name }, i) => [name, i]));
results.sort((a, b) => order.get(a.name)! - order.get(b.name)!);
const again = ({ name }: Result) => `npm run check:chaos -- --seed ${options.seed} --only ${shellWord(name)}`;
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const summary = `${summaryOf(results)}, in ${minutes} minutes with seed ${options.seed}`;
const markdown = `${grid(results, 'command')}\n\n${summary}.`;
console.log(options.markdown ? markdown : `${grid(results, 'command')}\n\n${failures(results, again)}\n${summary}`);
if (options.out) writeResults(options.out, results, markdown);
process.exit(results.some(({ faults }) => faults.length > 0) ? 1 : 0);

async function runUnit(unit: PlannedRun[]): Promise<void> {
  const [{ name, row, command, trouble, scenario }] = unit;
  const mounts = trouble ? trouble.mounts : scenario ? scenario.mounts : true;
  if (mounts && noMount !== undefined) {
    unit.forEach((run) => report(run, { faults: [], notMeasured: noMount, seconds: 0 }));
    return;
  }
  const id = trouble || scenario ? name : `${row}/${FULL_DISK}`;
  const folder = join(options.work, id.replaceAll(/[^\w]+/g, '-'));
  const run = new Run(command, world, folder, new Rng(`${options.seed}/${id}`), reading?.url);
  const baseline = baselines.get(command)!;
  const server =
    command.server === 'fresh' && !scenario
      ? await startServer({ folder, temporary: join(world.folder, 'tmp') })
      : undefined;
  if (server) run.url = server.url;
  const before = performance.now();
  try {
    if (trouble || scenario) {
      const faults = await (trouble ? trouble.strike(run, baseline) : scenario!.play(run, baseline));
      report(unit[0], { faults, seconds: (performance.now() - before) / 1000 });
    } else {
      await onSmallDisks(
        run,
        baseline,
        unit.map(({ index }) => index),
        (index, faults, seconds) =>
          report(
            unit.find((planned) => planned.index === index)!,
            { faults, seconds },
          ),
      );
    }
  } finally {
    server?.running.process.kill('SIGKILL');
    if (!options.keep) run.remove();
  }
}

function report({ name, row, column }: PlannedRun, result: Pick<Result, 'faults' | 'notMeasured' | 'seconds'>): void {
  results.push({ name, row, column, ...result });
  const { faults, notMeasured, seconds } = result;
  const outcome = notMeasured ?? (faults.length === 0 ? 'ok' : `FAILED: ${faults.join('; ')}`);
  process.stderr.write(`${String(results.length).padStart(4)}  ${name}  ${seconds.toFixed(1)} s  ${outcome}\n`);
}
