import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCli } from '../outside/cli.ts';
import type { HostileFile, Prepared } from './case.ts';
import { reseal } from './resealed.ts';
import { editNpz, type Npy, with64Bits, withNumber } from './npz.ts';

const REFUSED = [1, 2, 3];
const TRAIN = 'train cohort -m marginals -o out';
const GENERATE = 'generate model -n 20 --engine cpu -o out';
const VERIFY = 'release verify release';

const matrix = (name: string, change: (npy: Npy) => Npy) => (place: Prepared) =>
  editNpz(place.at('cohort', 'train', 'matrix.npz'), name, change);
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- It is broken on purpose. */
const json = (path: string, change: (content: any) => unknown) => (place: Prepared) => {
  const content = JSON.parse(readFileSync(place.at(path), 'utf8'));
  writeFileSync(place.at(path), JSON.stringify(change(content) ?? content));
};
const written = (path: string, content: string) => (place: Prepared) => writeFileSync(place.at(path), content);
const flipped = (path: string) => (place: Prepared) => {
  const bytes = readFileSync(place.at(path));
  for (let i = 0; i < 40; i++) bytes[place.rng.int(bytes.length)] ^= 1 << place.rng.int(8);
  writeFileSync(place.at(path), bytes);
};
const cut = (path: string) => (place: Prepared) => truncateSync(place.at(path), 100);

type Tampering = [name: string, prepare: (place: Prepared) => void, expects: RegExp];

const COHORTS: Tampering[] = [
  ['bytes of the matrix changed', flipped('cohort/train/matrix.npz'), /matrix\.npz/],
  ['matrix cut off', cut('cohort/train/matrix.npz'), /matrix\.npz/],
  ['indptr that falls', matrix('indptr', withNumber(3, 1)), /matrix\.npz/],
  [
    'indptr that ends late',
    (place) => matrix('indptr', (npy) => withNumber(npy.data.length / 4 - 1, 2 ** 30)(npy))(place),
    /matrix\.npz/,
  ],
  ['negative column', matrix('indices', withNumber(5, -1)), /matrix\.npz/],
  ['column beyond the last', matrix('indices', withNumber(5, 1e9)), /matrix\.npz/],
  [
    'column twice in a row',
    (place) => matrix('indices', ({ header, data }) => ({ header, data: data.copyWithin(4, 0, 4) }))(place),
    /matrix\.npz/,
  ],
  ['shape of 2^40 rows', matrix('shape', ({ header, data }) => ({ header, data: data.fill(127) })), /matrix\.npz/],
  [
    'header that promises too much',
    matrix('indices', ({ header, data }) => ({ header: header.replace(/\(\d+,\)/, '(99999999999,)'), data })),
    /matrix\.npz/,
  ],
  [
    'header that is code',
    matrix('indices', ({ data }) => ({ header: "__import__('os').system('x')", data })),
    /matrix\.npz/,
  ],
  [
    'columns that are no list',
    written('cohort/train/columns.json', '{"format":"ehrsynth-columns-1","columns":"all"}'),
    /columns\.json/,
  ],
  ['columns that are no JSON', written('cohort/train/columns.json', '{'), /columns\.json/],
  ['run.json that is no JSON', written('cohort/run.json', '{"id":'), /run\.json|cohort/],
  ['run.json that is a list', written('cohort/run.json', '[]'), /run\.json|cohort/],
  ['encoding.json that is null', written('cohort/encoding.json', 'null'), /encoding\.json/],
];

const MODELS: Tampering[] = [
  ['bytes of the weights changed', flipped('model/weights.bin'), /weights/],
  ['weights cut off', cut('model/weights.bin'), /weights/],
  [
    'weights that are not numbers',
    ({ at }) => writeFileSync(at('model/weights.bin'), Buffer.alloc(readFileSync(at('model/weights.bin')).length, 255)),
    /weights/,
  ],
  [
    'shape of 10^12 weights',
    json('model/weights.json', (index) => {
      index[0].shape = [1e6, 1e6];
    }),
    /weights/,
  ],
  [
    'negative shape',
    json('model/weights.json', (index) => {
      index[0].shape = [-155, 16];
    }),
    /weights/,
  ],
  [
    'hidden layers of 10^9',
    json('model/model.json', (file) => {
      file.options.hidden = 1e9;
    }),
    /model\/(model|weights)\.json/,
  ],
  [
    'a million layers',
    json('model/model.json', (file) => {
      file.options.layers = 1e6;
    }),
    /model\/(model|weights)\.json/,
  ],
  [
    'order with columns beyond the last',
    json('model/model.json', (file) => {
      file.learned.order[0] = 1e9;
    }),
    /model\.json/,
  ],
  [
    'format that is a path',
    json('model/model.json', (file) => {
      file.format = '../../../etc/passwd\u001b[2J';
    }),
    /model\.json/,
  ],
  ['model.json that is null', written('model/model.json', 'null'), /model\.json/],
  [
    'model.json with __proto__',
    written(
      'model/model.json',
      '{"format":"ehrsynth-autoregressive-1","__proto__":{"hidden":1},"options":{},"learned":{}}',
    ),
    /model/,
  ],
  ['timeline that is empty', written('model/timeline.json', '{}'), /timeline/],
  ['timeline that is no JSON', written('model/timeline.json', '\u001b[2J'), /timeline/],
];

