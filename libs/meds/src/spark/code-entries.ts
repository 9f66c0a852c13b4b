import type { Tally } from '@ehrsynth/records';
import type { SparkSession } from '@ehrsynth/spark';
import type { CodeEntry } from '../codes/code-book.ts';
import type { MedsTable } from './tables.ts';

/** What the table `codes` says of each code; that there is none is noted. */
export async function codeEntries(
  session: SparkSession,
  codes: MedsTable | undefined,
  tally: Tally,
): Promise<Map<string, CodeEntry>> {
  const entries = new Map<string, CodeEntry>();
  if (!codes?.types.has('code')) {
    const reason = 'no table codes: codes have no description';
    tally.note({ reason, resourceType: 'codes', where: session.where });
    return entries;
  }
  const { from, types } = codes;
  const parents = types.get('parent_codes');
  // Of no code: a separator of Unicode's.
  const list = parents === 'VARCHAR[]' ? 'array_join(parent_codes, chr(31))' : 'CAST(parent_codes AS STRING)';
  const text = (name: string, sql: string) => (types.has(name) ? sql : 'CAST(NULL AS STRING)');
  const rows = session.stream<[string, string | null, string | null]>(
    `SELECT CAST(code AS STRING), ${text('description', 'CAST(description AS STRING)')}, ${text('parent_codes', list)}
    FROM ${from} WHERE code IS NOT NULL`,
  );
  for await (const [code, description, others] of rows)
    entries.set(code, { ...(description && { description }), parents: others ? others.split('\u001f') : [] });
  return entries;
}
