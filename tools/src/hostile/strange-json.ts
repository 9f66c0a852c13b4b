import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostileFile, Prepared } from './case.ts';
import { condition, patient, patientLines, type Resource } from './patients.ts';

const INGEST = 'ingest fhir in --min-patients 1 -o out';
const VALIDATE = 'validate fhir in';

/** Good patients, and a file with lines of its own. */
const beside =
  (...lines: (string | Buffer)[]) =>
  ({ input }: Prepared) => {
    writeFileSync(join(input, 'good.ndjson'), patientLines(20).join('\n'));
    writeFileSync(
      join(input, 'odd.ndjson'),
      Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')])),
    );
  };

const nested = (levels: number) => `${'{"url":"http://x.org/e","extension":['.repeat(levels)}${']}'.repeat(levels)}`;
const deepPatient = (levels: number) => `{"resourceType":"Patient","id":"deep","extension":[${nested(levels)}]}`;
const encoded = (encoding: BufferEncoding, mark: number[] = []) =>
  Buffer.concat([Buffer.from(mark), Buffer.from(patientLines(2).join('\n'), encoding)]);

/** [what, lines beside good ones, exit codes of validate] */
const ODD: [string, (string | Buffer)[], number[]?][] = [
  ['1,000 nested extensions', [deepPatient(1000)]],
  ['100,000 levels', [`{"resourceType":"Patient","id":"deep","name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`]],
  ['100,000 levels that do not end', ['['.repeat(100_000)]],
  [
    'invalid UTF-8',
    [
      Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]),
      Buffer.from('{"resourceType":"Patient","id":"\xff\xff"}', 'latin1'),
    ],
  ],
  ['a byte order mark', [encoded('utf8', [0xef, 0xbb, 0xbf])], [0, 1]],
  ['UTF-16', [encoded('utf16le', [0xff, 0xfe])]],
  ['NUL bytes', ['\0\0\0', `{"resourceType":"Patient","id":"a\0b"}`]],
  ['a key twice', ['{"resourceType":"Patient","id":"x1","id":"x2","gender":"male","gender":"female"}']],
  [
    '__proto__ and constructor as keys',
    [
      `{"resourceType":"Patient","id":"x1","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
    ],
  ],
  [
    '1e999 for a number',
    [
      JSON.stringify({ ...condition(1), id: 'x' }).replace(
        '"recordedDate":"2021-05-04"',
        '"onsetAge":{"value":1e999,"unit":"a"}',
      ),
    ],
  ],
  ['lone surrogates', [String.raw`{"resourceType":"Patient","id":"x1","name":[{"family":"\ud800\udc00\udfff"}]}`]],
  ['no objects at all', ['null', '3', '"text"', '[]', 'true', '[{"resourceType":"Patient"}]']],
  ['a type that is a path', [JSON.stringify({ ...patient(50), resourceType: '../../../x' })]],
  [
    'ids that are paths',
    [JSON.stringify({ ...patient(50), id: '../../../x' }), JSON.stringify({ ...condition(50), id: '../../y' })],
  ],
  [
    'a type that is __proto__',
    [JSON.stringify({ resourceType: '__proto__', id: 'x' }), JSON.stringify({ resourceType: 'constructor', id: 'x' })],
  ],
  [
    'dates beyond all calendars',
    [
      JSON.stringify({ ...patient(51), birthDate: '9999-99-99' }),
      JSON.stringify({ ...patient(52), birthDate: '-271821-04-20' }),
      JSON.stringify({ ...condition(3), id: 'far', recordedDate: '275761-01-01' }),
    ],
  ],
  ['an id of a megabyte', [JSON.stringify({ ...patient(50), id: 'x'.repeat(1 << 20) })]],
  [
    '100,000 codings of one concept',
    [
      JSON.stringify({
        ...condition(5),
        id: 'many',
        code: { coding: Array.from({ length: 100_000 }, (_, i) => ({ system: `urn:x:${i}`, code: `${i}` })) },
      }),
    ],
    // FHIR does not forbid it.
    [0],
  ],
  ['a million empty lists', [`{"resourceType":"Patient","id":"x1","name":[${'[],'.repeat(1_000_000)}[]]}`]],
  [
    'terminal escapes in types and systems',
    [
      JSON.stringify({ resourceType: 'Pat\u001b[2Jient', id: 'x1' }),
      JSON.stringify({
        ...condition(6),
        id: 'y',
        code: { coding: [{ system: 'urn:\u001b[31mred\u202e', code: '\u001b[2J' }] },
      }),
    ],
  ],
];

/** What begins a cell that a spreadsheet would calculate. A minus before a digit is a number. */
const FORMULA = /^(?:[=+@\t\r]|-(?!\d))/;

const changed = (to: string) => (resource: Resource) => {
  for (const coding of resource.code?.coding ?? []) {
    if (coding.code === 'E11.9') Object.assign(coding, { system: 'urn:own', code: to, display: to });
  }
};

/** JSON that is allowed nowhere, or is allowed and made to do harm later. */
export const STRANGE_JSON: HostileFile[] = [
  ...ODD.flatMap(([what, lines, validated = [1]]): HostileFile[] => [
    {
      name: `${what}, ingest`,
      group: 'strange JSON',
      prepare: beside(...lines),
      commands: [INGEST],
      exitCodes: [0],
    },
    {
      name: `${what}, validate`,
      group: 'strange JSON',
      prepare: beside(...lines),
      commands: [VALIDATE],
      exitCodes: validated,
    },
  ]),
  ...(
    [
      ['formulas', "=cmd|'/c calc'!A1"],
      ['a formula behind a tab', '\t=1+1'],
      ['an at sign', '@SUM(1)'],
      ['terminal escapes', '\u001b[2J\u001b]0;x\u0007'],
      ['line feeds', 'a\nb\r\n=1+1'],
    ] as const
  ).map(([what, text]): HostileFile => ({
    name: `codes and displays with ${what}, to CSV`,
    group: 'strange JSON',
    prepare: ({ input }) => writeFileSync(join(input, 'a.ndjson'), patientLines(60, changed(text)).join('\n')),
    commands: [
      'ingest fhir in --min-patients 2 -o cohort',
      'train cohort -m marginals -o model',
      'generate model -n 30 --engine cpu -o synth',
      'export csv synth -o out',
    ],
    exitCodes: [0],
    mayWrite: /above\/nest\/(cohort|model|synth)/,
    holds: ({ at }) => unsafeCells(at('out')),
  })),
  {
    name: 'formulas in codes, to CSV as they are',
    group: 'strange JSON',
    prepare: ({ input }) => writeFileSync(join(input, 'a.ndjson'), patientLines(60, changed('=1+1')).join('\n')),
    commands: [
      'ingest fhir in --min-patients 2 -o cohort',
      'train cohort -m marginals -o model',
      'generate model -n 30 --engine cpu -o synth',
      'export csv synth --csv-raw -o out',
    ],
    exitCodes: [0],
    mayWrite: /above\/nest\/(cohort|model|synth)/,
    holds: ({ at }) => (unsafeCells(at('out')).length > 0 ? [] : ['--csv-raw changed the cells']),
  },
];

function unsafeCells(folder: string): string[] {
  if (!existsSync(folder)) return ['no output'];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');

      const escape = /[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text) ? [`${name} has a control character`] : [];
      return cells(text).some((cell) => FORMULA.test(cell))
        ? [...escape, `${name} has a cell that a spreadsheet calculates`]
        : escape;
    });
}

/** The cells of a CSV file, without their quotes. */
function cells(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|[^",\n]+/g)].map(
    ([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole,
  );
}
