import { Builder } from 'flatbuffers';

/** A column as Arrow has it. */
export type ArrowColumn = [name: string, type: keyof typeof TYPES];

/** Arrow's types, by their number in Schema.fbs and how their table is made. */
const TYPES = {
  int64: [2, (builder: Builder) => intOf(builder, 64)],
  int32: [2, (builder: Builder) => intOf(builder, 32)],
  float32: [3, (builder: Builder) => tableOf(builder, [[0, 1]])],
  float64: [3, (builder: Builder) => tableOf(builder, [[0, 2]])],
  string: [5, (builder: Builder) => tableOf(builder, [])],
  bool: [6, (builder: Builder) => tableOf(builder, [])],
  date32: [8, (builder: Builder) => tableOf(builder, [[0, 0]])],
  'timestamp[us]': [10, (builder: Builder) => tableOf(builder, [[0, 2]])],
  large_string: [20, (builder: Builder) => tableOf(builder, [])],
} satisfies Record<string, [number, (builder: Builder) => number]>;

const METADATA_V5 = 4;
const HEADER_SCHEMA = 1;

/**
 * The schema of a Parquet file as Arrow keeps it in the file's metadata (ARROW:schema), in base64. Parquet has one type of text where
 * Arrow has two, and MEDS demands the second (large_string) of text_value: from this, Arrow knows.
 * @see Arrow's format/Schema.fbs and format/Message.fbs; "Encapsulated message format"
 */
export function arrowSchema(columns: readonly ArrowColumn[]): string {
  const builder = new Builder(1024);
  const fields = columns.map(([name, type]) => fieldOf(builder, name, type));
  builder.startVector(4, fields.length, 4);
  for (const field of fields.toReversed()) builder.addOffset(field);
  const all = builder.endVector();
  builder.startObject(4);
  builder.addFieldOffset(1, all, 0);
  const schema = builder.endObject();
  builder.startObject(5);
  builder.addFieldInt16(0, METADATA_V5, 0);
  builder.addFieldInt8(1, HEADER_SCHEMA, 0);
  builder.addFieldOffset(2, schema, 0);
  builder.finish(builder.endObject());
  return framed(builder.asUint8Array()).toString('base64');
}

function fieldOf(builder: Builder, name: string, type: keyof typeof TYPES): number {
  const [number, make] = TYPES[type];
  const made = make(builder);
  const text = builder.createString(name);
  builder.startVector(4, 0, 4);
  const children = builder.endVector();
  builder.startObject(7);
  builder.addFieldOffset(0, text, 0);
  builder.addFieldInt8(1, 1, 0);
  builder.addFieldInt8(2, number, 0);
  builder.addFieldOffset(3, made, 0);
  builder.addFieldOffset(5, children, 0);
  return builder.endObject();
}

function intOf(builder: Builder, bits: number): number {
  builder.startObject(2);
  builder.addFieldInt32(0, bits, 0);
  builder.addFieldInt8(1, 1, 0);
  return builder.endObject();
}

/** A table of enumerations. */
function tableOf(builder: Builder, values: [slot: number, value: number][]): number {
  builder.startObject(2);
  for (const [slot, value] of values) builder.addFieldInt16(slot, value, -1);
  return builder.endObject();
}

/** The mark of a continued stream, the length, and the message filled up to 8 bytes. */
function framed(message: Uint8Array): Buffer {
  const length = Math.ceil(message.length / 8) * 8;
  const all = Buffer.alloc(8 + length);
  all.writeUInt32LE(0xffffffff, 0);
  all.writeInt32LE(length, 4);
  all.set(message, 8);
  return all;
}
