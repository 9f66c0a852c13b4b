export { Rng, hashString, uuidOf } from './rng.ts';
