import { expect, it } from 'vitest';
import { tabularRows } from './icd10cm-tabular.ts';

const diag = (name: string, desc: string, inner = '') =>
  `<diag><name>${name}</name><desc>${desc}</desc>${inner}</diag>`;
const seventh = (...chars: string[]) =>
  `<sevenChrDef>${chars.map((char) => `<extension char="${char}">meaning ${char}</extension>`).join('')}</sevenChrDef>`;

it('lists chapters, blocks and codes, with seventh characters spelled out and placeholders', () => {
  const xml = `<?xml version="1.0"?><ICD10CM.tabular><chapter><name>19</name><desc>Injury (S00-T88)</desc>
    <section id="S00-S09"><desc>Injuries to the head (S00-S09)</desc>${diag(
      'S00',
      'Superficial injury of head',
      seventh('A', 'D') + diag('S00.0', 'Superficial injury\n of scalp'),
    )}</section>
    <section id="T07"><desc>Injuries of several regions (T07)</desc>${diag('T07', 'Unspecified multiple injuries')}</section>
  </chapter></ICD10CM.tabular>`;
  expect(tabularRows(xml).map(({ code, billable, title }) => [code, billable, title])).toEqual([
    ['19', false, 'Injury'],
    ['S00-S09', false, 'Injuries to the head'],
    ['S00', false, 'Superficial injury of head'],
    ['S000', false, 'Superficial injury of scalp'],
    ['S000XXA', true, 'Superficial injury of scalp, meaning A'],
    ['S000XXD', true, 'Superficial injury of scalp, meaning D'],
    ['T07-T07', false, 'Injuries of several regions'],
    ['T07', true, 'Unspecified multiple injuries'],
  ]);
});
