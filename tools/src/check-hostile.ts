// Malicious and broken files, and FHIR servers that are, met by the real program. Each ends in words or in a right output, in bounded
// time and memory, writes nothing but its output and prints nothing that a terminal obeys. Exits with 1 where anything does not hold.
//   --only A --only B those whose name has this in it   --list        name them, and run nothing
//   --out PATH        write PATH.json and PATH.md       --markdown    print the tables as docs/reliability.md has them
//   --jobs N          at once (default: a core each)    --keep --work FOLDER   leave the folders
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runHostileFile } from './hostile/case.ts';
import { COMPRESSED } from './hostile/compressed.ts';
import { whyNoIsolation } from './hostile/isolated-root.ts';
import { OUTPUTS } from './hostile/outputs.ts';
import { HOSTILE_SERVERS, runHostileServer } from './hostile/servers.ts';
import { STRANGE_FILES } from './hostile/strange-files.ts';
import { STRANGE_JSON } from './hostile/strange-json.ts';
import { TABLES } from './hostile/tables.ts';
import { TAMPERED } from './hostile/tampered.ts';
import { markdownTable } from './markdown.ts';
import { checkOptions, isAskedFor } from './outside/check-options.ts';
import { inParallel } from './outside/in-parallel.ts';
import { cellsOf, failures, type Result, shellWord, summaryOf, writeResults } from './outside/results.ts';
import { makeWorld, type World } from './outside/world.ts';

interface Behaviour {
  name: string;
  group: string;
  needs: string[];
  isolated: boolean;
  meet(world: World, folder: string): Promise<string[]>;
}

const options = checkOptions('hostile');
const files = [...COMPRESSED, ...STRANGE_FILES, ...STRANGE_JSON, ...TABLES, ...TAMPERED, ...OUTPUTS];
const behaviours: Behaviour[] = [
  ...HOSTILE_SERVERS.map((server) => ({
    name: `server/${server.name}`,
    group: `server: ${server.group}`,
    needs: [],
    isolated: false,
    meet: (_: World, folder: string) => runHostileServer(server, folder),
  })),
  ...files.map((file) => ({
    name: `${file.group}/${file.name}`,
    group: file.group,
    needs: file.needs ?? [],
    isolated: file.isolated ?? false,
    meet: (world: World, folder: string) => runHostileFile(file, world, folder),
  })),
].filter(({ name }) => isAskedFor(name, options));
if (options.list) {
  console.log(behaviours.map(({ name }) => name).join('\n'));
  process.exit();
}
const began = performance.now();
process.stderr.write(`${behaviours.length} behaviours; preparing their inputs …\n`);
const world = await makeWorld(join(options.work, 'world'), new Set(behaviours.flatMap(({ needs }) => needs)));
const noIsolation = whyNoIsolation(options.work);
const results: Result[] = [];
await inParallel([...behaviours.entries()], options.jobs, async ([number, behaviour]) => {
  const { name, group: row, isolated } = behaviour;
  const before = performance.now();
  const result = { name, row, column: 'held', faults: [] as string[] };
  if (isolated && noIsolation !== undefined) {
    results.push({ ...result, notMeasured: noIsolation, seconds: 0 });
  } else {
    const folder = join(options.work, `case-${number}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    result.faults = await behaviour
      .meet(world, folder)
      .catch((error: Error) => [`the check itself failed: ${error.stack}`]);
    results.push({ ...result, seconds: (performance.now() - before) / 1000 });
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
  const { faults, notMeasured, seconds } = results.at(-1)!;
  const outcome = notMeasured ?? (faults.length === 0 ? 'ok' : `FAILED: ${faults.join('; ')}`);
  process.stderr.write(`${String(results.length).padStart(4)}  ${name}  ${seconds.toFixed(1)} s  ${outcome}\n`);
});
options.tidy();

const order = new Map(behaviours.map(({ name }, i) => [name, i]));
results.sort((a, b) => order.get(a.name)! - order.get(b.name)!);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const summary = `${summaryOf(results)}, in ${minutes} minutes`;
const table = markdownTable(
  ['kind of input', 'behaviours', 'held', 'not measured', 'slowest, s'],
  cellsOf(results).map(({ row, runs, passed, failed, notMeasured, slowest }) => [
    row,
    String(runs + notMeasured),
    failed > 0 ? `**${passed} of ${runs}**` : `${passed} of ${runs}`,
    notMeasured > 0 ? String(notMeasured) : '',
    slowest.toFixed(1),
  ]),
);
const markdown = `${table}\n\n${summary}.`;
const again = ({ name }: Result) => `npm run check:hostile -- --only ${shellWord(name)}`;
console.log(options.markdown ? markdown : `${table}\n\n${failures(results, again)}\n${summary}`);
if (options.out) writeResults(options.out, results, markdown);
process.exit(results.some(({ faults }) => faults.length > 0) ? 1 : 0);
