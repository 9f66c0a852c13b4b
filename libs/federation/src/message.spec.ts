import { describe, expect, it } from 'vitest';
import { BrokenMessageError, decodeMessage, encodeMessage } from './message.ts';

const message = {
  head: { ask: 'round', stretch: { epoch: 1 } },
  numbers: { weights: Float32Array.of(1, -2.5, 3), counts: Float64Array.of(0.1, 1e300), none: new Float32Array() },
};

describe('a message', () => {
  it('comes back as it was sent, with its numbers to the last bit', () => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it.each([NaN, Infinity])('with %d among its numbers is refused, and the numbers are named', (wrong) => {
    const bytes = encodeMessage({ head: {}, numbers: { 'first.bias': Float32Array.of(1, wrong) } });
    expect(() => decodeMessage(bytes)).toThrow(new RegExp(`first.bias contains ${wrong}`));
  });

  it('that is cut short, too long or something else is refused', () => {
    const bytes = encodeMessage(message);
    const wrong = [
      bytes.subarray(0, 5),
      bytes.subarray(0, 30),
      bytes.subarray(0, bytes.length - 1),
      Buffer.concat([bytes, Buffer.alloc(4)]),
      Buffer.from('GET / HTTP/1.1 and more'),
      Buffer.concat([bytes.subarray(0, 12), Buffer.from('{'.repeat(bytes.length))]),
    ];
    for (const one of wrong) expect(() => decodeMessage(Buffer.from(one))).toThrow(BrokenMessageError);
  });

  it('cannot name a number that all objects have', () => {
    const text = encodeMessage({ head: {}, numbers: { ab_proto_c: Float32Array.of(1) } }).toString('latin1');
    const { numbers } = decodeMessage(Buffer.from(text.replace('ab_proto_c', '__proto__ '), 'latin1'));
    expect(Object.getPrototypeOf(numbers)).toBe(Object.prototype);
  });
});
