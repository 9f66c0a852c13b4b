export { normalTail, TAIL_BITS } from './normal-tail.ts';
export { Rng, hashString, uuidOf } from './rng.ts';
export { ROUNDED_NORMAL_DISTANCE, RoundedNormal } from './rounded-normal.ts';
export { next53, type RandomWords, SecureWords } from './secure-words.ts';
