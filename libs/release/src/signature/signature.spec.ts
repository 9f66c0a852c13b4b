import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testPackage } from '../testing.ts';
import { verifyRelease } from '../verify.ts';
import { newSecretKey, parsePublicKey, publicKeyOf, publicKeyText } from './keys.ts';
import { faultOfSignature, parseMinisig, signatureText } from './minisig.ts';
import { signRelease } from './release-signature.ts';
import { parseSecretKey, secretKeyText } from './secret-key-file.ts';

// All of this was made by minisign 0.11, of the bytes "abc\n"; the key has no password.
const PUBLIC =
  'untrusted comment: minisign public key 4DB0DAA7802CFBB6\nRWS2+yyAp9qwTemWvCgGRcyIH6LQ19ACmaaYt7DcNpb+703iSIAllpoR\n';
const SECRET =
  'untrusted comment: minisign encrypted secret key\nRWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAtvssgKfasE1lcyC5RqkNklyDFiETNc8NZjZSDdaWyWSuqPArZ41Yk+mWvCgGRcyIH6LQ19ACmaaYt7DcNpb+703iSIAllpoRAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
const SIGNATURE =
  'untrusted comment: signature from minisign secret key\nRUS2+yyAp9qwTS++oNnrsaloQGz6OsJTcZ0bk0wUoBzo0faGgvKckplLgTIxC+mseovSN/usi2M+deADIjHWBNqlyNnmdMGlego=\ntrusted comment: timestamp:1795705043\tfile:SHA256SUMS\thashed\niogNQuIKHBmO790gw6HeNwMAqxOkuE3mvfJmB1bH9OszMAS55JsXWCMUF0kVBOBG8Ue/7q/P7YTjC4NVswHjDA==\n';
/** By `minisign -S -l`, of the bytes themselves. */
const LEGACY =
  'untrusted comment: signature from minisign secret key\nRWS2+yyAp9qwTZiZFNJVE+QtYZxcAdF66uTA4G4+k1Iuxozx4T/tiW96gXfyL8CtaCBvnXEhxpUz7NE9+VhyA4AY4w2mi2cbmg8=\ntrusted comment: of the owner\n2SCAo8OtGBHWiDPmACrxBgEDVkW1wOYc+f3PqwRq1qZlS6NMUUHZ+VBYcLtS5rGMtwVHqFbCaPyO3WzAAPM5Dw==\n';
/** The same key under the password "geheim", cheap to try; by `secretKeyText`, and minisign 0.11 has signed with it. */
const LOCKED =
  'untrusted comment: minisign encrypted secret key 4DB0DAA7802CFBB6\nRWRTY0Iy1X+qWiFRbVavKrWqK/hFGZOP6hlE0ttrRjF6cRODFTMAgAAAAAAAAAAAAAEAAAAAM6Cs9paW8wFc6Xj/8l/zx5efCzO1zT2OsLEjPGtvZX2iZPTrQ6YOEb661VFQvaQxCAPE5PSdL19NXhzAOS6jEeL5lghx0rjCHKkm+UGTRMhCwcN3tqoWUDmrpr/O8yR7754XKHr7ihU=\n';

const bytes = Buffer.from('abc\n');
const key = parsePublicKey(PUBLIC);
const nobody = () => Promise.reject(new Error('no password is needed'));
const secret = () => parseSecretKey(SECRET, 'k.key', nobody);

describe('what minisign wrote', () => {
  it('signatures hold, hashed and legacy', () => {
    expect(faultOfSignature(bytes, parseMinisig(SIGNATURE)!, key)).toBeUndefined();
    expect(faultOfSignature(bytes, parseMinisig(LEGACY)!, key)).toBeUndefined();
    expect(faultOfSignature(bytes, parseMinisig(SIGNATURE.replaceAll('\n', '\r\n'))!, key)).toBeUndefined();
    expect(parseMinisig(LEGACY)!.trustedComment).toBe('of the owner');
  });

  it('its key signs here as it does there', async () => {
    const own = signatureText(bytes, await secret(), 'timestamp:1795705043\tfile:SHA256SUMS\thashed');
    expect(own.split('\n').slice(1)).toEqual(SIGNATURE.split('\n').slice(1));
    expect(publicKeyText(publicKeyOf(await secret()))).toBe(PUBLIC);
  });

  it('a key under a password opens with it alone', async () => {
    const opened = await parseSecretKey(LOCKED, 'k.key', () => Promise.resolve('geheim'));
    expect(publicKeyText(publicKeyOf(opened))).toBe(PUBLIC);
    const wrong = parseSecretKey(LOCKED, 'k.key', () => Promise.resolve('Geheim'));
    await expect(wrong).rejects.toThrow(/The password does not open the key[\s\S]*at k\.key/);
  });
});

