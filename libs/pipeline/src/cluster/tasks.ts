import { version } from '@ehrsynth/io';
import { UnknownTaskError } from './errors.ts';

/** What a task may use. */
export interface TaskSetting {
  /** Folders that the executors were sent, by name. */
  folders: Readonly<Record<string, string>>;
  /** What the task's own options say. */
  options?: unknown;
}

/**
 * What an executor does: lines in, rows out. A row's columns are texts without tabs and line ends, as JSON is. The same lines give the
 * same rows, for Spark tries a task again that failed, and takes one of them.
 */
export type Task = (lines: AsyncIterable<string>, setting: TaskSetting) => AsyncIterable<readonly string[]>;

/** The tasks, each loaded when an executor is to do it. */
const TASKS: Readonly<Record<string, () => Promise<Task>>> = {
  check: async () => check,
  'read-fhir': async () => (await import('./fhir-task.ts')).readFhirLines,
  'read-meds': async () => (await import('./meds-task.ts')).readMedsLines,
  'make-records': async () => (await import('./omop-task.ts')).makeRecords,
  'keep-records': async () => (await import('./omop-task.ts')).keepRecords,
  'train-part': async () => (await import('./part-task.ts')).trainPart,
  generate: async () => (await import('./generate-task.ts')).generatePart,
};

/** Does what an executor was given, and gives the lines that it writes. @throws UnknownTaskError */
export async function* runTask(
  name: string,
  lines: AsyncIterable<string>,
  setting: TaskSetting,
): AsyncGenerator<string> {
  if (!Object.hasOwn(TASKS, name)) throw new UnknownTaskError(name);
  const task = await TASKS[name]();
  for await (const row of task(lines, setting)) {
    if (row.some((text) => /[\t\r\n]/.test(text)))
      throw new Error(`Task ${name} wrote a tab or a line end in a column`);
    yield `${row.join('\t')}\n`;
  }
}

/** What an executor has, for each line the version. */
async function* check(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  for await (const line of lines) if (line !== '') yield [version()];
}
