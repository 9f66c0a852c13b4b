import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export type ValueType = 'float32' | 'int32' | 'bool' | 'int64' | 'bfloat16';
/** An attribute of a node: whole numbers, or one. ONNX has other kinds, which none of our operations needs but `float`. */
export type Attribute = number | number[] | { float: number };

export interface ModelNode {
  operator: string;
  inputs: string[];
  output: string;
  attributes: Record<string, Attribute>;
}

export interface ModelValue {
  name: string;
  type: ValueType;
  rank: number;
}

/** A constant of the graph: float32 or int64, of any shape. */
export interface ModelConstant {
  name: string;
  type: 'float32' | 'int64';
  shape: number[];
  values: number[];
}

export interface Model {
  nodes: ModelNode[];
  inputs: ModelValue[];
  outputs: ModelValue[];
  constants: ModelConstant[];
}

/** Version 9 of the format, and 18 of its operators, which every ONNX Runtime since 1.15 reads. */
const FORMAT_VERSION = 9;
const OPERATOR_VERSION = 18;
const TYPE: Record<ValueType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, bfloat16: 16 };
const ATTRIBUTE = { float: 1, int: 2, ints: 7 };

/**
 * A graph in ONNX's file format; lengths of its inputs and outputs stay open, so that one graph serves batches of any size.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function encodeModel({ nodes, inputs, outputs, constants }: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(FORMAT_VERSION);
  writer.tag(8, WireType.LengthDelimited).fork().tag(2, WireType.Varint).int64(OPERATOR_VERSION).join();
  writer.tag(7, WireType.LengthDelimited).fork();
  writer.tag(2, WireType.LengthDelimited).string('step');
  nodes.forEach((node) => writeNode(writer, node));
  constants.forEach((constant) => writeConstant(writer, constant));
  inputs.forEach((value) => writeValue(writer, 11, value));
  outputs.forEach((value) => writeValue(writer, 12, value));
  return writer.join().finish();
}

function writeNode(writer: BinaryWriter, { operator, inputs, output, attributes }: ModelNode): void {
  writer.tag(1, WireType.LengthDelimited).fork();
  inputs.forEach((input) => writer.tag(1, WireType.LengthDelimited).string(input));
  writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(4, WireType.LengthDelimited).string(operator);
  for (const [name, value] of Object.entries(attributes)) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    if (Array.isArray(value)) {
      value.forEach((one) => writer.tag(8, WireType.Varint).int64(one));
      writer.tag(20, WireType.Varint).int32(ATTRIBUTE.ints);
    } else if (typeof value === 'object') {
      writer.tag(2, WireType.Bit32).float(value.float);
      writer.tag(20, WireType.Varint).int32(ATTRIBUTE.float);
    } else {
      writer.tag(3, WireType.Varint).int64(value);
      writer.tag(20, WireType.Varint).int32(ATTRIBUTE.int);
    }
    writer.join();
  }
  writer.join();
}

function writeConstant(writer: BinaryWriter, { name, type, shape, values }: ModelConstant): void {
  const raw = type === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
  writer.tag(5, WireType.LengthDelimited).fork();
  shape.forEach((length) => writer.tag(1, WireType.Varint).int64(length));
  writer.tag(2, WireType.Varint).int32(TYPE[type]);
  writer.tag(8, WireType.LengthDelimited).string(name);
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(raw.buffer));
  writer.join();
}

function writeValue(writer: BinaryWriter, field: number, { name, type, rank }: ModelValue): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(name);
  writer.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int32(TYPE[type]);
  writer.tag(2, WireType.LengthDelimited).fork();
  for (let axis = 0; axis < rank; axis++) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(2, WireType.LengthDelimited).string(`${name}_${axis}`).join();
  }
  writer.join().join().join().join();
}
