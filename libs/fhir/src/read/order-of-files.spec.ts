import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundle, condition, type Files, inError, readFiles, version, woman } from '../testing/source.ts';

const CODES = ['E11.9', 'I10', 'J45.909', 'C50.911', 'N18.6'];

interface Piece {
  /** undefined: a line of an export. */
  server: number | undefined;
  resource: { resourceType: string; id?: string };
}

/** Patients and versions of conditions, which move from one patient to another; what a version says is the same everywhere. */
const pieces = fc.array(
  fc.record({
    server: fc.option(fc.nat(1), { nil: undefined }),
    isPatient: fc.boolean(),
    id: fc.nat(4),
    number: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 5, maxLength: 40 },
);

function pieceOf({
  server,
  isPatient,
  id,
  number,
}: {
  server?: number;
  isPatient: boolean;
  id: number;
  number: number;
}): Piece {
  if (isPatient) {
    const resource = woman(`p${id % 3}`, { birthDate: `19${50 + id}-0${number}-01`, ...version(5 * number + id) });
    return { server, resource };
  }
  const status = (id + number) % 4 === 0 ? inError : {};
  const more = { ...status, ...version(number) };
  return {
    server,
    resource: condition(`c${id}`, `Patient/p${(id + number) % 3}`, CODES[(id * number) % CODES.length], more),
  };
}

/** The pieces in files whose names, and the order in them, a list of numbers decides. */
function filesOf(all: Piece[], places: number[]): Files {
  const files: Files = { 'last.ndjson': [woman('always', { birthDate: '2000-01-01' })] };
  const order = all.map((_, i) => i).sort((a, b) => places[a] - places[b] || a - b);
  for (const i of order) {
    const { server, resource } = all[i];
    const part = String.fromCharCode(97 + (places[i] % 3));
    if (server === undefined) ((files[`${part}.ndjson`] ??= []) as object[]).push(resource);
    else {
      const file = (files[`${part}${server}.json`] ??= bundle('searchset')) as ReturnType<typeof bundle>;
      const fullUrl = `https://${server}.example.org/fhir/${resource.resourceType}/${resource.id}`;
      file.entry.push({ fullUrl, resource });
    }
  }
  return files;
}

async function cohortOf(files: Files) {
  const { records } = await readFiles(files);
  const sorted = records.map(({ id, birthDate, events }) => ({
    id,
    birthDate,
    codes: events.map(({ code }) => code.code).sort(),
  }));
  return sorted.sort((a, b) => (a.id < b.id ? -1 : 1));
}

it('how a source is divided into files, and their order, does not change the cohort', async () => {
  const places = fc.array(fc.nat(50), { minLength: 40, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(pieces, places, places, async (list, some, others) => {
      const all = list.map(pieceOf);
      expect(await cohortOf(filesOf(all, some))).toEqual(await cohortOf(filesOf(all, others)));
    }),
    { numRuns: 60, seed: 7 },
  );
});

it('the ids of records are all different', async () => {
  const places = fc.array(fc.nat(50), { minLength: 40, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(pieces, places, async (list, some) => {
      const ids = (await cohortOf(filesOf(list.map(pieceOf), some))).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 30, seed: 8 },
  );
});
