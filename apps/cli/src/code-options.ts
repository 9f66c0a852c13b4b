import type { Command } from 'commander';
import { oneOf } from './options.ts';

export type FormerCodes = 'keep' | 'successor' | 'parent';

/** What becomes of codes that were split or deleted since they were recorded. */
export function addFormerCodesOption(command: Command): Command {
  return command.option(
    '--former-codes <what>',
    'ICD-10-CM codes of former releases: keep them, or replace them by the code that succeeded them (successor) or the header above (parent)',
    oneOf('keep', 'successor', 'parent'),
    'keep',
  );
}
