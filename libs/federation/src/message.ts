import { z } from 'zod';

/** Named numbers: weights, their changes, counts. */
export type Numbers = Record<string, Float32Array | Float64Array>;

/** What a coordinator asks and a site answers: plain data, and numbers. */
export interface Message {
  head: Record<string, unknown>;
  numbers: Numbers;
}

const MAGIC = 'EHRSYNT1';
/** Bytes before the head: the magic word and the head's length. */
const FIRST = MAGIC.length + 4;
const TYPES = { f4: Float32Array, f8: Float64Array } as const;

const Head = z.object({
  head: z.record(z.string(), z.unknown()),
  numbers: z.array(
    z.object({
      name: z.string().max(200),
      type: z.enum(['f4', 'f8']),
      length: z
        .number()
        .int()
        .min(0)
        .max(2 ** 31),
    }),
  ),
});

/** Bytes that are no message. */
export class BrokenMessageError extends Error {}

/** The bytes of a message: a magic word, the length of a JSON head, the head, and the numbers in its order, little-endian. */
export function encodeMessage({ head, numbers }: Message): Buffer {
  const entries = Object.entries(numbers);
  const listed = entries.map(([name, own]) => ({
    name,
    type: own instanceof Float32Array ? 'f4' : 'f8',
    length: own.length,
  }));
  const json = Buffer.from(JSON.stringify({ head, numbers: listed }));
  const first = Buffer.alloc(FIRST);
  first.write(MAGIC);
  first.writeUInt32LE(json.length, MAGIC.length);
  const parts = entries.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength));
  return Buffer.concat([first, json, ...parts]);
}

/** @throws BrokenMessageError where it is none, is cut short or too long, or a number is not finite */
export function decodeMessage(bytes: Buffer): Message {
  if (bytes.length < FIRST || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new BrokenMessageError('it does not begin like a message');
  let at = FIRST + bytes.readUInt32LE(MAGIC.length);
  if (at > bytes.length) throw new BrokenMessageError('it is truncated');
  const { head, numbers: listed } = headOf(bytes.toString('utf8', FIRST, at));
  const numbers: Numbers = {};
  for (const { name, type, length } of listed) {
    const end = at + length * TYPES[type].BYTES_PER_ELEMENT;
    if (end > bytes.length) throw new BrokenMessageError('it is truncated');
    if (Object.hasOwn(numbers, name)) throw new BrokenMessageError(`it has ${name} twice`);
    const own = new TYPES[type](Uint8Array.from(bytes.subarray(at, end)).buffer);
    const wrong = own.findIndex((number: number) => !Number.isFinite(number));
    if (wrong >= 0) throw new BrokenMessageError(`${name} contains ${own[wrong]}, which is not a finite number`);
    Object.defineProperty(numbers, name, { value: own, enumerable: true });
    at = end;
  }
  if (at !== bytes.length) throw new BrokenMessageError('it is longer than it states');
  return { head, numbers };
}

function headOf(text: string): z.infer<typeof Head> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BrokenMessageError('its head is not JSON');
  }
  const { data, error } = Head.safeParse(json);
  if (error) throw new BrokenMessageError(`its head is not valid: ${error.issues[0].message}`);
  return data;
}
