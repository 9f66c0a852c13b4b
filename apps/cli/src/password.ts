import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { NoPasswordError } from './errors.ts';

const VARIABLE = 'EHRSYNTH_SIGN_PASSWORD';

/** The password of a secret key: from the environment, or asked for where somebody is at the keyboard. @throws NoPasswordError */
export async function password(): Promise<string> {
  return process.env[VARIABLE] ?? (await ask('Password of the secret key: '));
}

/** A password for a new key, asked for twice. @throws NoPasswordError */
export async function newPassword(): Promise<string> {
  const given = process.env[VARIABLE];
  if (given !== undefined && given !== '') return given;
  const first = await ask('Password for the new key: ');
  if (first === '') throw new NoPasswordError('The password is empty');
  if ((await ask('Repeat the password: ')) !== first) throw new NoPasswordError('The passwords differ');
  return first;
}

/** Asks without showing what is typed. */
async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new NoPasswordError('The secret key needs a password');
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const stopped = new AbortController();
  terminal.on('SIGINT', () => stopped.abort());
  try {
    return await terminal.question('', { signal: stopped.signal });
  } catch {
    throw new NoPasswordError('No password was typed');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
