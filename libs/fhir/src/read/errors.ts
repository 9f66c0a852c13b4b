import { UserError } from '@ehrsynth/io';

/** Nothing in the source is FHIR that is read. */
export class NothingToReadError extends UserError {
  /** @param notRead why files are not read → how many */
  constructor(path: string, notRead: ReadonlyMap<string, number>) {
    const files = [...notRead.values()].reduce((sum, count) => sum + count, 0);
    const kinds = [...notRead].map(([why, count]) => `  ${count} × ${why}`);
    super(
      'nothing-to-read',
      2,
      files === 0 ? 'The folder is empty' : [`None of the ${files} files is FHIR JSON or NDJSON:`, ...kinds].join('\n'),
      { where: path, todo: 'Give a folder or file of FHIR R4 as JSON or NDJSON, gzipped or not.' },
    );
  }
}

/** Files were read, but there is no patient in them. */
export class NoPatientError extends UserError {
  constructor(path: string, why: string) {
    super('no-patient', 1, `No patient could be read${why}`, {
      where: path,
      todo: 'Check that the Patient resources are among the files.',
    });
  }
}

/** A code system alias that cannot be understood. */
export class AliasError extends UserError {
  constructor(alias: string, where: string | undefined, known: string[]) {
    super('bad-alias', 2, `Not a system alias: ${alias}`, {
      where,
      todo: `Write URI=NAME, where NAME is a URI or one of ${known.join(', ')}.`,
    });
  }
}

/** Resources of the source are of another FHIR release than R4. */
export class OtherReleaseError extends UserError {
  constructor(
    path: string,
    {
      counts,
      read,
      signs,
    }: {
      counts: ReadonlyMap<string, number>;
      /** Resources read so far, of all releases. */
      read: number;
      signs: { says: string; count: number; where: string }[];
    },
  ) {
    const releases = [...counts].map(([release, count]) => `${release} (${count} of ${read} resources)`);
    super(
      'other-release',
      1,
      [
        `Not FHIR R4: ${releases.join(', ')}; nothing was written`,
        ...signs.map(({ says, count, where }) => `  ${count} × ${says}: ${where}`),
      ].join('\n'),
      {
        where: path,
        todo: 'Convert the source to R4. With --release r4 it is read as R4 anyway; those resources are left out and counted.',
      },
    );
  }
}
