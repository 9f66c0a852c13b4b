export { mutate } from './mutate.ts';
export { npyBytes, npzBytes, numbersAs, type NpyArray } from './npz.ts';
