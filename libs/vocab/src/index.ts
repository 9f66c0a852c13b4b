export { normaliseNdc } from './ndc.ts';
export { codeFormFault } from './code-form/code-form.ts';
export { importFda } from './import-fda.ts';
export { importRxNorm } from './import-rxnorm.ts';
export { RxNormCrosswalk } from './rxnorm.ts';
export { type FoundCode, Vocabulary } from './vocabulary.ts';
export { codeLimits, type CodeLimits, eventLimits, plausibility, RECORD_YEARS, recordLimits } from './plausibility.ts';
export { userFolder } from './folders.ts';
