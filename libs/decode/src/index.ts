export { learnTimeline } from './learn-timeline.ts';
export { Timeline, saveTimeline, loadTimeline } from './timeline.ts';
export { Decoder, type DecodedRow, type Repairs } from './decoder.ts';
