import { join } from 'node:path';
import { ATHENA_FILE } from '@ehrsynth/omop';
import { userFolder } from '@ehrsynth/vocab';

/** Where `vocab import athena` puts the vocabularies; nothing may be there. */
export function athenaFile(): string {
  return join(userFolder(), ATHENA_FILE);
}
