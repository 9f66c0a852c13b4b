import type { Tally } from '@ehrsynth/records';
import { notUnderstood } from './extension.ts';
import { addMedication, ingredientsLeftOut, type Medications } from './medications.ts';
import type { Key } from './identity.ts';
import type { PatientGroups } from './patient-groups.ts';
import { ownKey } from './references.ts';
import type { Found } from './found.ts';
import { wrongShape } from './shape.ts';
import { compareDated, isNewer, type Version } from './versions.ts';

/** The Medication and Substance resources of a source, of each the newest version. */
export class DrugSources {
  private readonly medications: Medications = new Map();
  private readonly versions = new Map<Key, { resourceType: string; version: Version; isUsed: boolean }>();

  constructor(private readonly tally: Tally) {}

  add(found: Found, version: Version): void {
    const { resource, where } = found;
    const { resourceType } = resource;
    const misshapen = wrongShape(resource);
    if (misshapen) return this.tally.fault({ reason: 'wrong shape', resourceType, where, detail: misshapen });
    const unclear = notUnderstood(resource);
    if (unclear) {
      const { fault: reason, detail } = unclear;
      return this.tally.fault({ reason, resourceType, where, detail });
    }
    for (const note of ingredientsLeftOut(resource)) this.tally.note({ ...note, resourceType, where });
    const key = ownKey(found);
    const before = this.versions.get(key);
    const isOlder = before !== undefined && !isNewer(version, before.version);
    if (isOlder || before?.isUsed) this.countOlder(resourceType, before!.version, version);
    if (isOlder) return;
    const reason = addMedication(found, this.medications);
    if (reason) this.tally.skip(resourceType, reason);
    this.versions.set(key, { resourceType, version, isUsed: !reason });
  }

  /** When all is read: what they are, by the keys under which they are known in the whole source. */
  close(groups: PatientGroups): Medications {
    const { bases } = groups;
    const newest = new Map<Key, Version | undefined>();
    const medications: Medications = new Map();
    for (const [key, medication] of this.medications) {
      const version = this.versions.get(key)?.version;
      const canonical = bases.canonical(key);
      if (groups.isDeleted(key, version)) continue;
      const before = newest.get(canonical);
      if (before && version && !isNewer(version, before)) continue;
      newest.set(canonical, version);
      medications.set(canonical, bases.canonicalIn(medication));
    }
    for (const [key, { resourceType, version, isUsed }] of this.versions) {
      if (!isUsed) continue;
      if (groups.isDeleted(key, version)) this.tally.skip(resourceType, 'deleted');
      else this.tally.use(resourceType);
    }
    return medications;
  }

  private countOlder(resourceType: string, a: Version, b: Version): void {
    const differ = compareDated(a, b) !== 0;
    this.tally.skip(resourceType, differ ? 'older version' : 'the same id came before');
  }
}
