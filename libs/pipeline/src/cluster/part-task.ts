import { readFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ENGINE_NAMES, startEngine } from '@ehrsynth/engine';
import { decodeMessage, type Message } from '@ehrsynth/federation';
import { temporaryFolder } from '@ehrsynth/io';
import { Encoder, MatrixBuilder, type RowSource, rowsInMemory } from '@ehrsynth/matrix';
import { optionsOf, type PatientSource, sharedKindOf, type SitePatients } from '@ehrsynth/models';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { readRecords } from '../cohort/records-file.ts';
import { RoundRequest, SharedTask, ValidationRequest } from '../federation/requests.ts';
import { assignFixed, siteSeed } from '../federation/site-part.ts';
import { piecesOf } from './part-answer.ts';
import { partName } from './part-names.ts';
import type { Task } from './tasks.ts';

/** The head of a message that a task is started with. */
export const PartRequest = z.strictObject({
  /** The engine of all tasks: another one would give other numbers. */
  engine: z.enum(ENGINE_NAMES),
  task: SharedTask,
  plan: z.unknown().optional(),
  /** How many parts there are. */
  parts: z.number().int().min(1),
  request: z.discriminatedUnion('ask', [
    z.object({ ask: z.enum(['survey', 'prepare', 'count', 'timeline']) }),
    RoundRequest,
    ValidationRequest,
  ]),
});
export type PartRequest = z.infer<typeof PartRequest>;

/** A part's patients, as they come. */
interface Part {
  number: number;
  texts: AsyncIterable<string>;
}

/**
 * What a part of the patients gives in a training by rounds, from the request alone: nothing is kept from one task to the next, so that one
 * that is tried again gives the same. Lines begin with the number of their part; what follows is a record, a row (`1,5;1,2`: columns, counts) or
 * what was prepared. Rows: pieces of answers; of what is prepared, lines for the tasks to come. @see piecesOf
 */
export const trainPart: Task = async function* (lines, { folders }) {
  const { head, numbers } = decodeMessage(await readFile(folders.request));
  const asked = PartRequest.parse(head);
  const { ask } = asked.request;
  if (ask !== 'prepare' && ask !== 'timeline') await startEngine(asked.engine);
  for await (const part of byPart(lines)) {
    if (ask === 'prepare') {
      for await (const text of preparedOf(asked, part)) yield [`${part.number} ${text}`];
      continue;
    }
    for (const piece of piecesOf(part.number, await answerOf(asked, numbers, part))) yield piece.map(String);
  }
};

async function answerOf(asked: PartRequest, numbers: Message['numbers'], part: Part): Promise<Message> {
  const folder = await temporaryFolder();
  try {
    return await answer(asked, numbers, part, folder.path);
  } finally {
    await folder.remove();
  }
}

async function answer(
  { task, plan, request, parts }: PartRequest,
  numbers: Message['numbers'],
  { number, texts }: Part,
  folder: string,
): Promise<Message> {
  const { columns, encoding, model } = task;
  const kind = sharedKindOf(model);
  const settings = optionsOf(model, task.settings);
  const site = (own: Partial<SitePatients>): SitePatients => ({
    source: sourceOf(task, () => recordsIn(texts)),
    rows: () => rowsOf(texts, columns),
    minPatients: encoding.minPatients,
    seed: siteSeed(task, partName(number, parts)),
    folder,
    ...own,
  });
  if (request.ask === 'survey') return { head: { said: await kind.survey(site({}), settings) }, numbers: {} };
  if (request.ask === 'timeline') {
    const path = join(folder, 'records.ndjson');
    await pipeline(Readable.from(withLineEnds(texts)), createWriteStream(path, { mode: 0o600 }));
    const { learnTimeline } = await import('@ehrsynth/decode');
    const { records, columnOf } = sourceOf(task, () => readRecords(path));
    return { head: { timeline: await learnTimeline(records, columns, columnOf, encoding.minPatients) }, numbers: {} };
  }
  const own = site(kind.prepared ? { texts: () => texts } : {});
  const opened = await kind.open(own, kind.planned.parse(plan), settings);
  try {
    switch (request.ask) {
      case 'count':
        return { head: { patients: opened.patients, size: opened.size }, numbers: await opened.counts() };
      case 'round': {
        const { phase, course, stretch, steps } = request;
        const rounds = await opened.rounds(phase, course);
        assignFixed(opened, numbers);
        const { changes, ...made } = await rounds.round({ numbers, steps }, stretch, course);
        return { head: { ...made, members: rounds.members }, numbers: changes };
      }
      case 'validate': {
        const rounds = await opened.rounds(request.phase, request.course);
        assignFixed(opened, numbers);
        return { head: { ...(await rounds.validate(numbers)) }, numbers: {} };
      }
      default:
        throw new Error(`A part is not asked for ${JSON.stringify(request)}`);
    }
  } finally {
    await opened.close();
  }
}

function preparedOf({ task, plan }: PartRequest, { texts }: Part): AsyncIterable<string> {
  const kind = sharedKindOf(task.model);
  const settings = optionsOf(task.model, task.settings);
  return kind.prepared!(
    sourceOf(task, () => recordsIn(texts)),
    kind.planned.parse(plan),
    settings,
  );
}

function sourceOf({ columns, encoding }: SharedTask, records: PatientSource['records']): PatientSource {
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  return { patients: 0, columns, columnOf: (event) => encoder.columnOf(event), records };
}

async function* recordsIn(texts: AsyncIterable<string>): AsyncGenerator<PatientRecord> {
  for await (const text of texts) yield JSON.parse(text) as PatientRecord;
}

async function* withLineEnds(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `${text}\n`;
}

async function rowsOf(texts: AsyncIterable<string>, columns: SharedTask['columns']): Promise<RowSource> {
  const builder = new MatrixBuilder(columns);
  let row = 0;
  for await (const text of texts) {
    const [indices, values] = text.split(';').map((list) => (list === '' ? [] : list.split(',').map(Number)));
    builder.addEntries(
      String(row++),
      indices.map((column, i) => [column, values[i]]),
    );
  }
  return rowsInMemory(builder.build());
}

/** Lines by the part at their beginning, those of a part beside each other; what is left of a part is passed over. */
async function* byPart(lines: AsyncIterable<string>): AsyncGenerator<Part> {
  const all = lines[Symbol.asyncIterator]();
  let next = await all.next();
  const numberOf = (line: string) => Number(line.slice(0, line.indexOf(' ')));
  while (!next.done) {
    const number = numberOf(next.value);
    const texts = async function* () {
      while (!next.done && numberOf(next.value) === number) {
        const line = next.value;
        next = await all.next();
        yield line.slice(line.indexOf(' ') + 1);
      }
    };
    const own = texts();
    yield { number, texts: own };
    for await (const text of own) void text;
  }
}
