import { tableFromIPC } from 'apache-arrow';

/** The columns of a batch of Arrow's, by place: bigint, number, string, boolean or null. */
export function columnsOf(batch: Uint8Array): { names: string[]; columns: unknown[][]; rows: number } {
  const table = tableFromIPC(batch);
  const columns = table.schema.fields.map((_, i) => [...table.getChildAt(i)!]);
  return { names: table.schema.fields.map(({ name }) => name), columns, rows: table.numRows };
}
