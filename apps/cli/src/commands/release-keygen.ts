import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { fromSystemError, makeFolder } from '@ehrsynth/io';
import { keyIdText, newSecretKey, publicKeyOf, publicKeyText, secretKeyText } from '@ehrsynth/release';
import { console } from '../console.ts';
import { KeyExistsError } from '../errors.ts';
import { newPassword } from '../password.ts';

interface Options {
  out: string;
  password: boolean;
}

export function releaseKeygenCommand(): Command {
  return new Command('keygen')
    .description("create a key pair to sign packages with, in minisign's format")
    .requiredOption('-o, --out <prefix>', 'where to write PREFIX.key (secret) and PREFIX.pub (to hand out)')
    .option(
      '--no-password',
      'store the secret key unencrypted (otherwise the password is EHRSYNTH_SIGN_PASSWORD, or asked for)',
    )
    .action(keygen);
}

async function keygen({ out, password }: Options): Promise<void> {
  const [secretPath, publicPath] = [`${out}.key`, `${out}.pub`];
  const taken = [secretPath, publicPath].find((path) => existsSync(path));
  if (taken) throw new KeyExistsError(taken);
  const key = newSecretKey();
  const secret = await secretKeyText(key, password ? await newPassword() : undefined);
  try {
    makeFolder(dirname(out));
  } catch (error) {
    throw fromSystemError(error, dirname(out), 'write');
  }
  await writeNew(secretPath, secret, 0o600);
  await writeNew(publicPath, publicKeyText(publicKeyOf(key)), 0o644);
  console.log(
    `Key ${keyIdText(key.id)} → ${secretPath} (secret${password ? ', under your password' : ', without a password'}: keep it to yourself) and ${publicPath}`,
  );
}

/** A key that is there is never replaced: what it signed could not be distinguished from what it did not. */
async function writeNew(path: string, content: string, mode: number): Promise<void> {
  await writeFile(path, content, { mode, flag: 'wx', flush: true }).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? new KeyExistsError(path)
      : fromSystemError(error, path, 'write');
  });
}
