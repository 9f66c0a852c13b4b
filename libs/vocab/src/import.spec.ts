import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFda } from './import-fda.ts';
import { importRxNorm } from './import-rxnorm.ts';
import { NdcDirectory } from './ndc-directory.ts';
import { RxNormCrosswalk } from './rxnorm.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'vocab-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, rows: string[][], separator: string, end = '\r\n') => {
  writeFileSync(join(folder, name), rows.map((row) => row.join(separator) + end).join(''));
  return join(folder, name);
};

describe('importFda', () => {
  const columns = [
    'PRODUCTID PRODUCTNDC PRODUCTTYPENAME PROPRIETARYNAME NONPROPRIETARYNAME DOSAGEFORMNAME ROUTENAME',
    'SUBSTANCENAME ACTIVE_NUMERATOR_STRENGTH ACTIVE_INGRED_UNIT',
  ].flatMap((line) => line.split(' '));

  it('joins products with their packages', async () => {
    const product = file(
      'product.txt',
      [
        columns,
        ['x', '0002-1200', 'HUMAN', 'Glyco "X"', 'metformin', 'TABLET', 'ORAL', 'METFORMIN', '.5', 'g/1'],
        ['y', '50242-040', 'HUMAN', 'Two', 'both', 'KIT', 'ORAL; TOPICAL', 'B; A', '1; 2', 'mg/1; mg/1'],
      ],
      '\t',
    );
    const packages = file(
      'package.txt',
      [
        ['PRODUCTNDC', 'NDCPACKAGECODE'],
        ['0002-1200', '0002-1200-30'],
        ['0002-1200', '0002-1200-10'],
        ['50242-040', '50242-040-62'],
      ],
      '\t',
    );
    const directory = new NdcDirectory(await importFda(product, packages));
    expect(directory.find('0002-1200-30')).toMatchObject({
      name: 'Glyco "X"',
      ingredients: ['metformin'],
      strength: '0.5 g/1',
      packages: ['00002120010', '00002120030'],
    });
    expect(directory.find('502420040')).toMatchObject({ ingredients: ['b', 'a'], routes: ['oral', 'topical'] });
  });

  it('says which column a wrong file lacks', async () => {
    const wrong = file('wrong.txt', [['A', 'B'], ['1', '2']], '\t');
    await expect(importFda(wrong, wrong)).rejects.toThrow(/no column PRODUCTNDC[\s\S]*wrong\.txt, line 1/);
  });
});

describe('importRxNorm', () => {
  it('goes from NDC to drug to ingredients', async () => {
    const conso = (rxcui: string, tty: string, name: string, sab = 'RXNORM') =>
      [rxcui, 'ENG', '', '', '', '', '', '1', '', '', '', sab, tty, rxcui, name, '', 'N', ''];
    const sat = (rxcui: string, ndc: string) =>
      [rxcui, '', '', '', '', rxcui, '', '', 'NDC', 'RXNORM', ndc, 'N', ''];
    const concepts = file(
      'RXNCONSO.RRF',
      [
        conso('6809', 'IN', 'metformin'),
        conso('235743', 'PIN', 'metformin hydrochloride'),
        conso('593411', 'IN', 'sitagliptin'),
        conso('861007', 'SCD', 'metformin hydrochloride 500 MG Oral Tablet'),
        conso('861819', 'SBD', 'metformin hydrochloride 1000 MG / sitagliptin 50 MG Oral Tablet [Janumet]'),
        conso('99', 'SCD', 'from another source', 'MTHSPL'),
      ],
      '|',
      '\n',
    );
    const attributes = file(
      'RXNSAT.RRF',
      [sat('861007', '00093104801'), sat('861819', '00006057761'), sat('99', '00000111122')],
      '|',
      '\n',
    );
    const crosswalk = new RxNormCrosswalk(await importRxNorm(concepts, attributes));
    expect(crosswalk.size).toBe(2);
    expect(crosswalk.find('00093-1048-01')).toMatchObject({
      rxcui: '861007',
      ingredients: [{ rxcui: '235743', name: 'metformin hydrochloride' }],
    });
    expect(crosswalk.nameOf('235743')).toBe('metformin hydrochloride');
    expect(crosswalk.find('00006057761')!.ingredients.map((ingredient) => ingredient.rxcui)).toEqual([
      '235743',
      '593411',
    ]);
  });
});
