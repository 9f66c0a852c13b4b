import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './layout.ts';

/** How a command ended, and what it printed. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The npm package as a user has it: made by `npm run package`, installed by npm in an empty folder with no repository near. */
export class Installed {
  readonly root = mkdtempSync(join(tmpdir(), 'ehrsynth-installed-'));
  /** Where the user stands. */
  readonly folder = join(this.root, 'user');
  private readonly env = {
    ...process.env,
    HOME: join(this.root, 'home'),
    EHRSYNTH_CACHE: join(this.root, 'cache'),
    NODE_PATH: '',
  };

  /** @throws Error where npm fails */
  constructor() {
    try {
      const tarball = made();
      mkdirSync(this.folder);
      writeFileSync(this.at('package.json'), '{ "private": true, "type": "module" }\n');
      timed('npm install', () => this.run('npm', ['install', '--no-audit', '--no-fund', tarball]));
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  at(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** What a command prints. @throws Error where it fails */
  run(command: string, args: string[]): string {
    const { status, stdout, stderr } = this.ended(command, args);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** What `ehrsynth LINE` prints; words are separated by blanks. @throws Error where it fails */
  ehrsynth(line: string): string {
    return this.run(this.command, line.split(' '));
  }

  /** The same of a command that may fail. @param folder where the user stands then */
  tried(line: string, folder = this.folder): Ended {
    return this.ended(this.command, line.split(' '), folder);
  }

  /** Starts `ehrsynth LINE`, whose output is the caller's to read. */
  start(line: string): ChildProcess {
    return spawn(this.command, line.split(' '), { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private get command(): string {
    return this.at('node_modules', '.bin', 'ehrsynth');
  }

  private ended(command: string, args: string[], cwd = this.folder): Ended {
    return spawnSync(command, args, { cwd, env: this.env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  }
}

/** Says how long something took. */
export function timed<T>(what: string, work: () => T): T {
  const started = Date.now();
  const found = work();
  console.log(`${what}: ${((Date.now() - started) / 1000).toFixed(1)} seconds`);
  return found;
}

/** Path of the tarball that `npm run package` makes. */
function made(): string {
  const said = execFileSync(process.execPath, [join(ROOT, 'tools/dist/package.js')], { encoding: 'utf8' });
  console.log(said.trim());
  return join(ROOT, said.slice(0, said.indexOf(':')));
}
