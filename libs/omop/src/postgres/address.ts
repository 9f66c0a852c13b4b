import { existsSync } from 'node:fs';
import { isSpark } from '@ehrsynth/spark';
import { DatabaseAddressError } from './errors.ts';

/** postgres://, in any case. */
const URL_OF_POSTGRES = /^postgres(ql)?:\/\//i;
/** What somebody may write for it: of JDBC, of SQLAlchemy, with slashes missing, in quotes, or of another database or a bucket. */
const LIKE_A_URL = /^['"]?(jdbc:|(postgres(ql)?|pgsql)(\+\w+)?:|[a-z][\w+.-]+:\/\/)/i;
/** host=db user=me password=secret, and as ODBC has it: Server=db;Database=x. */
const KEYWORDS = /^['"]?(host|hostaddr|port|dbname|database|user|uid|password|pwd|service|server|driver|sslmode)\s*=/i;
/** user:password@host, without a scheme; not C:\data. */
const USER_INFO = /^(?![a-z]:[\\/])[^/\\:@\s]+:[^@]*@/i;
const SECRET = '[\\w.-]*(?:password|passwd|passphrase|passcode|pwd|secret|token)[\\w.-]*';

/** True for what names a database, in the right form or in another, and no file or folder. */
export function isPostgres(source: string): boolean {
  const text = source.trim();
  if (isSpark(text)) return false;
  if (URL_OF_POSTGRES.test(text)) return true;
  return [LIKE_A_URL, KEYWORDS, USER_INFO].some((form) => form.test(text)) && !existsSync(source);
}

/**
 * The URL as the driver takes it.
 * @throws DatabaseAddressError for another form, and where what stands before the host is not percent-encoded
 */
export function postgresUrl(source: string): string {
  const text = source.trim();
  if (!URL_OF_POSTGRES.test(text))
    throw new DatabaseAddressError(withoutPassword(text), isOfPostgres(text) ? 'form' : 'other');
  const rest = text.replace(URL_OF_POSTGRES, '');
  const [authority] = rest.split(/[/?#]/, 1);
  if (endOfUser(rest) >= authority.length) throw new DatabaseAddressError(withoutPassword(text), 'encoding');
  return `postgres://${rest}`;
}

/** The address as it may be shown; other texts as they are. */
export function withoutPassword(source: string): string {
  if (/^\s*['"]?jdbc:(?!postgres)/i.test(source)) return `${source.trim().split(':', 2).join(':')}:…`;
  return withoutParameters(withoutUserInfo(source));
}

function withoutUserInfo(source: string): string {
  const scheme = /^\s*['"]?(jdbc:)?((postgres(ql)?|pgsql)(\+\w+)?:\/*|[a-z][\w+.-]+:\/\/)/i.exec(source)?.[0];
  if (scheme === undefined && !USER_INFO.test(source.trim())) return source;
  const rest = source.slice(scheme?.length ?? 0);
  const end = endOfUser(rest);
  if (end < 0) return source;
  const info = rest.slice(0, end);
  if (!info.includes(':')) return source;
  const user = /^[^:@/?#]*(?=:)/.exec(info)?.[0] ?? '…';
  return `${scheme ?? ''}${user}${rest.slice(end)}`;
}

/** Where the @ before the host is, whatever stands in the password; an @ in a query that is one is none. -1 where there is no user. */
function endOfUser(rest: string): number {
  const query = /^[^/?#]*@[^@?]*(?=\?\w+=)/.exec(rest) ?? /^[^@?#]*(?=\?\w+=)/.exec(rest);
  return (query?.[0] ?? rest).lastIndexOf('@');
}

function withoutParameters(text: string): string {
  return text
    .replace(new RegExp(`([?&]${SECRET}=)[^&]*`, 'gi'), '$1…')
    .replace(
      new RegExp(`((?:^|[\\s;'"])${SECRET}\\s*=\\s*)('(?:[^'\\\\]|\\\\.)*'|.*?(?=\\s+\\w+\\s*=|;|$))`, 'gis'),
      '$1…',
    );
}

function isOfPostgres(text: string): boolean {
  const hasOtherScheme = /^['"]?(jdbc:|[a-z][\w+.-]+:\/\/)/i.test(text);
  return /postgres|pgsql/i.test(text) || (!hasOtherScheme && (KEYWORDS.test(text) || USER_INFO.test(text)));
}
