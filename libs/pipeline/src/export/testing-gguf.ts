import { writeFileSync } from 'node:fs';
import { Rng } from '@ehrsynth/random';

/** Kinds of values of a GGUF file. @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const [UINT32, INT32, FLOAT32, STRING, ARRAY] = [4, 5, 6, 8, 9];
/** Kinds of tokens of SentencePiece. */
const [NORMAL, UNKNOWN, CONTROL, BYTE] = [1, 2, 3, 6];
const [WIDTH, LAYERS, HEADS, INNER] = [32, 2, 4, 64];

/**
 * Writes a LLaMA of two layers whose weights are drawn at random: a model that runs, and says nothing. Its tokens are bytes and words.
 */
export function writeTinyModel(path: string, words: readonly string[], seed = 1): void {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...words.map((word) => `▁${word}`)];
  const kinds = tokens.map((_, i) => (i === 0 ? UNKNOWN : i < 3 ? CONTROL : i < 259 ? BYTE : NORMAL));
  const values: Buffer[] = [
    pair('general.architecture', STRING, text('llama')),
    ...Object.entries({
      context_length: 2048,
      embedding_length: WIDTH,
      block_count: LAYERS,
      feed_forward_length: INNER,
      'attention.head_count': HEADS,
      'rope.dimension_count': WIDTH / HEADS,
    }).map(([name, value]) => pair(`llama.${name}`, UINT32, uint32(value))),
    pair('llama.attention.layer_norm_rms_epsilon', FLOAT32, floats([1e-5])),
    pair('tokenizer.ggml.model', STRING, text('llama')),
    pair('tokenizer.ggml.tokens', ARRAY, array(STRING, tokens.map(text))),
    pair('tokenizer.ggml.scores', ARRAY, array(FLOAT32, [floats(tokens.map((_, i) => -i))], tokens.length)),
    pair('tokenizer.ggml.token_type', ARRAY, array(INT32, kinds.map(uint32))),
    pair('tokenizer.ggml.unknown_token_id', UINT32, uint32(0)),
    pair('tokenizer.ggml.bos_token_id', UINT32, uint32(1)),
    pair('tokenizer.ggml.eos_token_id', UINT32, uint32(2)),
  ];
  const shapes: [name: string, shape: number[]][] = [
    ['token_embd.weight', [WIDTH, tokens.length]],
    ['output_norm.weight', [WIDTH]],
    ['output.weight', [WIDTH, tokens.length]],
    ...Array.from({ length: LAYERS }, (_, i) => layer(`blk.${i}`)).flat(),
  ];
  const rng = new Rng(seed);
  let offset = 0;
  const infos: Buffer[] = [];
  const tensors: Buffer[] = [];
  for (const [name, shape] of shapes) {
    const numbers = Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
      shape.length > 1 ? rng.next() - 0.5 : 1,
    );
    const tensor = padded(floats(numbers), 32);
    infos.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset));
    tensors.push(tensor);
    offset += tensor.length;
  }
  const head = [Buffer.from('GGUF'), uint32(3), uint64(shapes.length), uint64(values.length), ...values, ...infos];
  writeFileSync(path, Buffer.concat([padded(Buffer.concat(head), 32), ...tensors]));
}

function layer(name: string): [name: string, shape: number[]][] {
  return [
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part): [string, number[]] => [part, [WIDTH, WIDTH]]),
    ...['attn_norm', 'ffn_norm'].map((part): [string, number[]] => [part, [WIDTH]]),
    ...['ffn_gate', 'ffn_up'].map((part): [string, number[]] => [part, [WIDTH, INNER]]),
    ['ffn_down', [INNER, WIDTH]] satisfies [string, number[]],
  ].map(([part, shape]) => [`${name}.${part as string}.weight`, shape as number[]]);
}

function pair(key: string, kind: number, value: Buffer): Buffer {
  return Buffer.concat([text(key), uint32(kind), value]);
}

function array(kind: number, values: readonly Buffer[], length = values.length): Buffer {
  return Buffer.concat([uint32(kind), uint64(length), ...values]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function floats(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

function padded(buffer: Buffer, to: number): Buffer {
  return Buffer.concat([buffer, Buffer.alloc((to - (buffer.length % to)) % to)]);
}
