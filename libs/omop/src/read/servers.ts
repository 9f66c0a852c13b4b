import { isSpark, withoutToken } from '@ehrsynth/spark';
import { isPostgres, withoutPassword } from '../postgres/address.ts';

/** True for what names a server, in the right form or in another, and no file or folder. */
export function isServer(source: string): boolean {
  return isSpark(source) || isPostgres(source);
}

/** What names a source as it may be shown: without passwords and tokens. */
export function withoutSecrets(source: string): string {
  return isSpark(source) ? withoutToken(source.trim()) : withoutPassword(source);
}
