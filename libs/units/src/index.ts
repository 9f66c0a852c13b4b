export { UCUM } from '@ehrsynth/records';
export { ucumOf } from './spellings.ts';
export { type Conversion, conversionOf, converted } from './conversion.ts';
export { CommonUnits, type CountedUnits, type UnitReport } from './common-unit.ts';
export { withUsualUnit } from './usual-unit.ts';
export { isUcum } from './ucum.ts';
