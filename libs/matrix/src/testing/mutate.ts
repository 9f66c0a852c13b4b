import type { Rng } from '@ehrsynth/random';

/** Numbers that lengths, offsets and counts are checked against too rarely. */
const NUMBERS = [0, 1, -1, 127, 255, 65_535, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1, 2 ** 40, 2 ** 53];
const VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  2 ** 40,
  '',
  'x',
  '__proto__',
  '../../x',
  [],
  {},
  [null],
  { a: 1 },
];
const MOST_CUT = 64;

/**
 * A file with one random change, as damage or an attacker would make it: bytes flipped, overwritten, cut out, doubled or cut off; of a
 * JSON file half the time a value replaced, removed, doubled or renamed instead. The same seed gives the same change.
 */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  if (rng.chance(0.5)) {
    const json = parsed(bytes);
    if (json !== undefined) return new TextEncoder().encode(JSON.stringify(editJson(json, rng)));
  }
  return rng.pick(BYTE_EDITS)(Uint8Array.from(bytes), rng);
}

type ByteEdit = (bytes: Uint8Array, rng: Rng) => Uint8Array;

const BYTE_EDITS: ByteEdit[] = [
  function flipBits(bytes, rng) {
    const flips = 1 + rng.int(4);
    for (let i = 0; i < flips && bytes.length > 0; i++) bytes[rng.int(bytes.length)] ^= 1 << rng.int(8);
    return bytes;
  },
  function overwriteNumber(bytes, rng) {
    const size = rng.pick([2, 4, 8]);
    if (bytes.length < size) return bytes;
    const view = new DataView(bytes.buffer);
    const at = rng.int(bytes.length - size + 1);
    const value = BigInt(rng.pick(NUMBERS));
    if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
    else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
    else view.setBigInt64(at, BigInt.asIntN(64, value), true);
    return bytes;
  },
  function cutOff(bytes, rng) {
    return bytes.slice(0, rng.int(bytes.length + 1));
  },
  function cutOut(bytes, rng) {
    const at = rng.int(bytes.length + 1);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + rng.int(MOST_CUT)));
  },
  function double(bytes, rng) {
    const at = rng.int(bytes.length + 1);
    return joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 1 - rng.int(MOST_CUT))));
  },
  function swap(bytes, rng) {
    if (bytes.length === 0) return bytes;
    const [a, b] = [rng.int(bytes.length), rng.int(bytes.length)];
    [bytes[a], bytes[b]] = [bytes[b], bytes[a]];
    return bytes;
  },
];

/** One edit of the JSON, somewhere in it. */
function editJson(json: unknown, rng: Rng): unknown {
  const places: [parent: Record<string, unknown>, key: string][] = [];
  const collect = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      collect((value as Record<string, unknown>)[key]);
    }
  };
  collect(json);
  if (places.length === 0 || rng.chance(0.02)) return rng.pick(VALUES);
  const [parent, key] = rng.pick(places);
  rng.pick(JSON_EDITS)(parent, key, rng);
  return json;
}

const JSON_EDITS: ((parent: Record<string, unknown>, key: string, rng: Rng) => void)[] = [
  function replace(parent, key, rng) {
    parent[key] = rng.pick(VALUES);
  },
  function change(parent, key, rng) {
    const value = parent[key];
    if (typeof value === 'number') parent[key] = rng.pick([-value, value + 1, value * 1e6, rng.pick(NUMBERS)]);
    else if (typeof value === 'string') parent[key] = `${value.slice(1)}é\u0000`;
    else parent[key] = [value];
  },
  function remove(parent, key) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  function duplicate(parent, key) {
    if (Array.isArray(parent)) parent.splice(Number(key), 0, parent[Number(key)]);
    else parent[`${key}2`] = parent[key];
  },
  function rename(parent, key) {
    const value = parent[key];
    if (!Array.isArray(parent)) delete parent[key];
    if (!Array.isArray(parent)) parent[`_${key}`] = value;
  },
];

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
