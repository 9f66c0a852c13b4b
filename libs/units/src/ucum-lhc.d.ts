/** What we use of it. */
declare module '@lhncbc/ucum-lhc' {
  interface Validation {
    status: 'valid' | 'invalid' | 'error';
    ucumCode: string | null;
  }
  interface Conversion {
    status: 'succeeded' | 'failed' | 'error';
    toVal: number | null;
  }
  interface Utils {
    validateUnitString(unit: string): Validation;
    convertUnitTo(from: string, value: number, to: string, suggest: boolean, molarMass?: number): Conversion;
  }
  const ucum: { UcumLhcUtils: { getInstance(): Utils } };
  export default ucum;
}
