import { Spill } from '@ehrsynth/io';
import { groupBy, type Tally } from '@ehrsynth/records';
import { Bases } from './bases.ts';
import { Deletions } from './deletions.ts';
import { DividedIds, markedPerson, nameOf, wholeOf } from './divided-ids.ts';
import type { Fact } from './facts.ts';
import { IdentifiedLinks } from './identified-links.ts';
import { IdentifierJoin } from './identifier-join.ts';
import { type Key, splitKey } from './identity.ts';
import { LostEncounters } from './lost-encounters.ts';
import { MadeUpAddresses } from './made-up-addresses.ts';
import { MergedPatients } from './merged-patients.ts';
import { type Kept, newestOf } from './newest.ts';
import { nameOfWhole } from './parts.ts';
import { distinctIds, type Person } from './people.ts';
import type { Found } from './found.ts';
import { VersionIndex } from './version-index.ts';
import type { Version } from './versions.ts';

/** What is read of one patient. */
export interface PatientGroup {
  /** For messages: Patient/id, with the server where the source has several. */
  name: string;
  /** What the record is called, different for each. */
  id: string;
  facts: Fact[];
}

interface KeptPerson extends Kept {
  person: Person;
}

/** A fact that waits for the others of its patient. */
type Waiting = Fact & {
  /** Of its version, in the index. */
  number: number;
  scope: number;
  /** Whose it is, where its server matters. */
  patient?: Key;
  /** Of a Patient: its key, and what its record is called. */
  own?: Key;
  recordId?: string;
};

/**
 * Puts the resources of a source together by patient: which are the same resource (of these the newest counts), which
 * Patients are the same person, and what was deleted. All that is decided when all has been read, whatever the order; memory is
 * bounded by the largest of 128 parts, and by what was deleted, merged or moved.
 */
export class PatientGroups {
  readonly bases = new Bases();
  readonly ids = new DividedIds(this.bases);
  readonly madeUp = new MadeUpAddresses();
  private readonly deletions = new Deletions(this.bases);
  private readonly merged = new MergedPatients();
  private readonly index: VersionIndex;
  private readonly people: Spill<KeptPerson>;
  private readonly waiting: Spill<Waiting>;
  /** Of persons who have several records. */
  private readonly ofMerged: Spill<Waiting>;
  private readonly byIdentifier: IdentifierJoin<Kept>;
  private readonly identifiedLinks: IdentifiedLinks;
  /** Patients that a link is from or to. */
  private readonly linked = new Set<Key>();
  private readonly lostEncounters = new LostEncounters();

  constructor(
    private readonly tally: Tally,
    folder?: string,
  ) {
    this.index = new VersionIndex(this.bases, folder);
    this.people = new Spill({ folder });
    this.waiting = new Spill({ folder });
    this.ofMerged = new Spill({ folder });
    this.byIdentifier = new IdentifierJoin(folder);
    this.identifiedLinks = new IdentifiedLinks(folder);
  }

  addPerson(kept: Kept, person: Person): Promise<void> | undefined {
    const { key } = kept;
    this.bases.addOwner(key);
    for (const { from, to } of person.links) {
      this.bases.addReference(key, from === key ? to : from);
      this.linked.add(from).add(to);
    }
    if (person.identifierLinks) this.identifiedLinks.isNeeded = true;
    return this.people.add(person.id, { ...kept, person });
  }

  /** A version of a resource, and whose it is. Gives what is to be waited for, where facts go to the disk. */
  add(kept: Kept, patient: Key): Promise<void> | undefined {
    this.noteBases(kept);
    this.bases.addReference(kept.key, patient);
    return this.put(kept, patient);
  }

  /** The same, with a patient who is named by an identifier. */
  addByIdentifier(kept: Kept, identifier: string): Promise<void> | undefined {
    this.noteBases(kept);
    return this.byIdentifier.addReference(identifier, kept);
  }

