import type { Column } from '@ehrsynth/matrix';
import { demographicOf, type NameReading, readingsOf } from './name-readings.ts';

/** How the columns of a file answer to those of a cohort. */
export interface Matched {
  /** Place of the cohort's column for each name; undefined where there is none. */
  columns: (number | undefined)[];
  /** Places of names that no column answers to. */
  unmatched: number[];
  /** Places of names that several columns answer to. */
  ambiguous: number[];
  /** Places of the cohort's columns that no name answers to. */
  missing: number[];
  /** Words before codes that were not understood, with how many columns have them. */
  prefixes: Map<string, number>;
}

/** Finds the columns of a cohort that names of other programs mean. */
export class NameMatcher {
  private readonly byCode = new Map<string, number[]>();
  private readonly byPlainCode = new Map<string, number[]>();
  private readonly byTitle = new Map<string, number[]>();
  private readonly demographics = new Map<string, number>();

  constructor(private readonly columns: readonly Column[]) {
    columns.forEach(({ kind, system, code, display }, place) => {
      if (kind === 'demographic') {
        this.demographics.set(`${system}|${code}`, place);
        return;
      }
      push(this.byCode, code, place);
      push(this.byPlainCode, plain(code), place);
      if (display !== undefined) push(this.byTitle, display.trim().toLowerCase(), place);
    });
  }

  /** The place of the column that is meant; several where the name does not say which. */
  find(name: string, said: Omit<NameReading, 'code'> = {}): { places: number[]; unknown?: string } {
    const demographic = demographicOf(name);
    if (demographic) {
      const place = this.demographics.get(`${demographic.system}|${demographic.code}`);
      return { places: place === undefined ? [] : [place] };
    }
    const several: number[][] = [];
    for (const reading of readingsOf(name)) {
      const { code, systems = said.systems, kind = said.kind, unknown } = reading;
      const all = this.byCode.get(code) ?? this.byPlainCode.get(plain(code)) ?? [];
      const places = all.filter((place) => {
        const own = this.columns[place];
        return (!systems || systems.includes(own.system)) && (kind === undefined || own.kind === kind);
      });
      if (places.length === 1) return { places, unknown };
      if (places.length > 1) several.push(places);
    }
    const titled = this.byTitle.get(name.trim().toLowerCase());
    return { places: several[0] ?? titled ?? [] };
  }

  match(names: readonly string[]): Matched {
    const prefixes = new Map<string, number>();
    const found = names.map((name) => this.find(name));
    for (const { unknown } of found) if (unknown !== undefined) prefixes.set(unknown, (prefixes.get(unknown) ?? 0) + 1);
    const columns = found.map(({ places }) => (places.length === 1 ? places[0] : undefined));
    const met = new Set(columns);
    const placesOf = (is: (places: number[]) => boolean) =>
      found.flatMap(({ places }, place) => (is(places) ? [place] : []));
    return {
      columns,
      unmatched: placesOf((places) => places.length === 0),
      ambiguous: placesOf((places) => places.length > 1),
      missing: [...this.columns.keys()].filter((place) => !met.has(place)),
      prefixes,
    };
  }
}

/** Without capitals and marks: E119 is E11.9. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[.\s_-]/g, '');
}

function push(map: Map<string, number[]>, key: string, place: number): void {
  const own = map.get(key);
  if (own) own.push(place);
  else map.set(key, [place]);
}
