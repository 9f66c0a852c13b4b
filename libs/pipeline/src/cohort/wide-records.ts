import { type CodeIdentifier, type CodeMeaning, demographicOf, type Wide, type WideRow } from '@ehrsynth/frames';
import type { CodedEvent, PatientRecord, Sex, Tally } from '@ehrsynth/records';

/** A matrix of patients × codes as records without times: a count of 3 is three events. */
export class WideRecords {
  private readonly ids = new Set<string>();

  constructor(
    private readonly wide: Wide,
    private readonly identifier: CodeIdentifier,
    private readonly tally: Tally,
  ) {}

  /** Demographics that have a column for each value: sex, age, race. */
  static demographicsIn({ names = [] }: Wide): Set<string> {
    return new Set(names.flatMap((name) => demographicOf(name)?.system ?? []));
  }

  async *read(): AsyncGenerator<PatientRecord> {
    const { wide, tally } = this;
    const names = wide.names ?? Array.from({ length: wide.width }, (_, i) => `column${i + 1}`);
    const columns = names.map((name) => this.columnOf(name));
    let number = 0;
    for await (const row of wide.rows()) {
      number++;
      if (row.fault) {
        tally.fault({ ...row.fault, resourceType: 'patient' });
        continue;
      }
      const id = row.id ?? `row-${number}`;
      if (this.ids.has(id)) {
        tally.fault({ reason: 'second row of the same patient', where: row.where, resourceType: 'patient' });
        continue;
      }
      this.ids.add(id);
      yield this.recordOf(id, row, columns);
    }
    for (const [what, times] of wide.notes) tally.notes.set(what, times);
  }

  private columnOf(name: string): Column {
    const demographic = demographicOf(name);
    if (demographic) return { demographic };
    const meaning = this.identifier.resolve(name);
    if (!('fault' in meaning)) return { meaning };
    const where = `${this.wide.path}, column ${JSON.stringify(name)}`;
    this.tally.fault({ reason: meaning.fault, where, resourceType: 'column' });
    return { fault: meaning.fault };
  }

  private recordOf(id: string, { sex, age, race, ethnicity, counts }: WideRow, columns: Column[]): PatientRecord {
    const events: CodedEvent[] = [];
    const said: { sex?: Sex; age?: number; race?: string } = { sex, age, race };
    for (const [at, count] of counts) {
      const { demographic, meaning, fault } = columns[at];
      if (demographic?.system === 'sex') said.sex ??= demographic.code as Sex;
      else if (demographic?.system === 'age') said.age ??= middleOf(demographic.code);
      else if (demographic) said.race ??= demographic.code;
      else if (meaning) for (let i = 0; i < count; i++) events.push({ kind: meaning.kind, code: meaning.code });
      else this.tally.skip('event', fault!, count);
    }
    return {
      id,
      sex: said.sex ?? 'unknown',
      ...(said.age !== undefined && { age: said.age }),
      ...(said.race !== undefined && { race: said.race }),
      ...(ethnicity !== undefined && { ethnicity }),
      encounters: [],
      events,
    };
  }
}

/** What a column of counts is. */
interface Column {
  demographic?: { system: 'sex' | 'age' | 'race'; code: string };
  meaning?: Exclude<CodeMeaning, { fault: string }>;
  fault?: string;
}

/** An age of a band: 25-34 → 29. */
function middleOf(band: string): number {
  const [from, to] = band.split('-').map(Number);
  return Math.floor((from + to) / 2);
}
