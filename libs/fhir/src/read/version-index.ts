import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, temporaryFolder, type TemporaryFolder } from '@ehrsynth/io';
import { hash53 } from '../validate/key-table.ts';
import type { Bases } from './bases.ts';
import { type Key, splitKey } from './identity.ts';
import { compareDated, isNewer, newestIn, type Version } from './versions.ts';

const PARTITIONS = 64;
/** Numbers of a version: its key's hash, its place with its server, its patient's hash and server, its date, number, order and index. */
const COLUMNS = 8;
/** A place and a server are one number. */
const MOST_BASES = 2 ** 21;
const HELD_IN_MEMORY = 1_000_000;

/** What becomes of a version of a resource, where it is not the one that counts. */
export type Verdict = 'older version' | 'the same id came before' | 'older version, of another patient' | 'deleted';
const VERDICTS: (Verdict | undefined)[] = [
  undefined,
  'older version',
  'the same id came before',
  'older version, of another patient',
  'deleted',
];

/**
 * Finds of each resource the version that counts, whosever it is. Of each version 64 bytes are kept until all are there, in
 * temporary files where there are many, and one after; two keys are taken for one with a probability of their number over 2^53.
 */
export class VersionIndex {
  private readonly partitions = Array.from({ length: PARTITIONS }, () => ({
    rows: new Float64Array(0),
    used: 0,
  }));
  private held = 0;
  private folder: TemporaryFolder | undefined;
  private verdicts = new Uint8Array(0);
  private count = 0;
  /** The last one, who mostly has the next resource too. */
  private patient: Key | undefined;
  private patientHash = 0;
  private patientBase = 0;

  constructor(
    private readonly bases: Bases,
    private readonly parent?: string,
    private readonly capacity = HELD_IN_MEMORY,
  ) {}

  /** How many there are: the number of the next. */
  get size(): number {
    return this.count;
  }

  /** A version of a resource, and whose it is. Gives what is to be waited for, where they go to the disk. */
  add(key: Key, patient: Key, [order, at, number]: Version, scope = 0): Promise<void> | undefined {
    const own = splitKey(key);
    const hash = hash53(own.plain);
    if (patient !== this.patient) {
      const its = splitKey(patient);
      this.patient = patient;
      this.patientHash = hash53(its.plain);
      this.patientBase = this.bases.numberOf(its.base);
    }
    const partition = this.partitions[hash % PARTITIONS];
    if (partition.used === partition.rows.length) partition.rows = larger(partition.rows);
    const { rows, used } = partition;
    rows[used] = hash;
    rows[used + 1] = scope * MOST_BASES + this.bases.numberOf(own.base);
    rows[used + 2] = this.patientHash;
    rows[used + 3] = this.patientBase;
    rows[used + 4] = at ?? NaN;
    rows[used + 5] = number ?? NaN;
    rows[used + 6] = order;
    rows[used + 7] = this.count++;
    partition.used += COLUMNS;
    return ++this.held >= this.capacity ? this.flush() : undefined;
  }

