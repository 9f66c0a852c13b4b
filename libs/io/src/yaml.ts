import { readFile } from 'node:fs/promises';
import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ZodType } from 'zod';
import { fromSystemError, type UserError } from './errors.ts';

/** Makes the error of a file. @param what the path of the key, and what is wrong with it @param where file, line and column */
export type YamlFault = (what: string, where: string) => UserError;

export interface Yaml<T> {
  data: T;
  /** File, line and column of a key. */
  placeOf: (keys: readonly PropertyKey[]) => string;
}

/** What a file of YAML, or JSON, says. @throws what `fault` gives; UserError where it cannot be read */
export async function readYaml<T>(path: string, type: ZodType<T>, fault: YamlFault): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return parseYaml(text, path, type, fault).data;
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
  if (broken) throw fault(`not YAML: ${broken.message}`, at(broken.pos[0]));
  const placeOf = (keys: readonly PropertyKey[]) => at(offsetOf(document.contents, keys));
  const { data, error } = type.safeParse(valuesOf(document, path, fault));
  if (!error) return { data, placeOf };
  const [issue] = error.issues;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const keys = [...issue.path, ...unknown];
  throw fault(`${keys.map(String).join('.') || 'the whole'}: ${wordsOf(issue)}`, placeOf(keys));
}

function wordsOf({ code, message }: { code: string; message: string }): string {
  if (code === 'unrecognized_keys') return 'there is no such key';
  return /received undefined$/.test(message) ? 'it is missing' : message;
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
