import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HostileFile, Prepared } from './case.ts';
import { patientLines } from './patients.ts';

const INGEST = 'ingest fhir in --min-patients 1 -o out';
const VALIDATE = 'validate fhir in';
const MEGABYTE = 1 << 20;
const good = ({ input }: Prepared) => writeFileSync(join(input, 'good.ndjson'), patientLines(20).join('\n'));

/** Things in a folder that are no files, or not such as one expects. */
export const STRANGE_FILES: HostileFile[] = (
  [
    {
      name: 'a line of 300 MB',
      prepare: ({ input }) => longLine(join(input, 'a.ndjson'), 300 * MEGABYTE),
      commands: [INGEST],
      exitCodes: [1, 2, 3],
      expects: /--max-line-mb/,
    },
    {
      name: 'a line of 300 MB, validated',
      prepare: ({ input }) => longLine(join(input, 'a.ndjson'), 300 * MEGABYTE),
      commands: [VALIDATE],
      exitCodes: [1, 2, 3],
      expects: /--max-line-mb|too long|larger|MiB|MB/,
    },
    {
      name: 'a Bundle of 700 MB in one text',
      prepare: ({ input }) => longLine(join(input, 'a.json'), 700 * MEGABYTE),
      commands: [INGEST],
      exitCodes: [1, 2, 3],
      expects: /--max-\w+|too large|too long for memory|MB|MiB/,
    },
    {
      name: 'symlink to the folder itself',
      prepare: (place) => {
        good(place);
        symlinkSync('.', join(place.input, 'loop'));
      },
      commands: [INGEST],
      exitCodes: [0],
      expects: /loop/,
    },
    {
      name: 'symlinks that lead to each other',
      prepare: (place) => {
        good(place);
        symlinkSync('b.ndjson', join(place.input, 'a.ndjson'));
        symlinkSync('a.ndjson', join(place.input, 'b.ndjson'));
      },
      commands: [INGEST],
      exitCodes: [0],
      expects: /a\.ndjson/,
    },
    {
      name: 'symlink to nothing',
      prepare: (place) => {
        good(place);
        symlinkSync('nothing', join(place.input, 'gone.ndjson'));
      },
      commands: [INGEST],
      exitCodes: [0],
      expects: /gone\.ndjson/,
    },
    {
      name: 'symlink to nothing, validated',
      prepare: (place) => {
        good(place);
        symlinkSync('nothing', join(place.input, 'gone.ndjson'));
      },
      commands: [VALIDATE],
      exitCodes: [0, 1],
      expects: /gone\.ndjson/,
    },
    {
      name: 'a pipe that nobody writes to',
      prepare: (place) => {
        good(place);
        execFileSync('mkfifo', [join(place.input, 'pipe.ndjson')]);
      },
      commands: [INGEST],
      exitCodes: [0, 1, 2],
      expects: /pipe\.ndjson/,
    },
    {
      name: 'a pipe that nobody writes to, validated',
      prepare: (place) => {
        good(place);
        execFileSync('mkfifo', [join(place.input, 'pipe.json')]);
      },
      commands: [VALIDATE],
      exitCodes: [0, 1, 2],
      expects: /pipe\.json/,
    },
    ...['/dev/zero', '/dev/urandom', '/dev/tty'].map((device) => ({
      name: `symlink to ${device}`,
      prepare: (place: Prepared) => {
        good(place);
        symlinkSync(device, join(place.input, 'device.ndjson'));
      },
      commands: [INGEST],
      exitCodes: [0, 1, 2, 3],
      expects: /device\.ndjson/,
    })),
    {
      name: 'a pipe as the source itself',
      prepare: ({ at }) => void execFileSync('mkfifo', [at('pipe.ndjson')]),
      commands: ['ingest fhir pipe.ndjson -o out'],
      exitCodes: [1, 2, 3],
      expects: /pipe\.ndjson/,
    },
    {
      name: 'a folder with the name of a file',
      prepare: (place) => {
        good(place);
        mkdirSync(join(place.input, 'x.ndjson'));
      },
      commands: [INGEST],
      exitCodes: [0],
    },
    {
      name: 'an empty folder',
      commands: [INGEST],
      exitCodes: [1, 2],
    },
    {
      name: 'empty files',
      prepare: ({ input }) =>
        ['a.ndjson', 'b.json', 'c.ndjson.gz'].forEach((name) => writeFileSync(join(input, name), '')),
      commands: [INGEST],
      exitCodes: [1, 2],
    },
    ...(
      [
        ['a terminal escape', 'clear\u001b[2J\u001b]0;title\u0007'],
        ['a line feed', 'two\nlines'],
        ['text turned round', 'safe\u202enosj'],
        ['quotes and a semicolon', `it's "x"; rm -rf $HOME`],
      ] as const
    ).flatMap(([what, name]) =>
      ['ingest', 'validate'].map((verb) => ({
        name: `file name with ${what}, ${verb}`,
        prepare: (place: Prepared) => {
          good(place);
          writeFileSync(join(place.input, `${name}.ndjson`), '{"resourceType":"Patient",\nnot JSON\n');
        },
        commands: [verb === 'ingest' ? INGEST : VALIDATE],
        exitCodes: verb === 'ingest' ? [0] : [1],
      })),
    ),
  ] satisfies Omit<HostileFile, 'group'>[]
).map((hostile) => ({ group: 'strange files', ...hostile }));

/** JSON of one line, of so many bytes. */
async function longLine(path: string, bytes: number): Promise<void> {
  const stream = createWriteStream(path);
  const block = Buffer.alloc(MEGABYTE, 'x');
  stream.write('{"resourceType":"Patient","id":"a","name":[{"text":"');
  for (let done = 0; done < bytes; done += block.length) {
    if (!stream.write(block)) await once(stream, 'drain');
  }
  stream.end('"}]}\n');
  await once(stream, 'close');
}