  /** @param isOfExport it stands in an export's own list of what was deleted */
  addDeletion(found: Found, version: Version, isOfExport: boolean): void {
    this.deletions.add(found, version, isOfExport);
  }

  /** When all is read: the patients, each once. */
  async *groups(): AsyncGenerator<PatientGroup> {
    this.bases.close(this.tally);
    this.deletions.close();
    await this.settlePeople();
    await this.joinByIdentifier();
    await this.index.close(this.merged.survivors, this.deletions.versions, this.ids.parts());
    for await (const [key, items] of this.waiting.groups()) {
      for (const [patient, group] of this.byPatient(key, items)) {
        if (!this.merged.has(patient)) yield* this.groupOf(patient, group);
        else for (const item of group) await this.ofMerged.add(this.survivorOf(patient), item);
      }
    }
    for await (const [patient, items] of this.ofMerged.groups()) yield* this.groupOf(patient, items);
    this.lostEncounters.close(this.tally);
  }

  /** For what is looked up outside the groups: when all is read. */
  isDeleted(key: Key, version: Version | undefined): boolean {
    return this.deletions.has(this.bases.canonical(key), version);
  }

  async close(): Promise<void> {
    for (const spill of [this.people, this.waiting, this.ofMerged, this.byIdentifier, this.identifiedLinks])
      await spill.close();
    await this.index.remove();
  }

  private put({ key, version, facts, scope }: Kept, patient: Key, recordId?: string): Promise<void> | undefined {
    const { plain, base } = splitKey(patient);
    const number = this.index.size;
    let writing = this.index.add(key, patient, version, scope);
    for (const fact of facts) {
      const waiting = fact as Waiting;
      waiting.number = number;
      waiting.scope = scope;
      if (base !== undefined) waiting.patient = patient;
      if (recordId !== undefined) {
        waiting.own = key;
        waiting.recordId = recordId;
      }
      const more = this.waiting.add(plain, waiting);
      if (more) writing = writing ? writing.then(() => more) : more;
    }
    return writing;
  }

  private noteBases({ key, facts }: Kept): void {
    this.bases.addOwner(key);
    for (const fact of facts) {
      if (fact.type !== 'event') continue;
      if (fact.encounter !== undefined) this.bases.addReference(key, fact.encounter);
      if (fact.request !== undefined) this.bases.addReference(key, fact.request);
      for (const drug of fact.drugs ?? []) if (typeof drug === 'string') this.bases.addReference(key, drug);
    }
  }

