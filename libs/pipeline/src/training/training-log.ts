import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromSystemError } from '@ehrsynth/io';
import type { TrainingEvent } from '@ehrsynth/models';
import { z } from 'zod';
import { parseJson } from '../run/json-file.ts';

const NAME = 'training.jsonl';

const pair = z.object({ real: z.number(), sampled: z.number() });
const Probe = z.object({
  r: z.number(),
  rmse: z.number(),
  codesPerPatient: pair,
  distinctRows: pair,
  discriminatorAccuracy: z.number(),
  score: z.number(),
});

/**
 * Every event of a training, a line each, beside its checkpoint: written as they come, so that a training which is killed and
 * continued has one log.
 */
export class TrainingLog {
  private readonly path: string;
  /** Seconds that earlier runs of the same training took. */
  private readonly secondsBefore: number = 0;
  private readonly started = Date.now();
  private events: (TrainingEvent & { seconds: number })[] = [];

  constructor(folder: string, resume: boolean) {
    this.path = join(folder, NAME);
    try {
      if (resume) this.events = readTrainingLog(folder);
      this.secondsBefore = this.events.at(-1)?.seconds ?? 0;
      writeFileSync(this.path, this.events.map(line).join(''));
    } catch (error) {
      throw fromSystemError(error, this.path, 'write');
    }
  }

  /** Seconds of training, those of earlier runs with them. */
  get seconds(): number {
    return this.secondsBefore + (Date.now() - this.started) / 1000;
  }

  /** The last epoch, of whichever run; and the last of them that was the best so far. */
  get kept(): { last?: TrainingEvent; best?: TrainingEvent } {
    const [last, best] = [this.events.at(-1), this.events.findLast((event) => event.best)];
    return { last: last && withoutSeconds(last), best: best && withoutSeconds(best) };
  }

  /** An epoch that a killed run had logged already, and its continuation logs again, stands once. */
  write(event: TrainingEvent): void {
    const logged = { seconds: this.seconds, ...event };
    const again = this.events.some(({ done, phase }) => done >= event.done && phase === event.phase);
    try {
      if (again) {
        this.events = this.events.filter(({ done }) => done < event.done);
        writeFileSync(this.path, this.events.map(line).join(''));
      }
      this.events.push(logged);
      appendFileSync(this.path, line(logged));
    } catch (error) {
      throw fromSystemError(error, this.path, 'write');
    }
  }

  copyTo(folder: string): void {
    copyFileSync(this.path, join(folder, NAME));
  }
}

const line = (event: unknown) => `${JSON.stringify(event)}\n`;

type LoggedEvent = TrainingEvent & { seconds: number };

function withoutSeconds(logged: LoggedEvent): TrainingEvent {
  const event: Partial<LoggedEvent> = { ...logged };
  delete event.seconds;
  return event as TrainingEvent;
}

/** What is read of a line; a probe stands in it as it was written. */
const Line = z.looseObject({
  phase: z.string(),
  epoch: z.number(),
  epochs: z.number(),
  done: z.number(),
  total: z.number(),
  losses: z.record(z.string(), z.number()),
  rowsPerSecond: z.number(),
  seconds: z.number(),
  probe: Probe.optional(),
  warnings: z.array(z.string()).optional(),
  best: z.boolean().optional(),
});

/** The whole lines of a folder's log; none where there is no log. A line that a killed process left unfinished is dropped. */
export function readTrainingLog(folder: string): (TrainingEvent & { seconds: number })[] {
  let text: string;
  try {
    text = readFileSync(join(folder, NAME), 'utf8');
  } catch {
    return [];
  }
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const path = join(folder, NAME);
  const events: LoggedEvent[] = [];
  for (const [i, one] of lines.entries()) {
    if (one === '') continue;
    parseJson(one, path, Line, i + 1);
    // As it was written: a training that goes on leaves what was logged as it is.
    events.push(JSON.parse(one) as LoggedEvent);
  }
  return events;
}
