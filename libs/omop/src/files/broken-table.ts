import { UserError } from '@ehrsynth/io';

const OF_CSV =
  'Write the file again as CSV with a header, with quotes around values that have line breaks or delimiters, or as Parquet.';
const OF_PARQUET = 'The file is incomplete or not Parquet: copy it again, or write it again as Parquet or CSV.';
/** Of a view or a table of a database. */
export const OF_DATABASE = 'Correct or drop it there: SELECT * FROM it with DuckDB says the same.';

/**
 * A file, or a table of a database, that DuckDB cannot read as what it should be: its reason, with the line of the file. The line's text is left out, for it is a
 * patient's.
 */
export class BrokenTableError extends UserError {
  constructor(table: string, where: string, cause: Error, todo?: string) {
    const { reason, line, file } = readMessage(cause.message);
    super('broken-table', 1, `Table ${table} cannot be read: ${reason}`, {
      where: line ? `${file ?? where}, line ${line}` : (file ?? where),
      todo: todo ?? (/parquet/i.test(cause.message.split('\n')[0]) ? OF_PARQUET : OF_CSV),
      cause,
    });
  }
}

function readMessage(message: string): { reason: string; line?: string; file?: string } {
  const lines = message.split('\n');
  const csv = /^(?:[A-Z][\w ]* Error: )?CSV Error on Line: (\d+)/.exec(lines[0]);
  const file = /^ {2}file = (.+)$/m.exec(message)?.[1];
  if (!csv) return { reason: lines[0] };
  return { reason: reasonOf(lines.slice(1)) || lines[0], line: csv[1], file };
}

/** What is wrong stands after the line of the file, which may have line breaks itself, and before the advice. */
function reasonOf(lines: string[]): string {
  const end = lines.findIndex((line) => /^(Possible|\* )|^ {2}file = /.test(line));
  const before = lines.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
  return before.at(-1)?.trim() ?? '';
}
