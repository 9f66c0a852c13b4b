import { Command, Option } from 'commander';
import { ARCHITECTURES, type Architecture, bundle } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { showing } from '../showing.ts';

interface Options {
  out?: string;
  arch: Architecture;
  node?: string;
  force: boolean;
}

export function bundleCommand(): Command {
  const here = process.arch === 'arm64' ? 'arm64' : 'x64';
  return new Command('bundle')
    .option('-o, --out <file>', 'where to write (default: ehrsynth-linux-ARCH.tar.gz)')
    .addOption(
      new Option('--arch <name>', 'architecture of the target machines (Linux)').choices(ARCHITECTURES).default(here),
    )
    .option(
      '--node <file>',
      'Node for the target machines: a program, or an archive from nodejs.org (default: the running one)',
    )
    .option('--force', 'replace the file', false)
    .action(run);
}

async function run({ out, arch, node, force }: Options): Promise<void> {
  const started = Date.now();
  const to = out ?? `ehrsynth-linux-${arch}.tar.gz`;
  const { version, bytes } = await bundle({ out: to, arch, node, force }, showing());
  const megabytes = (count: number) => `${Math.round(count / 1e6)} MB`;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `ehrsynth ${version} with Node for Linux on ${arch} → ${to}\n` +
      `  ${megabytes(bytes.archive)}, ${megabytes(bytes.unpacked)} unpacked; ${seconds} seconds\n` +
      '  Unpacked anywhere, bin/ehrsynth is the command. On Spark: --archives FILE#ehrsynth, then ./ehrsynth/bin/ehrsynth',
  );
}
