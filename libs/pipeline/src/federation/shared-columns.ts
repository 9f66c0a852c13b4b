import { type Column, columnKey, type Encoding, inOrder } from '@ehrsynth/matrix';
import { UserError } from '@ehrsynth/io';
import type { Description } from './requests.ts';

/** Sites that count codes differently. */
export class OtherEncodingError extends UserError {
  constructor(site: string, other: string, what: string) {
    super('other-encoding', 2, `Sites ${site} and ${other} count codes differently: ${what}`, {
      todo: 'Ingest at both with the same --level and --rare.',
    });
  }
}

/** Sites of which no code is held by enough patients. */
export class NothingSharedError extends UserError {
  constructor() {
    super('nothing-shared', 1, 'No code occurs in enough patients of any site', {
      todo: 'Ingest at the sites with a smaller --min-patients, or with --rare parent.',
    });
  }
}

/** What the sites' patients are encoded in: the columns that enough patients of one site have, and how events become columns. */
export function sharedColumns(described: ReadonlyMap<string, Description>): { columns: Column[]; encoding: Encoding } {
  const [[first, { encoding }]] = described;
  for (const [site, { encoding: own }] of described) {
    for (const part of ['levels', 'rare'] as const) {
      const [a, b] = [own[part], encoding[part]].map((one) => JSON.stringify(one));
      if (a !== b) throw new OtherEncodingError(site, first, `${part} is ${a} at the first and ${b} at the second`);
    }
  }
  const found = new Map<string, Column>();
  // A title is that of the site with the most patients.
  const sites = [...described.values()].sort((a, b) => b.patients - a.patients);
  for (const { columns } of sites)
    for (const { column } of columns) if (!found.has(columnKey(column))) found.set(columnKey(column), column);
  const columns = inOrder([...found.values()]);
  if (columns.every(({ kind }) => kind === 'demographic')) throw new NothingSharedError();
  const minPatients = Math.max(...sites.map((site) => site.minPatients));
  return { columns, encoding: { levels: encoding.levels, rare: encoding.rare, minPatients } };
}
