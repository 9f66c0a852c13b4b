export { Icd10cm, type Icd10cmEntry } from './icd10cm.ts';
export { normaliseNdc, type NormalisedNdc } from './ndc.ts';
export { NdcDirectory, type NdcProduct } from './ndc-directory.ts';
export { RxNormCrosswalk, type RxNormDrug } from './rxnorm.ts';
export { importFda } from './import-fda.ts';
export { importRxNorm } from './import-rxnorm.ts';
export { Vocabulary, type Dictionary, type FoundCode } from './vocabulary.ts';
export { codeLimits, plausibility, type CodeLimits, type Implausibility } from './plausibility.ts';
export { shippedFolder, userFolder } from './folders.ts';
