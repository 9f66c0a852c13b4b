import { decodeMessage, encodeMessage, type Message } from '@ehrsynth/federation';

/** Bytes of an answer in a row, before they are texts. */
const PIECE_BYTES = 2 ** 20;

/** A piece of a part's answer: the part, the piece's place among those of its answer, and its bytes in base64. */
export type Piece = [part: number, at: number, text: string];

/** The rows that a part's answer travels as. */
export function* piecesOf(part: number, answer: Message): Generator<Piece> {
  const bytes = encodeMessage(answer);
  for (let at = 0; at * PIECE_BYTES < bytes.length; at++)
    yield [part, at, bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES).toString('base64')];
}

/** The answers of such rows by part, whatever their order. */
export async function answersOf(pieces: AsyncIterable<Piece>): Promise<Map<number, Message>> {
  const found = new Map<number, Buffer[]>();
  for await (const [part, at, text] of pieces) {
    if (!found.has(part)) found.set(part, []);
    found.get(part)![at] = Buffer.from(text, 'base64');
  }
  return new Map([...found].map(([part, own]) => [part, decodeMessage(Buffer.concat(own))]));
}
