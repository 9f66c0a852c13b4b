import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyReader } from '../body.ts';
import { checkContentType } from '../media-types.ts';
import { Rejection } from '../rejection.ts';
import { AUTHORIZE_PATH, TOKEN_PATH } from './configuration.ts';
import type { SmartLaunch } from './launch.ts';

/** A page with links and a form of its own, and nothing that runs. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Whether the address is that of an endpoint of the launch. */
export function isOfSmart({ url }: IncomingMessage): boolean {
  return [AUTHORIZE_PATH, TOKEN_PATH].includes(url!.split('?')[0]);
}

/**
 * Answers the endpoints of the launch.
 * @returns whether the address is one of them
 * @throws Rejection where the method is not that of the endpoint, or the request cannot be answered to the app
 */
export async function answerSmart(
  request: IncomingMessage,
  response: ServerResponse,
  launch: SmartLaunch,
  bodies: BodyReader,
  base: string,
): Promise<boolean> {
  const [path, query = ''] = request.url!.split(/\?(.*)/s);
  if (path === AUTHORIZE_PATH) {
    if (request.method !== 'GET') throw notAllowed(request.method!, 'GET');
    const answer = launch.authorize(new URLSearchParams(query), base);
    if ('location' in answer) response.writeHead(302, { Location: answer.location, 'Cache-Control': 'no-store' }).end();
    else sendPage(response, answer.html);
    return true;
  }
  if (path !== TOKEN_PATH) return false;
  if (request.method !== 'POST') throw notAllowed(request.method!, 'POST');
  const body = await bodies.read(request, response);
  checkContentType(request.headers['content-type'], 'POST', true);
  const { status, body: answer } = launch.token(new URLSearchParams(body));
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' };
  response.writeHead(status, headers).end(JSON.stringify(answer));
  return true;
}

function sendPage(response: ServerResponse, html: string): void {
  response
    .writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    })
    .end(html);
}

function notAllowed(method: string, allowed: string): Rejection {
  return Rejection.because(405, 'not-supported', `${method} is not supported here`, { Allow: allowed });
}