describe('keys', () => {
  it('new ones read back, with a password and without, and no two are the same', async () => {
    const made = newSecretKey();
    const cost = { operations: 32_768, memory: 1 << 24 };
    for (const password of [undefined, 'geheim']) {
      const again = await parseSecretKey(await secretKeyText(made, password, cost), 'k', async () => password!);
      expect([again.id, again.seed]).toEqual([made.id, made.seed]);
    }
    expect(newSecretKey().id).not.toEqual(made.id);
    expect(newSecretKey().seed).not.toEqual(made.seed);
    expect(await secretKeyText(made, 'geheim', cost)).not.toBe(await secretKeyText(made, 'geheim', cost));
  });

  it.each(['', 'RWS2', SIGNATURE, SECRET, PUBLIC.replace('RWS2', 'RUS2'), `${PUBLIC}more`])(
    'not a public key: %j',
    (text) => {
      expect(() => parsePublicKey(text, 'k.pub')).toThrow(/Not a public key in minisign’s format\n {2}at k\.pub/);
    },
  );

  it.each([
    ['', 'Not a secret key'],
    [PUBLIC, 'Not a secret key'],
    [SECRET.replace('RWQAAEIy', 'RWQAAEIz'), 'Not a secret key'],
    [SECRET.replace('7DcNpb+70', '7DcNpb+71'), 'its public half belongs to a different key'],
    [expensive(), 'more memory or time'],
  ])('not a secret key: %j', async (text, words) => {
    await expect(parseSecretKey(text, 'k.key', () => Promise.resolve('geheim'))).rejects.toThrow(words);
  });

  it('the second line of a public key is enough', () => {
    expect(parsePublicKey(PUBLIC.split('\n')[1])).toEqual(key);
  });
});

/** LOCKED, asking for 2⁵⁶ operations. */
function expensive(): string {
  const [comment, base64] = LOCKED.split('\n');
  const file = Buffer.from(base64, 'base64');
  file[6 + 32 + 7] = 1;
  return `${comment}\n${file.toString('base64')}\n`;
}

describe('a signed package', () => {
  const { at, append, edit, folder, restore } = testPackage();
  const NAME = 'SHA256SUMS.minisig';
  const check = (publicKey = key) => verifyRelease(folder(), { publicKey });

  it('is whole with the key of its owner, and says when it was signed', async () => {
    await signRelease(folder(), await secret(), 1_700_000_000);
    const { faults, signature, files } = await check();
    expect([faults, files]).toEqual([[], 10]);
    expect(signature).toEqual({
      state: 'good',
      keyId: '4DB0DAA7802CFBB6',
      comment: 'timestamp:1700000000 file:SHA256SUMS hashed',
    });
    expect(await verifyRelease(folder())).toMatchObject({
      faults: [],
      signature: { state: 'not checked', keyId: '4DB0DAA7802CFBB6' },
    });
  });

  it.each<[what: string, change: () => unknown, fault: string]>([
    ['no signature', () => rmSync(at(NAME)), 'missing; this package is not signed'],
    [
      'a signature of other bytes',
      () => writeFileSync(at(NAME), SIGNATURE),
      'not a signature of these bytes by this key',
    ],
    ['checksums that were changed', () => append('SHA256SUMS', '\n'), 'not a signature of these bytes by this key'],
    [
      'a trusted comment that was changed',
      () => edit(NAME, 'timestamp:1', 'timestamp:2'),
      'its trusted comment was changed after it was signed',
    ],
    ['text', () => writeFileSync(at(NAME), 'signed, the owner'), 'not a minisign signature'],
    [
      'half a signature',
      () => writeFileSync(at(NAME), readFileSync(at(NAME)).subarray(0, 150)),
      'not a minisign signature',
    ],
    ['no checksums', () => rmSync(at('SHA256SUMS')), 'there is no SHA256SUMS to check it against'],
  ])('not with %s', async (_, change, fault) => {
    await signRelease(folder(), await secret());
    change();
    const { faults, signature } = await check();
    expect(faults).toContainEqual(expect.stringMatching(RegExp(`^SHA256SUMS\\.minisig: ${fault}`)));
    expect(['bad', 'absent']).toContain(signature.state);
  });

  it('not by another key, nor by one that says it is this one', async () => {
    const other = newSecretKey();
    await signRelease(folder(), other);
    expect((await check()).faults).toEqual([
      expect.stringMatching(/: signed with the key [0-9A-F]{16}; the key given is 4DB0DAA7802CFBB6$/),
    ]);
    restore();
    await signRelease(folder(), { ...other, id: key.id });
    expect((await check()).faults).toEqual([expect.stringContaining('not a signature of these bytes by this key')]);
  });

  it('a broken signature is a fault without a key, too; its comment cannot act on a terminal', async () => {
    writeFileSync(at(NAME), 'signed');
    expect((await verifyRelease(folder())).faults).toEqual([expect.stringContaining('not a minisign signature')]);
    const text = signatureText(readFileSync(at('SHA256SUMS')), await secret(), '\u001b[2J all is well');
    writeFileSync(at(NAME), text);
    expect((await check()).signature).toMatchObject({ comment: '\\u001b[2J all is well' });
  });

  it('a package of other files does not pass by its signature', async () => {
    await signRelease(folder(), await secret());
    append('data/t.csv', '3,4\n');
    expect((await check()).faults).toContainEqual(
      expect.stringContaining('data/t.csv: its checksum differs from that in SHA256SUMS'),
    );
  });
});
