import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fromSystemError, redactUrls, UserError } from '@ehrsynth/io';
import { NoNetworkError, NoNpmError, NpmError } from './errors.ts';

const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;
const DISK = /\b(ENOSPC|EDQUOT|EROFS)\b/;
const LAST_LINES = 8;

/**
 * Installs packages by npm into a folder, from whichever registry npm is set up for. No package's install script is run.
 * @param specs such as `webgpu@0.4.0`
 * @param env of npm
 * @throws NoNpmError, NoNetworkError, NpmError; UserError where the disk is full
 */
export async function npmInstall(folder: string, specs: string[], env = process.env): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // By default npm waits a minute and a half for a registry that it cannot reach.
  const pauses = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  // Whatever npm is set up for: into this folder, and really.
  const here = ['--prefix', '.', '--global=false', '--dry-run=false'];
  const flags = ['--ignore-scripts', ...here, ...quiet, ...pauses];
  const { status, said } = await run('npm', ['install', ...flags, ...specs], folder, env);
  if (status !== 0) throw npmFailure(said, dirname(folder));
}

/** What npm's own words come to. @param where it was to install */
export function npmFailure(said: string, where: string): UserError {
  const [full] = DISK.exec(said) ?? [];
  if (full) return fromSystemError(Object.assign(new Error(full), { code: full }), where, 'write');
  const [cause] = UNREACHABLE.exec(said) ?? [];
  if (cause) return new NoNetworkError();
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.includes('A complete log of this run'));
  return new NpmError(redactUrls(lines.slice(-LAST_LINES).join('\n')));
}

function run(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    // Windows has npm as a script, which only its shell runs; no argument holds a space.
    const child = spawn(command, args, { cwd, env, shell: process.platform === 'win32' });
    const leave = () => child.kill();
    // Before the folder is removed that it writes into.
    process.prependOnceListener('exit', leave);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', (error: NodeJS.ErrnoException) => {
      process.off('exit', leave);
      reject(error.code === 'ENOENT' ? new NoNpmError() : error);
    });
    child.on('close', (status) => {
      process.off('exit', leave);
      // Windows' shell says so in words of the user's language, with this status.
      if (process.platform === 'win32' && status === 9009) reject(new NoNpmError());
      else resolve({ status, said });
    });
  });
}
