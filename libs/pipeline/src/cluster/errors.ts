import { UserError } from '@ehrsynth/io';

/** A task that this version does not have. */
export class UnknownTaskError extends UserError {
  constructor(name: string) {
    super('unknown-task', 2, `There is no task ${JSON.stringify(name)}`, {
      todo: 'Tasks are what executors of a cluster run: have the same version of ehrsynth there as here.',
    });
  }
}

/** The executors have another version of the program. */
export class OtherVersionError extends UserError {
  constructor(there: string, here: string, where: string) {
    super('other-version', 3, `The executors have ehrsynth ${there}, and here is ${here}`, {
      where,
      todo: 'Have the same version in both places: what is drawn may differ between them.',
    });
  }
}

/** What is to be written to has something already. */
export class PlaceTakenError extends UserError {
  constructor(where: string, why: string) {
    super('place-taken', 2, `The place on the cluster is not empty: ${why}`, {
      where,
      todo: 'Name another with --out; --force replaces what generate wrote there, and nothing else.',
    });
  }
}

/** What was written is not what the tasks say they wrote. */
export class CountsDifferError extends UserError {
  constructor(what: string, wanted: number, found: number, where: string) {
    const count = (value: number) => value.toLocaleString('en-US');
    super('counts-differ', 1, `${what}: ${count(found)} where ${count(wanted)} were to be`, {
      where,
      todo: 'What was written has been removed. Run it again; if it happens again, the storage or its committer loses or doubles files (docs/scale.md).',
    });
  }
}

/** Executors with other engines than each other: what they drew is not of one run. */
export class EnginesDifferError extends UserError {
  constructor(engines: string[]) {
    super('engines-differ', 3, `The executors drew on different engines: ${engines.join(', ')}`, {
      todo: 'Name one with --engine that all of them have: wasm.',
    });
  }
}

/** The executors had less of the imported vocabularies than the patients' codes need. */
export class VocabulariesDifferError extends UserError {
  constructor() {
    super('vocabularies-differ', 1, 'Patients have codes of which the imported vocabularies were not sent', {
      todo: 'Nothing is left of what was written. Were vocabularies imported meanwhile? Then run it again; otherwise export to OMOP on one machine.',
    });
  }
}

/** A line that holds more than a resource of one patient. */
export class PatientsInOneLineError extends UserError {
  constructor(patient: string) {
    super('patients-in-one-line', 1, 'A line holds patients within another resource, such as a Bundle', {
      where: `patient ${patient}`,
      todo: 'On a cluster give NDJSON with one resource a line, as bulk exports have it; or read these files on one machine.',
    });
  }
}

/** --on with a cohort whose patients are on this machine. */
export class PatientsHereError extends UserError {
  constructor(cohort: string) {
    super('patients-here', 2, '--on trains where patients stay on a cluster, and those of this cohort are here', {
      where: cohort,
      todo: 'Leave --on out, or ingest from Spark with --stay PLACE, without --rows-only (docs/scale.md).',
    });
  }
}

/** --on with differential privacy. */
export class NotPrivateOnError extends UserError {
  constructor() {
    super('not-private-on', 2, '--dp-epsilon and --on do not go together: on a cluster parts give exact counts', {
      todo: 'Train with --dp-epsilon on one machine, or at sites (--federated).',
    });
  }
}

/** Parts of too few patients to learn from. */
export class ManyPartsError extends UserError {
  constructor(parts: number, patients: number, least: number) {
    super('many-parts', 2, `--parts ${parts} of ${patients} patients: a part needs ${least} of them`, {
      todo: `Give at most --parts ${Math.max(1, Math.floor(patients / least))}.`,
    });
  }
}

/** The place does not have the patients that the cohort says it has. */
export class StayChangedError extends UserError {
  constructor(place: string, wanted: number, found: number) {
    const count = (value: number) => value.toLocaleString('en-US');
    super('stay-changed', 1, `There are ${count(found)} training patients, and the cohort says ${count(wanted)}`, {
      where: place,
      todo: 'The place was written again since. Ingest once more.',
    });
  }
}
