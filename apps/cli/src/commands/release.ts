import { Command } from 'commander';
import { defaultPolicy, verifyRelease } from '@ehrsynth/release';
import { text } from '../table.ts';
import { buildReleaseCommand } from './release-build.ts';

export function releaseCommand(): Command {
  return new Command('release')
    .description('a package of synthetic patients that may be given away, when every gate of a policy passes')
    .addCommand(buildReleaseCommand(), { isDefault: true })
    .addCommand(
      new Command('verify')
        .description('check a package: whole, unchanged, its figures within its policy')
        .argument('<folder>', 'folder that `ehrsynth release` wrote')
        .action(verify),
    )
    .addCommand(
      new Command('policy')
        .description('print the default policy, to be changed and given with --policy')
        .action(() => console.log(defaultPolicy())),
    );
}

async function verify(folder: string): Promise<void> {
  const { files, faults } = await verifyRelease(folder);
  faults.forEach((fault) => console.log(`  ✗ ${fault}`));
  if (faults.length > 0) process.exitCode = 1;
  const outcome =
    faults.length > 0
      ? `${text(faults.length)} faults`
      : 'whole and unchanged, and its figures are within its policy';
  console.log(`${folder}: ${text(files)} files, ${outcome}`);
}
