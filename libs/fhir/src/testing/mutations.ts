import { Rng } from '@ehrsynth/random';
import {
  ODD_STRINGS,
  ODD_NUMBERS,
  ODD_KEYS,
  ODD_TYPES,
  RETYPED,
  WHOLE,
  LEVELS,
  MOST_LEVELS,
  NESTINGS,
  LONG,
} from './odd-values.ts';
import { ALLERGY, ASKED, BUNDLE_OF_ALL, CLAIM, MIXTURE, PANEL, PARAMETERS, RICH, VACCINE } from './rich-resources.ts';
import { RIGHT, RIGHT_BUNDLE } from './right-resources.ts';

/** A resource that was right, damaged in one to three places. */
export interface Mutation {
  /** What was done to which resource: "Patient: null into name". */
  what: string;
  /** The JSON, as it would stand on a line; seldom not even JSON. */
  text: string;
}

/** A place in a resource: the list or object that holds it, and under which key. */
interface Place {
  holder: Json;
  key: string | number;
  path: string;
}
type Json = Record<string | number, unknown>;
type Operator = (place: Place, rng: Rng) => string;

/** What JSON.stringify cannot write (1e999, a key twice, 100,000 levels), marked until the text is there. */
const RAW = '\uE000';
const TWICE = '\uE001';

/** Right resources of the kinds that are read, and a Bundle, damaged one after the other: the same seed, the same damage. */
export function* mutations(seed: number | string, count = 1000): Generator<Mutation> {
  const rng = new Rng(seed);
  const sources = [
    ...Object.values(RIGHT),
    RIGHT_BUNDLE,
    BUNDLE_OF_ALL,
    PARAMETERS,
    RICH,
    MIXTURE,
    PANEL,
    VACCINE,
    ALLERGY,
    CLAIM,
    ASKED,
  ];
  for (let i = 0; i < count; i++) yield mutateResource(sources[i % sources.length], rng);
}

/** A copy of the resource, damaged in one to three places. */
export function mutateResource(resource: object, rng: Rng): Mutation {
  const type = String((resource as Json).resourceType);
  if (rng.chance(0.02)) return { what: `${type}: another document`, text: pick(WHOLE, rng) };
  const copy = { root: JSON.parse(JSON.stringify(resource)) as unknown };
  const done: string[] = [];
  for (let left = 1 + rng.int(3); left > 0; left--) {
    const places = placesIn(copy, '');
    if (places.length === 0) break;
    const place = pick(places, rng);
    done.push(`${pick(OPERATORS, rng)(place, rng)} ${place.path || 'the whole'}`);
  }
  let text = toText(copy.root);
  if (rng.chance(0.02)) {
    text = text.slice(0, rng.int(text.length));
    done.push('cut off');
  }
  return { what: `${type}: ${done.join(', ')}`, text };
}

const OPERATORS: Operator[] = [
  function remove({ holder, key }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    return 'removed';
  },
  function repeat({ holder, key }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, holder[Number(key)]);
    else set(holder, `${key}${TWICE}`, holder[key]);
    return 'twice';
  },
  function retype({ holder, key }, rng) {
    set(holder, key, structuredClone(pick(RETYPED, rng)));
    return 'another type in';
  },
  function asText({ holder, key }) {
    // Not by its own toString, which another mutation may have made a number.
    const value = holder[key];
    set(holder, key, typeof value === 'object' ? JSON.stringify(value) : String(value));
    return 'text of';
  },
  function wrap({ holder, key }) {
    set(holder, key, [holder[key]]);
    return 'a list around';
  },
  function unwrap({ holder, key }) {
    const value = holder[key];
    if (typeof value !== 'object' || value === null) set(holder, key, { value });
    else set(holder, key, Array.isArray(value) ? { ...value } : Object.values(value));
    return 'list and object changed in';
  },
  function intoList({ holder, key }, rng) {
    const value = holder[key];
    if (Array.isArray(value)) value.splice(rng.int(value.length + 1), 0, structuredClone(pick(RETYPED, rng)));
    else set(holder, key, [null, value]);
    return 'one more in';
  },
  function oddString({ holder, key }, rng) {
    set(holder, key, pick(ODD_STRINGS, rng));
    return 'odd text in';
  },
  function oddNumber({ holder, key }, rng) {
    set(holder, key, raw(pick(ODD_NUMBERS, rng)));
    return 'odd number in';
  },
  function oddKey({ holder, key }, rng) {
    const value = holder[key];
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value);
    set(inside ? (value as Json) : holder, pick(ODD_KEYS, rng), structuredClone(pick(RETYPED, rng)));
    return 'odd key at';
  },
  function sibling({ holder, key }, rng) {
    set(holder, `_${key}`, structuredClone(pick(RETYPED, rng)));
    return 'sibling of';
  },
  function oddType({ holder, key }, rng) {
    const value = holder[key];
    const inside = typeof value === 'object' && value !== null ? (value as Json) : holder;
    set(inside, 'resourceType', pick(ODD_TYPES, rng));
    return 'odd resourceType at';
  },
  function copyAcross(place, rng) {
    const other = pick(placesIn({ root: place.holder }, ''), rng);
    set(place.holder, place.key, structuredClone(other.holder[other.key]));
    return 'another value in';
  },
  function nest({ holder, key }, rng) {
    const [open, close] = pick(NESTINGS, rng);
    const levels = rng.chance(0.1) ? MOST_LEVELS : pick(LEVELS, rng);
    set(holder, key, raw(open.repeat(levels) + toText(holder[key]) + close.repeat(levels)));
    return `${levels} levels around`;
  },
  function lengthen({ holder, key }, rng) {
    const letters = rng.chance(0.05) ? LONG + 1 : 5_000;
    set(holder, key, pick(['x', ' ', 'é', '=', '/'], rng).repeat(letters));
    return 'long text in';
  },
];

/** Every place below a value, the value itself first. */
function placesIn(holder: Json, path: string): Place[] {
  return Object.keys(holder).flatMap((name) => {
    const key = Array.isArray(holder) ? Number(name) : name;
    const at = name === 'root' && path === '' ? '' : path ? `${path}.${name}` : name;
    const value = holder[key];
    const below = typeof value === 'object' && value !== null ? placesIn(value as Json, at) : [];
    return [{ holder, key, path: at }, ...below];
  });
}

/** Sets an own property even where it is called __proto__; what a list cannot hold goes into an object in it. */
function set(holder: Json, key: string | number, value: unknown): void {
  if (Array.isArray(holder) && typeof key === 'string') return void holder.push({ [key]: value });
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function raw(text: string): string {
  return RAW + Buffer.from(text).toString('base64') + RAW;
}

function toText(value: unknown): string {
  return (JSON.stringify(value) ?? 'null')
    .replace(new RegExp(`"${RAW}([^${RAW}]*)${RAW}"`, 'g'), (_, inner: string) =>
      Buffer.from(inner, 'base64').toString(),
    )
    .replaceAll(TWICE, '');
}

function pick<T>(values: readonly T[], rng: Rng): T {
  return values[rng.int(values.length)];
}
