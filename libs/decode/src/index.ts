export { learnTimeline } from './learn-timeline.ts';
export { Timeline, saveTimeline, loadTimeline } from './timeline.ts';
export { limitsOf } from './repair.ts';
export { Decoder, type DecodedRow, noRepairs, type Repairs, type DecoderOptions } from './decoder.ts';
export { writtenEncoder } from './written-encoder.ts';
export { WrittenCodes } from './written-codes.ts';
export { Concretizer } from './concretize.ts';
