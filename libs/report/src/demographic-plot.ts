import { type Comparison, type DemographicCategory, withheldCategoryText } from '@ehrsynth/evaluation';
import { percent } from '@ehrsynth/statistics';
import { plotOf, tableOf } from './html.ts';

/** Sex, age and race of each side; nothing where rows have no demographics. */
export function demographicPlot({ demographics, smallCell }: Comparison): string {
  if (demographics.length === 0) return '';
  const shown = (one: DemographicCategory, side: 'training' | 'holdout') => {
    const kind = one.withheld?.[side];
    return kind ? withheldCategoryText(kind, smallCell) : percent(one[side]!);
  };
  const rows = demographics.flatMap(({ group, categories }) =>
    categories.map((one) => [
      group,
      categoryText(group, one),
      shown(one, 'training'),
      shown(one, 'holdout'),
      percent(one.synthetic),
    ]),
  );
  return plotOf(
    'demographics',
    'Sex, age and race',
    'Share of the patients by sex, by age at the end of the record, and by race. No bar is drawn for a category with few real patients, nor for one from which their number could be derived.',
    tableOf('Patients by demographics', ['', 'category', 'training', 'held out', 'synthetic'], rows),
  );
}

function categoryText(group: string, { code, display }: DemographicCategory): string {
  if (code === undefined) return 'not stated';
  if (group !== 'age') return display ?? code;
  const [from, to] = code.split('-');
  return from === to ? from : to === '120' ? `${from} and more` : `${from} – ${to}`;
}
