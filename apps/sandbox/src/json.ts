import { MAX_DEPTH } from './limits.ts';
import { Rejection } from './rejection.ts';

/**
 * A body as JSON; undefined where it is empty.
 * @throws Rejection (400) where it is none, or is nested so deeply that what walks through it would run out of stack
 */
export function parseJson(body: string): unknown {
  if (body === '') return undefined;
  if (isTooDeep(body)) {
    throw Rejection.because(400, 'too-long', `JSON nested deeper than ${MAX_DEPTH} levels is not read`);
  }
  try {
    return JSON.parse(body);
  } catch (error) {
    throw Rejection.because(400, 'structure', `Not JSON: ${(error as Error).message}`);
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** Counts brackets outside of strings: what is no JSON at all is left to the parser. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (OPENING.has(code)) {
      if (++depth > MAX_DEPTH) return true;
    } else if (CLOSING.has(code)) depth--;
  }
  return false;
}

const OPENING = new Set([...'[{'].map((bracket) => bracket.charCodeAt(0)));
const CLOSING = new Set([...']}'].map((bracket) => bracket.charCodeAt(0)));
