import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMessage, type Message } from '@ehrsynth/federation';
import { type Column, Encoder, type Encoding, MatrixBuilder } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { answersOf, type Piece } from './part-answer.ts';
import type { PartLines, PartTasks } from './part-sites.ts';
import { runTask } from './tasks.ts';

/** Parts whose tasks are done in this process, on records that are there: every so many of them are a part. */
export class PartsHere implements PartTasks {
  readonly patients: number[];
  private readonly rows;
  private prepared: string[] = [];

  /** @param before hears what a task is asked, and may fail as a task does */
  constructor(
    private readonly records: readonly PatientRecord[],
    { columns, encoding }: { columns: readonly Column[]; encoding: Encoding },
    private readonly parts: number,
    private readonly before: (ask: string) => void = () => {},
  ) {
    this.patients = Array.from({ length: parts }, (_, part) => records.filter((_one, i) => i % parts === part).length);
    const encoder = new Encoder(columns, encoding, new Vocabulary());
    const builder = new MatrixBuilder(columns);
    for (const record of records) builder.addEntries(record.id, encoder.rowOf(record));
    this.rows = builder.build();
  }

  async carriers(): Promise<number[]> {
    return [...this.rows.carriers()];
  }

  async prepare(request: Message): Promise<void> {
    this.prepared = (await this.written(request, this.lines('records', false))).map((line) => line.trimEnd());
  }

  async answers(request: Message, lines: PartLines, isOne: boolean): Promise<Map<number, Message>> {
    const rows = await this.written(request, this.lines(lines, isOne));
    const pieces = rows
      .map((row) => row.split('\t'))
      .map(([part, at, text]): Piece => [Number(part), Number(at), text]);
    return answersOf(each(pieces));
  }

  private async written(request: Message, lines: readonly string[]): Promise<string[]> {
    this.before((request.head.request as { ask: string }).ask);
    const folder = mkdtempSync(join(tmpdir(), 'parts-'));
    try {
      const path = join(folder, 'request');
      writeFileSync(path, encodeMessage(request));
      const written: string[] = [];
      for await (const line of runTask('train-part', each(lines), { folders: { request: path } })) written.push(line);
      return written;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Lines of each part one after another, or of all as one. */
  private lines(of: PartLines, isOne: boolean): readonly string[] {
    if (of === 'prepared') return this.prepared;
    const texts =
      of === 'records'
        ? this.records.map((record) => JSON.stringify(record))
        : this.records.map((_, row) => this.row(row));
    if (isOne) return texts.map((text) => `0 ${text}`);
    const parts = Array.from({ length: this.parts }, (_, part) => part);
    return parts.flatMap((part) => texts.filter((_, i) => i % this.parts === part).map((text) => `${part} ${text}`));
  }

  private row(row: number): string {
    const entries = this.rows.entries(row);
    return [0, 1].map((place) => entries.map((entry) => entry[place]).join(',')).join(';');
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
