import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export const FHIR_JSON = { 'Content-Type': 'application/fhir+json' };

/** One request as it is, with no header but those given and Host. @param path after the sandbox's base, or a whole path with its / */
export async function ask(
  url: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
): Promise<Asked> {
  const { hostname, port, pathname } = new URL(url);
  const target = path.startsWith('/') ? path : `${pathname}/${path}`;
  const asked = request({ host: hostname, port, path: target, method, headers, agent: false });
  asked.end(body);
  const [answer] = await once(asked, 'response');
  asked.on('error', () => {}); // The server may close the connection before it has read all.
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

/** What the server sends back to bytes, until it closes the connection. */
export async function exchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes, 'latin1');
  return text(socket);
}
