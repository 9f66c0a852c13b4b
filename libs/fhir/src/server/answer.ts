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

/** One that would take far more memory than it says anything. */
export class DenseError extends Error {}

/** What an answer holds; {} where it is empty. @throws HttpFailure, NoJsonError, BodyError */
export async function jsonIn(answer: Incoming): Promise<unknown> {
  const text = await wholeText(answer.body);
  if (answer.status >= 300) throw new HttpFailure(answer, text);
  if (text === '') return {};
  if (isTooDense(text)) throw new DenseError();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NoJsonError((error as Error).message, { cause: error });
  }
}

/** Below so many characters, whatever they are, JSON needs little memory. */
const DENSE_FROM = 2 ** 22;
/** Characters to an object or list: a resource has about 30. */
const DENSEST = 8;

/** Whether a text is brackets rather than content: as values, 128 MB of {} take gigabytes and minutes. */
export function isTooDense(text: string): boolean {
  if (text.length < DENSE_FROM) return false;
  let brackets = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BRACE || code === BRACKET) brackets++;
  }
  return brackets * DENSEST > text.length;
}
const BRACE = 0x7b;
const BRACKET = 0x5b;

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
