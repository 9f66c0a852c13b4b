import { CredentialsError, ServerUrlError } from './errors.ts';

/** What may stand in a header, as HTTP has it. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Takes user and password out of a base, as a header of Basic authentication.
 * @throws ServerUrlError where it is no base URL; CredentialsError where there is another way too in which we would say who asks
 */
export function withoutUser(base: string, hasToken: boolean): { url: URL; text: string; authorization?: string } {
  const url = asUrl(base);
  if (url.search || url.hash)
    throw new ServerUrlError('The base URL of a server must have no query and no fragment', base);
  const { username, password } = url;
  if (!username && !password) return { url, text: base.replace(/\/+$/, '') };
  if (hasToken) throw new CredentialsError('The URL has a user, and a token or key was given too: give only one', base);
  url.username = '';
  url.password = '';
  const user = `${decode(username, base)}:${decode(password, base)}`;
  return {
    url,
    text: url.href.replace(/\/+$/, ''),
    authorization: `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

/** Headers in lower case. @throws CredentialsError where a value cannot be sent */
export function checkedHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_VALUE.test(value))
      throw new CredentialsError(`The value of ${name} cannot be used in a header`, undefined);
  }
  return lowered(headers);
}

/** Headers by their names in lower case. */
export function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function asUrl(base: string): URL {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new ServerUrlError('Not the URL of a server: it must start with https:// or http://', base);
}

function decode(text: string, base: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new CredentialsError('User and password in the URL are not percent-encoded', base, error);
  }
}
