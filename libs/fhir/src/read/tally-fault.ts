import type { Tally } from '@ehrsynth/records';
import type { Fault } from './resources.ts';

/** Counts and lists what is wrong with a part of the input. @throws BadInputError where the tally stops at bad input */
export function tallyFault({ fault: reason, where, detail, file, kind }: Fault, tally: Tally): void {
  if (kind === 'note') tally.note({ reason, resourceType: 'file', where, detail });
  else if (kind) tally.fileNotRead({ reason, where }, kind === 'file not read');
  else {
    if (file) tally.brokenFiles++;
    tally.fault({ reason, resourceType: file ? 'file' : 'resource', where, detail });
  }
}
