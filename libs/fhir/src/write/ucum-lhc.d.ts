/** What we use of the National Library of Medicine's library, which comes without types. */
declare module '@lhncbc/ucum-lhc' {
  interface Utils {
    validateUnitString(unit: string): { status: 'valid' | 'invalid' | 'error'; ucumCode: string | null };
  }
  const ucum: { UcumLhcUtils: { getInstance(): Utils } };
  export default ucum;
}
