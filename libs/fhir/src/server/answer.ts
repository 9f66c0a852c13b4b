import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { UserError } from '@ehrsynth/io';
import { BodyError } from './body.ts';
import { isAbort } from './retry.ts';
import type { Incoming } from './transport.ts';

/** An answer that is not a good one. */
export class HttpFailure extends Error {
  constructor(
    readonly answer: Incoming,
    readonly text: string,
  ) {
    super(`HTTP ${answer.status}`);
  }
}

/** A good answer that should be JSON. */
export class NoJsonError extends Error {}

/** What an answer holds; {} where it is empty. @throws HttpFailure, NoJsonError, BodyError */
export async function jsonIn(answer: Incoming): Promise<unknown> {
  const text = await wholeText(answer.body);
  if (answer.status >= 300) throw new HttpFailure(answer, text);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NoJsonError((error as Error).message, { cause: error });
  }
}

/** @throws BodyError where it is cut off */
export async function wholeText(body: Readable): Promise<string> {
  try {
    return await textOf(body);
  } catch (error) {
    if (error instanceof UserError || isAbort(error)) throw error;
    throw new BodyError('cut off', { cause: error });
  }
}

/** Enough of an error's text to see what it is. */
export async function shortText(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk;
    if (text.length > SHORT) break;
  }
  return text;
}
const SHORT = 2 ** 20;
