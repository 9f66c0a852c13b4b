import { expect, it } from 'vitest';
import { NdcDirectory } from './ndc-directory.ts';
import { simulatedDrug, simulatedDrugs } from './simulated-drugs.ts';

/** An iron tablet of 325 mg has 65 mg of iron, which the directory gives. */
const OTHER_STRENGTH = ['ferrous sulfate'];

it('gives each product a concept of its own ingredient and strength', () => {
  const directory = NdcDirectory.load();
  const wrong = [...simulatedDrugs()].filter(([product9, { type, name }]) => {
    const { ingredients, strength } = directory.find(product9)!;
    const milligrams = /^([\d.]+) mg\/1$/.exec(strength ?? '')?.[1];
    const isStrength = !milligrams || type === 'IN' || name.includes(` ${milligrams} MG `);
    return !name.includes(ingredients[0].slice(0, 6)) || (!isStrength && !OTHER_STRENGTH.includes(ingredients[0]));
  });
  expect(wrong).toEqual([]);
});

it('finds a product by its own code and by those of its packages, in any form, and no other', () => {
  const lisinopril = { rxcui: '314076', type: 'SCD', name: 'lisinopril 10 MG Oral Tablet' };
  for (const ndc of ['000060106', '00006010654', '0006-0106-54']) expect(simulatedDrug(ndc)).toEqual(lisinopril);
  expect(simulatedDrug('68180051301')).toBeUndefined();
  expect(simulatedDrug('metformin')).toBeUndefined();
});
