import {
  AGE_BANDS,
  bandColumn,
  type Column,
  columnKey,
  type LevelChoice,
  levelOf,
  raceColumn,
  sexColumn,
  type Titles,
} from '@ehrsynth/matrix';
import { type CodedPatients, put } from '@ehrsynth/omop';
import type { Vocabulary } from '@ehrsynth/vocab';

/** What codes and persons may count in. */
export interface Candidates {
  /** The age bands first, in their order. */
  columns: Column[];
  /** Columns with the titles that a source has for them, where no dictionary has one: each title of a column once. */
  texts: Column[];
}

/**
 * Works out the columns that codes and persons count in, and sends that as the tables `place_columns` (place, col, text: the place in
 * `texts`, or NULL) and `look_columns` (look, sex_col, race_col).
 */
export async function sendCandidates(
  coded: CodedPatients,
  levels: LevelChoice,
  vocabulary: Vocabulary,
  titles: Titles,
): Promise<Candidates> {
  const columns = new Numbered<Column>(columnKey);
  const texts = new Numbered<Column>((column) => `${columnKey(column)}|${column.display}`);
  for (const band of AGE_BANDS) columns.of(bandColumn(band));
  const looks = [...coded.looks].map(([look, { sex, race }]) => {
    const raceOf = race === undefined ? null : columns.of(raceColumn(race));
    return { look, sex: columns.of(sexColumn(sex)), race: raceOf };
  });
  const places = coded.codes.flatMap((event, place) =>
    event ? [{ place, column: levelOf(event, levels, vocabulary) }] : [],
  );
  const placed = (await firstLevels(places, coded)).map(({ place, column }) => {
    const isText = column.display !== undefined && titles.needs(column);
    return { place, col: columns.of(column), text: isText ? texts.of(column) : null };
  });
  await put(coded.database, 'place_columns', {
    place: { type: 'INTEGER', values: placed.map(({ place }) => place) },
    col: { type: 'INTEGER', values: placed.map(({ col }) => col) },
    text: { type: 'INTEGER', values: placed.map(({ text }) => text) },
  });
  await put(coded.database, 'look_columns', {
    look: { type: 'VARCHAR', values: looks.map(({ look }) => look) },
    sex_col: { type: 'INTEGER', values: looks.map(({ sex }) => sex) },
    race_col: { type: 'INTEGER', values: looks.map(({ race }) => race) },
  });
  return { columns: columns.all, texts: texts.all };
}

interface Placed {
  place: number;
  column: Column;
}

/** Of a column that codes of several levels count in (E11 itself, and E11.9 at its category) the level is that of the first event. */
async function firstLevels(places: Placed[], coded: CodedPatients): Promise<Placed[]> {
  const ofKey = new Map<string, Placed[]>();
  for (const placed of places) {
    const key = columnKey(placed.column);
    if (!ofKey.has(key)) ofKey.set(key, []);
    ofKey.get(key)!.push(placed);
  }
  const levels = new Map<string, Column['level']>();
  for (const [key, own] of ofKey) {
    if (new Set(own.map(({ column }) => column.level)).size === 1) continue;
    const first = await coded.firstOf(own.map(({ place }) => place));
    levels.set(key, own.find(({ place }) => place === first)!.column.level);
  }
  return places.map(({ place, column }) => ({
    place,
    column: { ...column, level: levels.get(columnKey(column)) ?? column.level },
  }));
}

/** Things in the order in which they came, each once. */
class Numbered<Thing> {
  readonly all: Thing[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly keyOf: (thing: Thing) => string) {}

  of(thing: Thing): number {
    const key = this.keyOf(thing);
    if (!this.numbers.has(key)) this.numbers.set(key, this.all.push(thing) - 1);
    return this.numbers.get(key)!;
  }
}
