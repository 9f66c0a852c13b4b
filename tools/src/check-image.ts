// Builds the container image and uses it, where there is a container engine; elsewhere takes the Dockerfile's steps by a script, as
// root of Linux. `npm run check:image`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDockerfile, stepsByScript } from './package/image.ts';
import { ROOT } from './package/layout.ts';

/** What is done in the container, each by `ehrsynth`. */
const LINES = ['--version', 'simulate -n 20 --world sets -o source', 'validate fhir source'];
const TAG = 'ehrsynth-check';

const file = join(ROOT, 'Dockerfile');
const image = readDockerfile(readFileSync(file, 'utf8'));
const [{ from: archive }] = image.archives;
const work = mkdtempSync(join(tmpdir(), 'check-image-'));
const command = image.entry.join(' ');
try {
  run(process.execPath, [join(ROOT, 'apps/cli/bin/ehrsynth.js'), 'bundle', '-o', join(work, archive)]);
  const engine = ['docker', 'podman'].find((name) => spawnSync(name, ['info']).status === 0);
  if (engine) byEngine(engine);
  else byScript();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function byEngine(engine: string): void {
  run(engine, ['build', '-t', TAG, '-f', file, work]);
  const volume = `${TAG}-${process.pid}`;
  try {
    const here = ['run', '--rm', '--network', 'none', '-v', `${volume}:${image.volumes[0]}`];
    for (const line of LINES) run(engine, [...here, TAG, ...line.split(' ')]);
    const id = execFileSync(engine, [...here, '--entrypoint', 'id', TAG, '-u'], { encoding: 'utf8' });
    if (id.trim() === '0') throw new Error('The container runs as root');
  } finally {
    spawnSync(engine, ['volume', 'rm', '-f', volume]);
    spawnSync(engine, ['rmi', '-f', TAG]);
  }
  console.log(`The image works, by ${engine}.`);
}

function byScript(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || spawnSync('unshare', ['-m', 'true']).status !== 0) {
    console.log(
      'check:image is skipped: there is no container engine, and without one it needs root on Linux and unshare.',
    );
    return;
  }
  const root = join(work, 'root');
  const own = ["sh -c 'test $(id -u) != 0 && touch mine && ! touch /opt/ehrsynth/bin/mine 2>/dev/null'"];
  const lines = [...own, ...LINES.map((line) => `${command} ${line}`)];
  run('unshare', ['-m', 'sh', '-c', stepsByScript(image, root, work, lines)]);
  console.log(
    `The Dockerfile's steps work, by a script over this machine's programs: there is no container engine for ${image.base}.`,
  );
}

function run(program: string, args: string[]): void {
  execFileSync(program, args, { stdio: 'inherit' });
}
