export { civilOf, dayNumber, minuteOf, NO_DAY, weekdayOf } from './days.ts';
export { Dictionary, type KindCode, Texts } from './dictionary.ts';
export { FEMALE, Histories, type HistoryArrays, type LeftOut, MALE } from './histories.ts';
export { HistoriesBuilder } from './builder.ts';
export { readHistories } from './read.ts';
export { sampleHistories, splitHistories } from './sample.ts';
export { distinct, visitCodes, type VisitCodes } from './visit-codes.ts';
export { type RecordVisits, type Visit, visitsOf, type DatedEvent } from './visits.ts';
export type { EntryNumbers } from './growing.ts';
