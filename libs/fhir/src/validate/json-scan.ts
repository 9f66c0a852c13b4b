/** What JSON.parse does not say of a text that it could read. */
export interface JsonScan {
  /** Paths of the keys that an object has twice: `.name[0].family`. */
  duplicates: string[];
  /** Lists and objects that stand in one another, at the deepest place. */
  depth: number;
  /** Paths of whole numbers with a fraction or an exponent (1.0, 1e0), which JSON.parse gives as 1. */
  fractions: string[];
}

const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const LETTER_E = 101;
const TO_SMALL = 32;
const NUMBER_END = /[^\d.eE+-]/g;
/** Keys of an object up to which each is compared with all before it. */
const FEW = 12;

/** Depth at which the scan ends: such a text is refused anyway. */
const TOO_DEEP = 10_000;

/** A list or an object that is open. */
interface Level {
  isList: boolean;
  /** Of a list: the place of its current element. */
  index: number;
  /** Of an object: its keys so far, the current one last. */
  keys: string[];
  /** The same, where there are many. */
  set: Set<string> | undefined;
}

/**
 * Finds the keys that an object has twice, of which JSON.parse keeps the last without a word, whole numbers that are written
 * as others, and how deep a text is. Takes time in proportion to its length, and ends at 10,000 levels.
 * @param text JSON that can be parsed
 * @param isWhole whether the value of a key may have to be a whole number: of others no fraction is reported
 */
export function scanJson(text: string, isWhole: (key: string) => boolean = () => false): JsonScan {
  const duplicates: string[] = [];
  const fractions: string[] = [];
  const levels: Level[] = [];
  let deepest = 0;
  let level: Level | undefined;
  let depth = 0;
  let isKeyNext = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      const end = endOfString(text, i);
      if (isKeyNext) {
        addKey(level!, text.slice(i + 1, end), () => duplicates.push(pathOf(levels, depth)));
        isKeyNext = false;
      }
      i = end;
    } else if (char === OPEN_OBJECT || char === OPEN_LIST) {
      level = levels[depth] ??= { isList: false, index: 0, keys: [], set: undefined };
      level.isList = char === OPEN_LIST;
      level.index = 0;
      level.keys.length = 0;
      level.set = undefined;
      isKeyNext = !level.isList;
      if (++depth > deepest) deepest = depth;
      if (depth > TOO_DEEP) break;
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) {
      level = levels[--depth - 1];
      isKeyNext = false;
    } else if (char === COMMA) {
      if (level!.isList) level!.index++;
      else isKeyNext = true;
    } else if (char === COLON) isKeyNext = false;
    else if (level && (char === POINT || (char | TO_SMALL) === LETTER_E) && isDigit(text, i - 1)) {
      const key = (level.isList ? levels[depth - 2] : level)?.keys.at(-1);
      const end = endOfNumber(text, i);
      if (key !== undefined && isWhole(key) && Number.isInteger(Number(text.slice(startOfNumber(text, i), end))))
        fractions.push(pathOf(levels, depth));
      i = end - 1;
    }
  }
  return { duplicates, depth: deepest, fractions };
}

function isDigit(text: string, at: number): boolean {
  const char = text.charCodeAt(at);
  return char >= DIGIT_0 && char <= DIGIT_9;
}

function startOfNumber(text: string, at: number): number {
  let start = at;
  while (isDigit(text, start - 1) || text[start - 1] === '-') start--;
  return start;
}

function endOfNumber(text: string, at: number): number {
  NUMBER_END.lastIndex = at;
  return NUMBER_END.exec(text)?.index ?? text.length;
}

/** The place of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
}

function addKey(level: Level, written: string, onTwice: () => void): void {
  const key = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
  const { keys } = level;
  if (keys.length === FEW) level.set = new Set(keys);
  const isThere = level.set ? level.set.has(key) : keys.includes(key);
  keys.push(key);
  level.set?.add(key);
  if (isThere) onTwice();
}

function pathOf(levels: Level[], depth: number): string {
  return levels
    .slice(0, depth)
    .map(({ isList, index, keys }) => (isList ? `[${index}]` : `.${keys.at(-1)!.slice(0, 60)}`))
    .join('');
}
