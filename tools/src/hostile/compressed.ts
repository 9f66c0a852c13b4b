import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HostileFile } from './case.ts';
import { patient, patientLines } from './patients.ts';

const INGEST = 'ingest fhir in --min-patients 1 -o out';
const GIGABYTE = 2 ** 30;

/** What decompression makes of a few bytes. */
export const COMPRESSED: HostileFile[] = [
  {
    name: 'NDJSON of 10 GB in 10 MB, in lines',
    group: 'compressed',
    prepare: ({ input }) =>
      bomb(join(input, 'a.ndjson.gz'), `${JSON.stringify(patient(1))}\n`.repeat(300_000), 10 * GIGABYTE),
    commands: [INGEST],
    // What came out before it was refused is read, as of any broken file; all of it is one patient, who is held in memory.
    exitCodes: [0],
    heapMb: 1024,
    expects: /file +(?:1 )?gzip that decompresses to more than --max-expansion|--max-expansion/,
  },
  {
    name: 'NDJSON of 10 GB in 10 MB, in one line',
    group: 'compressed',
    prepare: ({ input }) => bomb(join(input, 'a.ndjson.gz'), ' '.repeat(1 << 25), 10 * GIGABYTE),
    commands: [INGEST],
    exitCodes: [1, 2, 3],
    expects: /--max-expansion|--max-line-mb/,
  },
  {
    name: 'Bundle of 10 GB in 10 MB',
    group: 'compressed',
    prepare: ({ input }) => bomb(join(input, 'a.json.gz'), ' '.repeat(1 << 25), 10 * GIGABYTE),
    commands: [INGEST],
    exitCodes: [1, 2, 3],
    expects: /--max-expansion|--max-line-mb|--max-\w+/,
  },
  {
    name: 'records of a synthetic folder, 10 GB in 10 MB',
    group: 'compressed',
    needs: ['synth'],
    prepare: ({ at }) => bomb(at('synth', 'records.ndjson.gz'), ' '.repeat(1 << 25), 10 * GIGABYTE),
    commands: ['export csv synth -o out'],
    exitCodes: [1, 2, 3],
    expects: /records\.ndjson\.gz/,
  },
  {
    name: 'honest data that compress well',
    group: 'compressed',
    prepare: ({ input }) =>
      writeFileSync(join(input, 'a.ndjson.gz'), gzipSync(patientLines(20_000).join('\n'), { level: 9 })),
    commands: [INGEST],
    exitCodes: [0],
    heapMb: 512,
  },
  {
    name: 'gzip that ends in the middle',
    group: 'compressed',
    prepare: ({ input }) => {
      const whole = gzipSync(patientLines(50).join('\n'));
      writeFileSync(join(input, 'a.ndjson.gz'), whole.subarray(0, whole.length - 40));
    },
    commands: [`${INGEST} --on-error stop`],
    exitCodes: [1, 2, 3],
    expects: /a\.ndjson\.gz/,
  },
  {
    name: 'gzip that is none',
    group: 'compressed',
    prepare: ({ input }) => writeFileSync(join(input, 'a.ndjson.gz'), patientLines(5).join('\n')),
    commands: [`${INGEST} --on-error stop`],
    exitCodes: [1, 2, 3],
    expects: /a\.ndjson\.gz/,
  },
  {
    name: 'gzip with other bytes after its end',
    group: 'compressed',
    prepare: ({ input }) => {
      writeFileSync(join(input, 'a.ndjson.gz'), gzipSync(patientLines(50).join('\n')));
      appendFileSync(join(input, 'a.ndjson.gz'), 'rubbish after the end');
    },
    commands: [`${INGEST} --on-error stop`],
    exitCodes: [0, 1, 2, 3],
  },
  {
    name: 'gzip in gzip',
    group: 'compressed',
    prepare: ({ input }) => writeFileSync(join(input, 'a.ndjson.gz'), gzipSync(gzipSync(patientLines(5).join('\n')))),
    commands: [`${INGEST} --on-error stop`],
    exitCodes: [1, 2, 3],
    expects: /a\.ndjson\.gz/,
  },
];

/** A gzip file of so many bytes of the text, over and over: a member that is compressed once and repeated. */
function bomb(path: string, text: string, bytes: number): void {
  const member = gzipSync(text, { level: 9 });
  const times = Math.ceil(bytes / Buffer.byteLength(text));
  const some = Math.min(times, 64);
  writeFileSync(path, '');
  for (let left = times; left > 0; left -= some) {
    appendFileSync(path, Buffer.concat(Array.from({ length: Math.min(some, left) }, () => member)));
  }
}
