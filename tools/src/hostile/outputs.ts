import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { HostileFile, Prepared } from './case.ts';

const REFUSED = [1, 2, 3];
const SIMULATE = 'simulate --world sets -n 5';

/** The user's own file, which must be there as it was. */
const diary =
  (...path: string[]) =>
  ({ at }: Prepared) => {
    mkdirSync(at(...path), { recursive: true });
    writeFileSync(at(...path, 'diary.txt'), 'mine');
  };
const diaryKept =
  (...path: string[]) =>
  ({ at }: Prepared) =>
    existsSync(at(...path, 'diary.txt')) && readFileSync(at(...path, 'diary.txt'), 'utf8') === 'mine'
      ? []
      : ['the user’s own file is gone'];

const forced = (name: string, target: string | undefined, more: Partial<HostileFile> = {}): HostileFile => ({
  name,
  group: 'outputs',
  commands: [`${SIMULATE} --force -o ${target}`],
  exitCodes: REFUSED,
  ...more,
});

/** Outputs that are in the way, or in the wrong place. */
export const OUTPUTS: HostileFile[] = [
  forced('--force on the folder one is in', '.', { prepare: diary('.'), holds: diaryKept('.') }),
  forced('--force on the folder above', '..', { prepare: diary('..'), holds: diaryKept('..') }),
  forced('--force on /', '/', { prepare: diary('.'), holds: diaryKept('.'), isolated: true }),
  forced('--force on /, the long way round', '../../../../../../../../../../..', {
    prepare: diary('.'),
    holds: diaryKept('.'),
    isolated: true,
  }),
  forced('--force on the home folder', '../nest', { prepare: diary('.'), holds: diaryKept('.') }),
  forced('--force on a folder with a file of the user', 'mine', {
    prepare: diary('mine'),
    holds: diaryKept('mine'),
  }),
  forced('--force on a folder with a file of the user, deep in it', 'mine', {
    prepare: diary('mine', 'a', 'b'),
    holds: diaryKept('mine', 'a', 'b'),
  }),
  forced('--force on an output to which the user added a file', 'synth', {
    needs: ['synth'],
    prepare: diary('synth'),
    holds: diaryKept('synth'),
  }),
  forced('--force on a symlink to a folder with a file of the user', 'link', {
    prepare: (place) => {
      diary('mine')(place);
      symlinkSync('mine', place.at('link'));
    },
    holds: diaryKept('mine'),
  }),
  forced('--force on an input', undefined, {
    needs: ['cohort'],
    commands: ['train cohort -m marginals --force -o cohort'],
  }),
  forced('--force on an input, by another path', undefined, {
    needs: ['cohort'],
    prepare: ({ at }) => symlinkSync('cohort', at('same')),
    commands: ['train same -m marginals --force -o ./in/../cohort'],
  }),
  forced('--force on the folder of an input', undefined, {
    needs: ['source'],
    prepare: ({ at }) => writeFileSync(at('run.json'), readFileSync(at('source', 'run.json'))),
    commands: ['ingest fhir source --min-patients 3 --force -o ../nest'],
  }),
  forced('--force on a folder in an input', undefined, {
    needs: ['synth'],
    commands: ['export csv synth --force -o synth/csv'],
    exitCodes: [0, ...REFUSED],
    mayWrite: /synth\/csv|nest\/synth$/,
  }),
  forced('output through a file', undefined, {
    prepare: ({ at }) => writeFileSync(at('file'), 'mine'),
    commands: [`${SIMULATE} -o file/out`],
    expects: /file/,
  }),
  forced('output is a file of the user', undefined, {
    prepare: ({ at }) => writeFileSync(at('file'), 'mine'),
    commands: [`${SIMULATE} -o file`],
    expects: /file/,
  }),
  forced('--force on a file of the user', 'file', {
    prepare: ({ at }) => writeFileSync(at('file'), 'mine'),
    expects: /file/,
  }),
  forced('output is a symlink to nothing', undefined, {
    prepare: ({ at }) => symlinkSync('nothing', at('link')),
    commands: [`${SIMULATE} -o link`],
    exitCodes: [0, ...REFUSED],
    mayWrite: /nest\/(link|nothing)/,
  }),
  forced('output with a name of 300 letters', undefined, { commands: [`${SIMULATE} -o ${'x'.repeat(300)}`] }),
  forced('output with a terminal escape in its name', undefined, {
    commands: [['simulate', '-n', '5', '-o', 'out/\u001b[2J\u202e']],
    exitCodes: [0, ...REFUSED],
    mayWrite: /nest\/out/,
  }),
  forced('output without a name', undefined, { commands: [['simulate', '-n', '5', '-o', '']] }),
  forced('output below a device', undefined, {
    commands: [`${SIMULATE} -o /dev/null/out`],
    expects: /\/dev\/null/,
  }),
  forced('an output that is there, without --force', undefined, {
    prepare: diary('out'),
    commands: [`${SIMULATE} -o out`],
    expects: /--force/,
    holds: diaryKept('out'),
  }),
];
