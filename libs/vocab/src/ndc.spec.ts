import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseNdc } from './ndc.ts';
import { NdcDirectory } from './ndc-directory.ts';

describe('normaliseNdc', () => {
  it.each([
    ['0002-1200-30', '00002120030'],
    ['50242-040-62', '50242004062'],
    ['60575-4112-1', '60575411201'],
    ['60575-4112-01', '60575411201'],
    ['51079030020', '51079030020'],
    ['051079030020', '51079030020'],
    ['00093-1048-01', '00093104801'],
    ['0093-1048-01', '00093104801'],
    ['93-1048-1', '00093104801'],
    ['0093-1048-1', '00093104801'],
    ['00093-1048-1', '00093104801'],
    ['0093 1048 01', '00093104801'],
    ['0093.1048.01', '00093104801'],
    ['0093/1048/01', '00093104801'],
    ['0093\u20131048\u201301', '00093104801'],
    ['0093 - 1048 - 01', '00093104801'],
    ['0093-1048-*1', '00093104801'],
    ['*0093-1048-01', '00093104801'],
    ['NDC 0093-1048-01', '00093104801'],
    ['NDC: 00093104801', '00093104801'],
    ['ndc#0093-1048-01', '00093104801'],
    ['NDC 10370-0101-01', '10370010101'],
    ['NDC-11: 10370010101', '10370010101'],
    ['N400093104801', '00093104801'],
    ['00093104801.0', '00093104801'],
    [' 00093104801\t', '00093104801'],
  ])('reads %s as the package %s', (text, ndc11) => {
    expect(normaliseNdc(text)).toEqual({ kind: 'package', ndc11, product9: ndc11.slice(0, 9) });
  });

  it.each([
    ['0002-1200', '000021200'],
    ['50242-040', '502420040'],
    ['60575-4112', '605754112'],
  ])('reads %s as the product %s', (text, product9) => {
    expect(normaliseNdc(text)).toEqual({ kind: 'product', product9 });
  });

  it('reports ten bare digits as ambiguous, with the three readings', () => {
    expect(normaliseNdc('0002120030')).toEqual({
      kind: 'ambiguous',
      candidates: ['00002120030', '00021020030', '00021200300'],
    });
  });

  it('reports eight digits, whose zeros were lost, as ambiguous', () => {
    expect(normaliseNdc('93104801')).toMatchObject({ candidates: expect.arrayContaining(['00093104801']) });
    expect(NdcDirectory.load().find('93104801')?.product9).toBe('000931048');
  });

  it.each([
    ...['', '0', '-', '123-45', '12345-678-9x', '1234567890123', 'UNKNOWN', 'nan', 'None', 'NDC', 'N4', '2020-01-02'],
    ...['00000000000', '0000000000', '00000-0000-00', '0000-0000', '0000-0000-01', '99999999999', '99999-9999-99'],
    ...['99999999', '11111111111', '0009-3104-801', '0093-1048-01-2', '9.3104801e+07', '-1', '*', '**-*-*'],
  ])('refuses %j', (text) => {
    expect(normaliseNdc(text)).toEqual({ kind: 'invalid' });
  });

  it('gives the same 11 digits for every written form of one code', () => {
    const digits = (n: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${n - 1}}$`));
    fc.assert(
      fc.property(digits(4), digits(4), digits(2), (labeler, product, pack) => {
        fc.pre(new Set(labeler + product + pack).size > 1);
        const expected = `0${labeler}${product}${pack}`;
        expect(normaliseNdc(`${labeler}-${product}-${pack}`)).toMatchObject({ ndc11: expected });
        expect(normaliseNdc(expected)).toMatchObject({ ndc11: expected });
        expect(normaliseNdc(`${labeler}${product}${pack}`)).toMatchObject({
          candidates: expect.arrayContaining([expected]),
        });
      }),
    );
  });
});

describe('NdcDirectory', () => {
  const directory = NdcDirectory.load();

  it('gives ingredient, strength, form, route and ATC class of a product', () => {
    expect(directory.find('68180-513-01')).toMatchObject({
      ingredients: ['lisinopril'],
      strength: '5 mg/1',
      form: 'tablet',
      routes: ['oral'],
      atc: 'C09AA03',
    });
  });

  it.each([
    ['000543270', 'fluticasone propionate', 'nasal', 'R01AD08'],
    ['001730600', 'fluticasone propionate', 'respiratory (inhalation)', 'R03BA05'],
    ['003780255', 'albuterol sulfate', 'oral', 'R03CC02'],
    ['681800513', 'lisinopril', 'oral', 'C09AA03'],
  ])('%s, %s, %s: its ATC class is %s', (ndc, ingredient, route, atc) => {
    expect(directory.find(ndc)).toMatchObject({ ingredients: [ingredient], routes: [route], atc });
  });

  it('gives no class for a route by which an ingredient has none, and none where routes differ in it', () => {
    const row = (product: string, routes: string) => [product, 'Name', 'x', '', 'form', routes, '01'];
    const routes = ['oral', 'topical', 'auricular (otic)', 'oral; topical', 'oral; vaginal'];
    const rows = [['x', 'A01AA01'], ['x', 'D01AA01', 'topical; cutaneous']];
    const own = new NdcDirectory(routes.map((route, i) => row(`00000000${i}`, route)), rows);
    expect([...own].map(({ atc }) => atc)).toEqual(['A01AA01', 'D01AA01', undefined, undefined, 'A01AA01']);
  });

  it('settles ambiguous digits where only one reading is a product', () => {
    expect(directory.find('6818051301')?.product9).toBe('681800513');
  });

  it('has more than 500 commonly prescribed products, each with ingredient, form and packages', () => {
    const common = [...directory].filter((product) => product.atc);
    expect(common.length).toBeGreaterThan(500);
    for (const { ingredients, form, packages, atc } of common) {
      expect(ingredients[0]).not.toBe('');
      expect(form).not.toBe('');
      expect(packages.length).toBeGreaterThan(0);
      expect(atc).toMatch(/^[A-Z]\d\d[A-Z]{2}\d\d$/);
    }
  });
});
