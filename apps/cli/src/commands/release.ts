import { Command } from 'commander';
import { defaultPolicy } from '@ehrsynth/release';
import { console } from '../console.ts';
import { buildReleaseCommand } from './release-build.ts';
import { releaseKeygenCommand } from './release-keygen.ts';
import { releaseVerifyCommand } from './release-verify.ts';

export function releaseCommand(): Command {
  return new Command('release')
    .addCommand(buildReleaseCommand(), { isDefault: true })
    .addCommand(releaseVerifyCommand())
    .addCommand(releaseKeygenCommand())
    .addCommand(
      new Command('policy')
        .description('print the default policy, to edit and pass to --policy')
        .action(() => console.log(defaultPolicy())),
    );
}
