import type { Command } from 'commander';
import { oneOf } from './options.ts';

export type FormerCodes = 'keep' | 'successor' | 'parent';

/** What becomes of codes that were split or deleted since they were recorded. */
export function addFormerCodesOption(command: Command): Command {
  return command.option(
    '--former-codes <what>',
    'ICD-10-CM codes of former releases: keep them, or read the code that took their place (successor) or the header above (parent)',
    oneOf('keep', 'successor', 'parent'),
    'keep',
  );
}