  /** The newest version of each Patient, its links, and what its record is called. */
  private async settlePeople(): Promise<void> {
    const { bases, tally, merged } = this;
    const linked = new Set([...this.linked].map((key) => bases.canonical(key)));
    for await (const [, items] of this.people.groups()) {
      this.madeUp.unite(items, merged);
      this.ids.add(items);
      const known: KeptPerson[] = [];
      for (const item of items) {
        const part = this.ids.partOf(item.key, item.scope);
        if (this.ids.isUnknown(part)) await this.put(item, wholeOf(part));
        else known.push(item);
      }
      const newest = newestOf(known, (item) => this.ids.partOf(item.key, item.scope), tally);
      const people = [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
      if (people.length === 0) continue;
      const ids = distinctIds(people.map(([key, kept]) => markedPerson(key, kept)));
      for (const [i, [part, { person, version, scope, facts }]] of people.entries()) {
        const key = wholeOf(part);
        const isDeleted = this.deletions.has(key, version);
        if (!isDeleted) {
          for (const { from, to } of part === key ? person.links : [])
            merged.add({ from: bases.canonical(from), to: bases.canonical(to) });
          if (linked.has(key)) merged.addPatient(key);
          if (part === key) await this.identifiedLinks.add(key, person);
          if (this.byIdentifier.isNeeded) await this.byIdentifier.addPatient(key, person.identifiers);
        }
        await this.put({ key, version, scope, facts }, key, ids[i]);
      }
    }
    await this.identifiedLinks.addTo(merged, tally);
    merged.close();
    const note = (reason: string, key: Key) => tally.note({ reason, resourceType: 'Patient', where: nameOf(key) });
    for (const key of merged.orphans) note('merged into a patient who is not in the source: kept', key);
    for (const key of this.ids.toldApart())
      note('several patients with one id, distinguished by folder or Bundle', key);
    for (const key of merged.divided) note('merged into several patients: kept as a record of its own', key);
  }

  private async joinByIdentifier(): Promise<void> {
    if (!this.byIdentifier.isNeeded) return;
    const joined = this.byIdentifier.joined((key) => this.survivorOf(key));
    for await (const { identifier, patients, waiting } of joined) {
      for (const item of waiting) {
        if (patients.length === 1) await this.put(item, patients[0]);
        else if (item.facts.length > 0) this.countUnjoined(item.facts[0], identifier, patients.length > 1);
      }
    }
  }

  private countUnjoined(fact: Fact, identifier: string, several: boolean): void {
    const { where } = fact;
    const resourceType = nameOfWhole(fact);
    const what = /^urn:/i.test(identifier) ? 'urn' : 'identifier';
    const reason = `reference by ${what}: ${several ? 'several patients' : 'no such patient'}`;
    this.tally.fault({ reason, resourceType, where, detail: identifier });
  }

  /** @param key the patients' Type/id, without the server */
  private *byPatient(key: Key, items: Waiting[]): Generator<[Key, Waiting[]]> {
    if (this.ids.size === 0 && !items.some((item) => item.patient)) return yield [key, items];
    const groups = groupBy(items, ({ patient, scope }) => this.ids.partOf(patient ?? key, scope));
    for (const patient of [...groups.keys()].sort()) yield [patient, groups.get(patient)!];
  }

  private *groupOf(patient: Key, items: Waiting[]): Generator<PatientGroup> {
    if (this.ids.isUnknown(patient)) return this.countContradictory(patient, items);
    const { tally, bases } = this;
    const own = items.find((item) => this.isOwn(item, patient));
    const isDeleted = !own && this.deletions.has(wholeOf(patient), undefined);
    const counted = new Set<number>();
    const facts: Fact[] = [];
    for (const item of items) {
      const { number } = item;
      const isMerged = item.type === 'patient' && item !== own;
      const reason =
        this.index.verdict(number) ??
        (isMerged ? 'merged into another patient' : isDeleted ? 'patient deleted' : undefined);
      if (reason === undefined) facts.push(bases.canonicalIn(item));
      else if (!counted.has(number)) tally.skip(nameOfWhole(item), reason);
      if (reason !== undefined) counted.add(number);
    }
    if (facts.length === 0) return;
    if (!own && !bases.isThere(wholeOf(patient))) {
      for (const fact of facts)
        tally.fault({
          reason: 'patient of another server',
          resourceType: nameOfWhole(fact),
          where: fact.where,
          detail: nameOf(patient),
        });
      return;
    }
    this.lostEncounters.look(facts);
    yield { name: nameOf(patient), id: own?.recordId ?? '', facts };
  }

  /** Whose each is cannot be known. */
  private countContradictory(patient: Key, items: Waiting[]): void {
    const counted = new Set<number>();
    for (const { type, number, where, resourceType } of items) {
      if (counted.has(number)) continue;
      counted.add(number);
      const reason = type === 'patient' ? 'two patients with one id' : 'patient whose id two have';
      this.tally.fault({ reason, resourceType, where, detail: nameOf(patient) });
    }
  }

  /** Whether it is the Patient whose record counts. */
  private isOwn(item: Waiting, patient: Key): boolean {
    if (item.type !== 'patient' || this.index.verdict(item.number) !== undefined) return false;
    return this.bases.canonical(item.own!) === wholeOf(patient);
  }

  private survivorOf(key: Key): Key {
    return this.merged.survivors.get(key) ?? key;
  }
}
