import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Life } from './life.ts';
import { partsOf } from './rows.ts';

/** Of a life before its items: sex, race, ethnicity, birth, number of items; and of an item before its events. */
const HEAD = 5;
const ITEM_HEAD = 4;
/** Numbers that are written at a time. */
const BUFFER = 65_536;

/** A part of a life in a store. */
export interface StoredPart {
  life: number;
  first: number;
  end: number;
  tokens: number;
}

/** Lives in a file, so that no more of them than a batch is in memory. Only its owner can read it. */
export class LifeStore {
  /** Of each life where it begins in the file, in numbers, and the end of the last. */
  private readonly starts: number[] = [0];
  readonly parts: StoredPart[] = [];
  private buffer: number[] = [];
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'w+', 0o600);
  }

  get lives(): number {
    return this.starts.length - 1;
  }

  add(life: Life): void {
    const numbers = numbersOf(life);
    for (const part of partsOf(life)) this.parts.push({ life: this.lives, ...part });
    this.starts.push(this.starts.at(-1)! + numbers.length);
    for (const number of numbers) this.buffer.push(number);
    if (this.buffer.length >= BUFFER) this.flush();
  }

  /** To be called after the last life was added. */
  flush(): void {
    const bytes = new Uint8Array(Int32Array.from(this.buffer).buffer);
    for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at);
    this.buffer = [];
  }

  read(life: number): Life {
    const numbers = new Int32Array(this.starts[life + 1] - this.starts[life]);
    readSync(this.file, numbers, 0, numbers.byteLength, 4 * this.starts[life]);
    return lifeOf(numbers);
  }

  /** All lives, one after another. */
  *all(): Generator<Life> {
    for (let life = 0; life < this.lives; life++) yield this.read(life);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** A life as a text without spaces and line ends: its numbers as a store has them, of 32 bits each, in base64. */
export function textOfLife(life: Life): string {
  return Buffer.from(Int32Array.from(numbersOf(life)).buffer).toString('base64');
}

/** The life of a text that `textOfLife` gave. */
export function lifeOfText(text: string): Life {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return lifeOf(new Int32Array(bytes.buffer));
}

function numbersOf(life: Life): number[] {
  const numbers = [life.sex, life.race, life.ethnicity, life.birth, life.items.length];
  for (const { day, class: own, stay, events } of life.items) {
    numbers.push(day, own, stay, events.length);
    for (const event of events) numbers.push(event);
  }
  return numbers;
}

function lifeOf(numbers: Int32Array): Life {
  const [sex, race, ethnicity, birth, count] = numbers;
  let at = HEAD;
  const items = Array.from({ length: count }, () => {
    const [day, own, stay, length] = numbers.subarray(at, at + ITEM_HEAD);
    const events = Array.from(numbers.subarray(at + ITEM_HEAD, (at += ITEM_HEAD + length)));
    return { day, class: own, stay, events };
  });
  return { sex, race, ethnicity, birth, items };
}
