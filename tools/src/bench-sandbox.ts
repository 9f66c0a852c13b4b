// Fills a sandbox in a process of its own with patients in full, and measures start-up, memory and searches: `npm run bench:sandbox`.
//   --patients N   (default: 10000)      --heap-mb N   of V8's heap (default: 8192)
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from './chaos/server.ts';
import { writeFullPatients } from './hl7/full-patients.ts';
import { searchTable, searchTimes } from './hl7/search-times.ts';
import { processorMs } from './processor-time.ts';

const { values } = parseArgs({
  options: {
    patients: { type: 'string', default: '10000' },
    'heap-mb': { type: 'string', default: '8192' },
  },
});
const patients = Number(values.patients);
const folder = mkdtempSync(join(tmpdir(), 'bench-sandbox-'));
try {
  const load = join(folder, 'full');
  const resources = await writeFullPatients(load, patients, 1);
  console.log(
    `${patients.toLocaleString('en-US')} patients, ${resources.toLocaleString('en-US')} resources; ${cpus()[0].model}`,
  );
  const began = performance.now();
  const server = await startServer(
    { folder, temporary: folder },
    { load, startSeconds: 7200, heapMb: Number(values['heap-mb']) },
  );
  const seconds = (performance.now() - began) / 1000;
  const processorSeconds = (processorMs(server.running.process.pid!) ?? NaN) / 1000;
  console.log(`Loaded in ${seconds.toFixed(0)} s, ${processorSeconds.toFixed(0)} s of processor time`);
  const times = await searchTimes(server.url, server.running.process.pid!);
  console.log(`Memory: ${memoryOf(server.running.process.pid!)}`);
  console.log(`\n${searchTable(times)}`);
  await server.stop();
} finally {
  rmSync(folder, { recursive: true });
}

/** What a process has in memory now, and had at most, where /proc says so. */
function memoryOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const gigabytes = (name: string) =>
      (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) / 1024 ** 2).toFixed(1);
    return `${gigabytes('VmRSS')} GB, at most ${gigabytes('VmHWM')} GB`;
  } catch {
    return 'not known on this system';
  }
}