const RELEASES: Tampering[] = [
  ['bytes of the data changed', flipped('release/data/csv/patients.csv'), /patients\.csv/],
  ['a file more', written('release/data/more.csv', '=1+1'), /more\.csv/],
  ['a file less', ({ at }) => rmSync(at('release/data/csv/events.csv')), /events\.csv/],
  [
    'sums of a file outside',
    ({ at }) =>
      writeFileSync(
        at('release/SHA256SUMS'),
        `${readFileSync(at('release/SHA256SUMS'), 'utf8')}${'0'.repeat(64)}  ../../../etc/passwd\n`,
      ),
    /SHA256SUMS/,
  ],
  [
    'sums with a terminal escape',
    ({ at }) => writeFileSync(at('release/SHA256SUMS'), `${'0'.repeat(64)}  \u001b[2Jx\n`),
    /SHA256SUMS|sum/,
  ],
  [
    'descriptor of a file outside',
    json('release/datapackage.json', (content) => {
      content.resources[0].path = '../../secret';
    }),
    /datapackage\.json/,
  ],
  ['descriptor that is null', written('release/datapackage.json', 'null'), /datapackage\.json/],
  [
    'data that is a symlink',
    ({ at }) => {
      rmSync(at('release/data'), { recursive: true });
      symlinkSync('../cohort', at('release/data'));
    },
    /data/,
  ],
  ['report that is no JSON', written('release/report.json', '{'), /report\.json/],
  ['policy that unfolds without end', written('release/policy.yaml', bombOfAliases()), /policy\.yaml/],
  [
    'signature that is rubbish',
    written('release/SHA256SUMS.minisig', 'untrusted comment: \u001b[2J\nRWQ\n'),
    /minisig|signature/i,
  ],
];

/** Cohorts, models and packages that were changed after they were written. */
export const TAMPERED: HostileFile[] = [
  ...COHORTS.map(([name, prepare, expects]) => tampered(`cohort: ${name}`, ['cohort'], TRAIN, prepare, expects)),
  ...MODELS.map(([name, prepare, expects]) => tampered(`model: ${name}`, ['model'], GENERATE, prepare, expects)),
  ...RELEASES.map(([name, prepare, expects]) =>
    tampered(`release: ${name}`, ['release', 'cohort'], VERIFY, prepare, expects),
  ),
  {
    name: 'cohort: indices of 64 bits, as scipy writes them',
    group: 'tampered',
    needs: ['cohort'],
    // Read rightly, or refused because its sum is another.
    prepare: (place) => ['indices', 'indptr'].forEach((name) => matrix(name, with64Bits)(place)),
    commands: [TRAIN],
    exitCodes: [0, ...REFUSED],
  },
  ...(['weights', 'head', 'name'] as const).map((part): HostileFile => ({
    name: `checkpoint: ${{ weights: 'bytes of the weights changed', head: 'head that is null', name: 'weights outside the folder' }[part]}`,
    group: 'tampered',
    needs: ['cohort'],
    prepare: (place) => checkpoint(place, part),
    commands: ['train cohort -m autoregressive --epochs 200 --hidden 16 --engine cpu --resume -o out'],
    exitCodes: REFUSED,
    expects: /checkpoint/,
    mayWrite: /\.out\.(checkpoint|lock)/,
  })),
  {
    name: 'synth: patients that are none',
    group: 'tampered',
    needs: ['synth'],
    prepare: ({ at }) => writeFileSync(at('synth', 'records.ndjson.gz'), readFileSync(at('synth', 'run.json'))),
    commands: ['export fhir synth -o out'],
    exitCodes: REFUSED,
    expects: /records\.ndjson\.gz/,
  },
  {
    name: 'policy that unfolds without end',
    group: 'tampered',
    needs: ['large-cohort', 'large-model', 'large-synth'],
    prepare: ({ at }) => writeFileSync(at('policy.yaml'), bombOfAliases()),
    commands: ['release build large-synth --policy policy.yaml --format csv -o out'],
    exitCodes: REFUSED,
    expects: /policy/,
  },
];

function tampered(
  name: string,
  needs: string[],
  command: string,
  prepare: (place: Prepared) => void,
  expects: RegExp,
): HostileFile {
  const resealed = (place: Prepared) => {
    prepare(place);
    const [folder] = needs;
    // Bytes that were changed by accident are found by the sums of run.json; whoever means harm changes those as well.
    if (folder !== 'release' && !/bytes|run\.json/.test(name)) reseal(place.at(folder));
  };
  return {
    name,
    group: 'tampered',
    needs,
    prepare: resealed,
    commands: [command],
    exitCodes: REFUSED,
    expects,
  };
}

/** YAML of a few lines whose aliases stand for 10^9 texts. */
function bombOfAliases(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++) {
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}

/** A training that is stopped after its first checkpoint, and the checkpoint then changed. */
async function checkpoint(place: Prepared, part: 'weights' | 'head' | 'name'): Promise<void> {
  const words =
    'train cohort -m autoregressive --epochs 200 --hidden 16 --engine cpu --checkpoint-every 0.001 -o out'.split(' ');
  const running = startCli(words, { folder: place.folder, temporary: place.at('in') }, { seconds: 60 });
  const folder = place.at('.out.checkpoint');
  while (!existsSync(`${folder}/checkpoint.json`) && running.process.exitCode === null) await sleep(20);
  running.process.kill('SIGTERM');
  await running.ended;
  const head = `${folder}/checkpoint.json`;
  if (part === 'head') writeFileSync(head, 'null');
  else if (part === 'name') {
    writeFileSync(head, readFileSync(head, 'utf8').replace(/"name": "[^"]*"/, '"name": "../../../../etc/passwd"'));
  } else {
    const weights = readdirSync(folder).find((name) => name.endsWith('.bin'))!;
    const bytes = readFileSync(`${folder}/${weights}`);
    for (let i = 0; i < 40; i++) bytes[place.rng.int(bytes.length)] ^= 255;
    writeFileSync(`${folder}/${weights}`, bytes);
  }
}
