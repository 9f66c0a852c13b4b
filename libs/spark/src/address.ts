import { SparkAddressError } from './errors.ts';

/** Where a Spark Connect server is, and who asks it. */
export interface SparkAddress {
  host: string;
  port: number;
  isSecure: boolean;
  token?: string;
  userId?: string;
  userAgent?: string;
  /** A UUID; a session that the server knows by it is gone on with. */
  sessionId?: string;
  /** Bytes of the largest message that is taken. */
  maxMessageBytes: number;
  /** Parameters of other names, which the server gets as headers: x-databricks-cluster-id. */
  headers: Record<string, string>;
}

/** The port of the protocol, and what PySpark's own client takes at most. */
const DEFAULT_PORT = 15002;
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;
/** Of the environment: Spark's own name, so that no token need stand in a command. */
const TOKEN = 'SPARK_CONNECT_AUTHENTICATE_TOKEN';
const SCHEME = /^sc:\/\//i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONGEST_USER_AGENT = 200;
/** Names of parameters whose values are nobody's business. */
const SECRET = 'token|secret|password|authorization|key';
const LOCAL = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** True for what names a Spark Connect server: sc://… */
export function isSpark(source: string): boolean {
  return SCHEME.test(source.trim());
}

/**
 * Reads sc://host:port/;name=value;…, whose names are case-sensitive and whose values may be percent-encoded. A token asks for TLS, but
 * on this machine; a token in the clear to another is refused.
 * @param environment that may have the token
 * @throws SparkAddressError
 * @see https://github.com/apache/spark/blob/master/sql/connect/docs/client-connection-string.md
 */
export function sparkAddress(
  source: string,
  environment: Record<string, string | undefined> = process.env,
): SparkAddress {
  const text = source.trim();
  const where = withoutToken(text);
  const fail = (why: string): never => {
    throw new SparkAddressError(why, where);
  };
  const { host, port, path } =
    /^sc:\/\/(?<host>\[[0-9a-f:.]+\]|[^:/;?#@\s]+)(?::(?<port>\d*))?(?<path>[/;?#@:].*)?$/i.exec(text)?.groups ??
    fail('not of the form sc://host:port/;name=value');
  if (path && !/^\/(;|$)/.test(path)) fail('nothing but /;name=value may follow the port');
  const number = port ? Number(port) : DEFAULT_PORT;
  if (number < 1 || number > 65535) fail(`no port has the number ${port}`);
  const {
    token = environment[TOKEN],
    use_ssl: ssl,
    user_id: userId,
    user_agent: userAgent,
    session_id: sessionId,
    grpc_max_message_size: size,
    ...headers
  } = parameters(path ?? '', fail);
  if (ssl !== undefined && !/^(true|false)$/i.test(ssl)) fail('use_ssl is true or false');
  if (sessionId !== undefined && !UUID.test(sessionId)) fail('session_id is no UUID');
  if ((userAgent?.length ?? 0) > LONGEST_USER_AGENT) fail(`user_agent is longer than ${LONGEST_USER_AGENT} characters`);
  if (size !== undefined && !/^[1-9]\d*$/.test(size)) fail('grpc_max_message_size is no number of bytes');
  const asksForSecurity = ssl?.toLowerCase();
  const isSecret = new RegExp(SECRET, 'i');
  const needsSecurity =
    !LOCAL.test(host) && (token !== undefined || Object.keys(headers).some((name) => isSecret.test(name)));
  if (needsSecurity && asksForSecurity === 'false') fail('a token would travel in the clear (use_ssl=false)');
  return {
    host,
    port: number,
    isSecure: asksForSecurity === 'true' || needsSecurity,
    token,
    userId,
    userAgent,
    sessionId,
    maxMessageBytes: size === undefined ? MAX_MESSAGE_BYTES : Number(size),
    headers,
  };
}

/** The address as it may be shown: without the token and whatever else may be secret. */
export function withoutToken(source: string): string {
  return source.replace(new RegExp(`(;[^;=]*(?:${SECRET})[^;=]*=)[^;]*`, 'gi'), '$1…');
}

function parameters(path: string, fail: (why: string) => never): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of path.slice(1).split(';').filter(Boolean)) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(part) ?? fail('a parameter is not of the form name=value');
    if (name in found) fail(`${name} stands there twice`);
    if (value === '') fail(`${name} has no value`);
    if (!/^[\w.-]+$/.test(name)) fail('a parameter has a name that is none');
    try {
      found[name] = decodeURIComponent(value);
    } catch {
      fail(`${name} has a % that encodes nothing (write %25 for it)`);
    }
  }
  return found;
}
