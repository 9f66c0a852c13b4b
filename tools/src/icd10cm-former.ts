export interface FormerRow {
  /** Without its dot. */
  code: string;
  title: string;
  billable: boolean;
  /** First day as a code of its kind; empty where no source says it. */
  validFrom: string;
  validTo: string;
  /** The codes that took its place, without dots. */
  successors: string[];
}

export interface Period {
  from: number;
  to: number;
}

const EDITOR_TABLE = Buffer.from('DECM');
const HEADER_BYTES = 32;
const RECORD_BYTES = 24;
const CODE_BYTES = 8;

/**
 * First and last day (YYYYMMDD) of every billable code, from the diagnosis table of CMS's Medicare Code Editor: records
 * of 24 bytes, code, first day, last day and two attributes. The file may hold other tables of the same make.
 * @throws Error where no table of ICD-10-CM is in the file, or a code's periods leave a gap
 */
export function editorPeriods(file: Buffer): Map<string, Period> {
  const start = tableStart(file);
  const periods = new Map<string, Period>();
  for (let i = 0; i < file.readUInt32LE(start + 4); i++) {
    const at = start + HEADER_BYTES + i * RECORD_BYTES;
    const code = file.toString('latin1', at, at + CODE_BYTES).replaceAll('\0', '');
    const [from, to] = [file.readUInt32LE(at + CODE_BYTES), file.readUInt32LE(at + CODE_BYTES + 4)];
    const before = periods.get(code);
    if (before && nextDay(before.to) !== from) throw new Error(`The periods of ${code} leave a gap`);
    periods.set(code, { from: before?.from ?? from, to });
  }
  return periods;
}

function tableStart(file: Buffer): number {
  for (let at = file.indexOf(EDITOR_TABLE); at !== -1; at = file.indexOf(EDITOR_TABLE, at + 1)) {
    if (file.toString('latin1', at + HEADER_BYTES, at + HEADER_BYTES + 4) === 'A000') return at;
  }
  throw new Error('No diagnosis table of ICD-10-CM in the file');
}

function nextDay(day: number): number {
  const date = new Date(`${withDashes(day)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return Number(date.toISOString().slice(0, 10).replaceAll('-', ''));
}

/** 20200930 → 2020-09-30 */
export function withDashes(day: number): string {
  return String(day).replace(/^(....)(..)(..)$/, '$1-$2-$3');
}

/**
 * What took a code's place on which 1 October, from the conversion table as a matrix: a column for each year, a row for
 * each line of descent, `UNDEF…` where there was no code. Code → year → successors.
 */
export function conversions(csv: string): Map<string, Map<number, Set<string>>> {
  const [header, ...rows] = csv.trim().split('\n');
  const years = header.split(',').map(Number);
  const found = new Map<string, Map<number, Set<string>>>();
  for (const row of rows) {
    const codes = row.split(',').map((cell) => cell.trim());
    for (let i = 1; i < codes.length; i++) {
      const [before, after] = [codes[i - 1], codes[i]];
      if (before === after || before.startsWith('UNDEF')) continue;
      const ofCode = found.get(before) ?? new Map<number, Set<string>>();
      found.set(before, ofCode.set(years[i], (ofCode.get(years[i]) ?? new Set<string>()).add(after)));
    }
  }
  return found;
}

interface Node {
  id: string;
  description?: string;
  children?: Node[];
}

/** Code without dot → title and whether it is billable, from the tree of one release. */
export function releaseOf(tree: Node): Map<string, { title: string; billable: boolean }> {
  const codes = new Map<string, { title: string; billable: boolean }>();
  const visit = ({ id, description, children = [] }: Node): void => {
    if (/^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(id)) {
      codes.set(id.replace('.', ''), {
        title: punctuated(description ?? ''),
        billable: children.length === 0,
      });
    }
    children.forEach(visit);
  };
  visit(tree);
  return codes;
}

/** The sources put a seventh character's words behind its header's without CMS's comma. */
function punctuated(title: string): string {
  return title.replace(/([^,]) ((?:initial|subsequent) encounter.*|sequela)$/, '$1, $2');
}

/** Code → title of AHRQ's table, whose codes stand in single quotes and titles in double ones. */
export function groupedTitles(csv: string): Map<string, string> {
  return new Map(
    [...csv.matchAll(/^'([A-Z]\d[0-9A-Z]+) *','[^']*',"([^"]*)"/gm)].map(([, code, title]) => [
      code,
      punctuated(title),
    ]),
  );
}

export interface FormerSources {
  periods: Map<string, Period>;
  conversions: Map<string, Map<number, Set<string>>>;
  /** By fiscal year: 2019 began on 2018-10-01. */
  releases: Map<number, Map<string, { title: string; billable: boolean }>>;
  titles: Map<string, string>;
  /** Of the release that ships: codes without dot, and its first day. */
  current: Set<string>;
  currentFrom: number;
}

/** Codes that were billable once and are not in the current release, and headers of earlier releases that it lacks. */
export function formerRows(sources: FormerSources): FormerRow[] {
  const rows = new Map<string, FormerRow>();
  for (const [code, { from, to }] of sources.periods) {
    if (to >= sources.currentFrom) continue;
    rows.set(code, {
      code,
      title: titleOf(code, sources),
      billable: true,
      validFrom: withDashes(from),
      validTo: withDashes(to),
      successors: successorsOf(code, to, sources),
    });
  }
  const years = [...sources.releases.keys()].sort();
  for (const year of years) {
    for (const [code, { title, billable }] of sources.releases.get(year)!) {
      if (billable || sources.current.has(code)) continue;
      const before = rows.get(code);
      // A code that got others under it and left with them: known by the code that it was.
      if (before?.billable) continue;
      const validFrom = before?.validFrom ?? (year === years[0] ? '' : `${year - 1}-10-01`);
      rows.set(code, { code, title, billable, validFrom, validTo: `${year}-09-30`, successors: [] });
    }
  }
  return [...rows.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The newest release's title; AHRQ's where the code left before the first of them. */
function titleOf(code: string, { releases, titles }: FormerSources): string {
  const years = [...releases.keys()].sort().reverse();
  const entry = years.map((year) => releases.get(year)!.get(code)).find((found) => found !== undefined);
  const title = entry?.title ?? titles.get(code);
  if (title === undefined) throw new Error(`No source has a title for ${code}`);
  return title;
}

/** Those of the year in which the code left, as far as they were codes at all. */
function successorsOf(code: string, to: number, { conversions: table, periods }: FormerSources): string[] {
  const year = Math.floor(nextDay(to) / 10_000);
  return [...(table.get(code)?.get(year) ?? [])].filter((one) => periods.has(one)).sort();
}
