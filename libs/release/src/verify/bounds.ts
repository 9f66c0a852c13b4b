import { z } from 'zod';

/** No file of a release nests deeper; parsers of what does may take all memory or stack, and end the process. */
const DEEPEST = 100;

/** Whether JSON nests deeper than any file of a release. */
export function isJsonTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === BRACKET || code === BRACE) depth++;
    else if (code === BRACKET + 2 || code === BRACE + 2) depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/**
 * Whether YAML may nest deeper than any policy, or have more tags and anchors than one: by such characters anywhere, and by indentation
 * and indicators of one line. The YAML library's time grows with the square of these.
 */
export function mayYamlBeTooDeep(text: string): boolean {
  if ((text.match(/[[{&!*]/g) ?? []).length > MARKS) return true;
  return text.split('\n').some((line) => {
    const indentation = /^\s*/.exec(line)![0].length;
    return indentation + (line.match(/[-?:](?=\s|$)/g) ?? []).length > 2 * DEEPEST;
  });
}

const MARKS = 500;
const [QUOTE, BACKSLASH, BRACKET, BRACE] = [...'"\\[{'].map((one) => one.charCodeAt(0));

/** An array of at most so many: its length is checked before its items, each of which may have a fault. */
export function arrayUpTo<T extends z.ZodType>(most: number, item: T) {
  return z.array(z.unknown()).max(most).pipe(z.array(item));
}