  /**
   * When all is read.
   * @param survivors patients → whom they were merged into
   * @param deletions key → when it was deleted
   * @param divided patients whose id is that of several → a name of each place in which it is one's
   */
  async close(
    survivors: Map<Key, Key>,
    deletions: Map<Key, Version>,
    divided = new Map<Key, (scope: number) => string>(),
  ): Promise<void> {
    const own = this.bases.ownNumbers();
    const named = (hash: number, base: number) => (base === 0 || own.has(base) ? `${hash}` : `${hash} ${base}`);
    const merged = new Map([...survivors].map(([from, to]) => [this.nameOf(from), this.nameOf(to)]));
    const deleted = new Map([...deletions].map(([key, version]) => [this.nameOf(key), version]));
    const parts = new Map([...divided].map(([key, part]) => [this.nameOf(key), part]));
    const partOf = (rows: Float64Array, start: number) => {
      if (parts.size === 0) return '';
      const part = parts.get(named(rows[start + 2], rows[start + 3]));
      return part ? ` #${part(Math.floor(rows[start + 1] / MOST_BASES))}` : '';
    };
    const hashes = new Set([...deletions.keys()].map((key) => hash53(splitKey(key).plain)));
    this.verdicts = new Uint8Array(this.count);
    for (let p = 0; p < PARTITIONS; p++) {
      const rows = await this.read(p);
      for (const [name, starts] of repeated(rows, hashes, named, partOf)) {
        const versions = starts.map((start) => {
          const patient = named(rows[start + 2], rows[start + 3]);
          return { patient: merged.get(patient) ?? patient, ...versionAt(rows, start) };
        });
        this.judge(versions, deleted.get(name.replace(/ #.*$/, '')));
      }
    }
    await this.remove();
  }

  /** Why the version with this number does not count; undefined where it does. */
  verdict(number: number): Verdict | undefined {
    return VERDICTS[this.verdicts[number]];
  }

  async remove(): Promise<void> {
    await this.folder?.remove();
    this.folder = undefined;
  }

  private judge(versions: Row[], deletion: Version | undefined): void {
    versions.sort((a, b) => a.version[0] - b.version[0]);
    const after = deletion ? versions.filter(({ version }) => !isNewer(deletion, version)) : versions;
    const candidates = after.length > 0 ? after : versions;
    const newest = candidates[newestIn(candidates.map(({ version }) => version))];
    const set = ({ place }: Row, verdict: Verdict) => (this.verdicts[place] = VERDICTS.indexOf(verdict));
    for (const one of versions) {
      if (one === newest) continue;
      if (one.patient !== newest.patient) set(one, 'older version, of another patient');
      else if (compareDated(newest.version, one.version) !== 0) set(one, 'older version');
      else set(one, 'the same id came before');
    }
    if (after.length === 0) set(newest, 'deleted');
  }

  private nameOf(key: Key): string {
    const { plain, base } = splitKey(this.bases.canonical(key));
    return base === undefined ? `${hash53(plain)}` : `${hash53(plain)} ${this.bases.numberOf(base)}`;
  }

  private async flush(): Promise<void> {
    this.folder ??= await temporaryFolder(this.parent);
    for (const [p, partition] of this.partitions.entries()) {
      const { rows, used } = partition;
      try {
        await appendFile(this.file(p), Buffer.from(rows.buffer, 0, 8 * used), { mode: 0o600 });
      } catch (error) {
        throw fromSystemError(error, this.file(p), 'write');
      }
      partition.used = 0;
    }
    this.held = 0;
  }

  private async read(p: number): Promise<Float64Array> {
    const { rows, used } = this.partitions[p];
    const inMemory = rows.subarray(0, used);
    this.partitions[p] = { rows: new Float64Array(0), used: 0 };
    if (!this.folder) return inMemory;
    const bytes = await readFile(this.file(p));
    const all = new Float64Array(bytes.length / 8 + used);
    new Uint8Array(all.buffer).set(bytes);
    all.set(inMemory, bytes.length / 8);
    return all;
  }

  private file(p: number): string {
    return join(this.folder!.path, `${p}.versions`);
  }
}

interface Row {
  patient: string;
  version: Version;
  /** Its number. */
  place: number;
}

/** Where the rows of each resource stand that has several, or was deleted. */
function repeated(
  rows: Float64Array,
  deleted: Set<number>,
  named: (hash: number, base: number) => string,
  partOf: (rows: Float64Array, start: number) => string,
): Map<string, number[]> {
  const hashes = new Float64Array(rows.length / COLUMNS);
  for (let i = 0; i < hashes.length; i++) hashes[i] = rows[i * COLUMNS];
  hashes.sort();
  const twice = new Set(deleted);
  for (let i = 1; i < hashes.length; i++) if (hashes[i] === hashes[i - 1]) twice.add(hashes[i]);
  const starts = new Map<string, number[]>();
  if (twice.size === 0) return starts;
  for (let start = 0; start < rows.length; start += COLUMNS) {
    if (!twice.has(rows[start])) continue;
    const name = named(rows[start], rows[start + 1] % MOST_BASES) + partOf(rows, start);
    const list = starts.get(name);
    if (list) list.push(start);
    else starts.set(name, [start]);
  }
  return starts;
}

function versionAt(rows: Float64Array, start: number): Omit<Row, 'patient'> {
  const numberAt = (column: number) => (Number.isNaN(rows[start + column]) ? null : rows[start + column]);
  return { version: [rows[start + 6], numberAt(4), numberAt(5)], place: rows[start + 7] };
}

function larger(rows: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(Math.max(64 * COLUMNS, 2 * rows.length));
  more.set(rows);
  return more;
}
