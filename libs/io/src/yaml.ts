import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { ZodType } from 'zod';
import { fromSystemError, type UserError } from './errors.ts';
import { innermost, type Issue, MISSING, wordsOf } from './zod-issue.ts';

/** Makes the error of a file. @param what the path of the key, and what is wrong with it @param where file, line and column */
export type YamlFault = (what: string, where: string) => UserError;

export interface Yaml<T> {
  data: T;
  /** File, line and column of a key. */
  placeOf: (keys: readonly PropertyKey[]) => string;
}

/** What a file of YAML, or JSON, says, and where. @throws what `fault` gives; UserError where it cannot be read */
export async function readYaml<T>(path: string, type: ZodType<T>, fault: YamlFault): Promise<Yaml<T>> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return parseYaml(text, path, type, fault);
}

/**
 * What a text of YAML, or JSON, says; an empty one is a map without keys. Of a fault the path is given with dots (sites.0.url), and the
 * place of the key, or of the nearest above it that stands in the text.
 * @param path what the text was read from
 * @throws what `fault` gives
 */
export function parseYaml<T>(text: string, path: string, type: ZodType<T>, fault: YamlFault): Yaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}, line ${line}, column ${col}`;
  };
  const [broken] = document.errors;
  if (broken?.code === 'DUPLICATE_KEY')
    throw fault(`${pathOfKeyAt(broken.pos[0], document)}: the key occurs twice`, at(broken.pos[0]));
  if (broken) throw fault(`not YAML: ${broken.message}`, at(broken.pos[0]));
  const loose = aliasWithoutAnchor(document);
  if (loose) throw fault(`*${loose.name}: no &${loose.name} comes before it`, at(loose.offset));
  const placeOf = (keys: readonly PropertyKey[]) => at(offsetOf(document.contents, keys));
  const { data, error } = type.safeParse(valuesOf(document, path, fault));
  if (!error) return { data, placeOf };
  const said = firstFaults(error.issues.map(innermost));
  throw fault(
    said.map(({ keys, words }) => `${keys.map(String).join('.') || 'the whole'}: ${words}`).join('; '),
    placeOf(said.at(-1)!.keys),
  );
}

/** The first thing that is wrong; where a key is missing, also one beside it that there is not: it may be the same, misspelt. */
function firstFaults([first, ...others]: Issue[]): { keys: PropertyKey[]; words: string }[] {
  const said = (issue: Issue) => ({
    keys: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])],
    words: wordsOf(issue),
  });
  const above = first.path.slice(0, -1).join('.');
  const odd = others.find(({ code, path }) => code === 'unrecognized_keys' && path.join('.') === above);
  return wordsOf(first) === MISSING && odd ? [said(first), said(odd)] : [said(first)];
}

/** The path, with dots, of the key that begins at an offset. */
function pathOfKeyAt(offset: number, document: Document): string {
  let keys: string[] = [];
  visit(document, {
    Pair: (_, pair, above) => {
      if (!isNode(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      const way = [...above, pair];
      keys = way.flatMap((node, i): string[] => {
        if (isPair(node)) return [String(node.key)];
        return isSeq(node) ? [String(node.items.indexOf(way[i + 1]))] : [];
      });
      return visit.BREAK;
    },
  });
  return keys.join('.');
}

function aliasWithoutAnchor(document: Document): { name: string; offset: number | undefined } | undefined {
  const anchors = new Set<string>();
  let found: { name: string; offset: number | undefined } | undefined;
  visit(document, {
    Value: (_, { anchor }) => void (anchor && anchors.add(anchor)),
    Alias: (_, { source, range }) => {
      if (anchors.has(source)) return undefined;
      found = { name: source, offset: range?.[0] };
      return visit.BREAK;
    },
  });
  return found;
}

/** Aliases of aliases may stand for more than fits into memory: the parser refuses those. */
function valuesOf(document: ReturnType<typeof parseDocument>, path: string, fault: YamlFault): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw fault((error as Error).message, path);
  }
}

/** Where the deepest of these keys begins that there is; undefined where not even the first is there. */
function offsetOf(contents: unknown, keys: readonly PropertyKey[]): number | undefined {
  let node = contents;
  let offset: number | undefined;
  for (const key of keys) {
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
    const item = isSeq(node) ? node.items[Number(key)] : undefined;
    const begun = pair?.key ?? item;
    if (!isNode(begun)) break;
    offset = begun.range?.[0];
    node = pair ? pair.value : item;
  }
  return offset;
}
