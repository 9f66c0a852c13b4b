import type { Comparison } from '@ehrsynth/evaluation';
import { type AttackRisk, type PrivacyAudit, UNPLANTED_EXPOSURE } from '@ehrsynth/privacy';
import { type GateOutcome, SECTIONS, type Verdict } from '@ehrsynth/release';
import { intervalText, numberText, percent, shareText } from '@ehrsynth/statistics';
import type { Assessment } from './assess.ts';
import { table, text } from './table.ts';

const CODES_SHOWN = 8;
const NAME_WIDTH = 48;

/** What was measured, for the terminal: fidelity, utility, privacy, and the verdict last. */
export function summary({ comparison, privacy, canaries, verdict }: Assessment): string {
  const memory = canaries?.bySamples
    ? `\nExposure of ${text(canaries.canaries)} canaries in the synthetic rows: ${intervalText(canaries.bySamples.mean, 2)} bits; never planted: ${UNPLANTED_EXPOSURE.toFixed(2)}`
    : '';
  return [fidelity(comparison), utility(comparison), attacks(privacy) + memory, verdictLines(verdict)].join(
    '\n',
  );
}

function fidelity({ rows, codes, smallCell, byCode, ...found }: Comparison): string {
  const {
    prevalence,
    recordLength,
    counts,
    pairs,
    conceptAbundance,
    clusters,
    discriminator,
    violations,
    coverage,
  } = found;
  const both = <T>(
    name: string,
    { synthetic, floor }: { synthetic: T; floor: T },
    show: (figure: T) => string,
  ) => [name, show(synthetic), show(floor)];
  const lines = [
    both('prevalence, Pearson r', prevalence, ({ r }) => r.toFixed(4)),
    both('prevalence, RMSE', prevalence, ({ rmse }) => rmse.toFixed(4)),
    both('codes a patient, mean', recordLength, ({ mean }) => mean.other.toFixed(2)),
    ['codes a patient, held out', recordLength.synthetic.mean.reference.toFixed(2), ''],
    both('codes a patient, KS distance', recordLength, ({ ks }) => ks.toFixed(4)),
    both('codes a patient, concept abundance', conceptAbundance, (figure) => figure.toFixed(4)),
    both('mean count of a code, RMSE', counts, ({ mean }) => mean.rmse.toFixed(4)),
    both('correlation of pairs, mean difference', pairs, ({ correlation }) =>
      correlation.meanAbsoluteDifference.toFixed(4),
    ),
    both('correlation of pairs, Pearson r', pairs, ({ correlation }) => correlation.r.toFixed(4)),
    both('log lift of pairs, Pearson r', pairs, ({ lift }) => lift?.r.toFixed(4) ?? 'too few'),
    both('latent cluster deviation, log', clusters, ({ logDeviation }) => logDeviation.toFixed(2)),
    both('told from held out, logistic regression, AUC', discriminator, ({ logisticRegression }) =>
      intervalText(logisticRegression),
    ),
    both('told from held out, boosted trees, AUC', discriminator, ({ boostedTrees }) =>
      intervalText(boostedTrees),
    ),
    [
      'rows impossible for sex or age',
      percent(violations.synthetic.share.value),
      violations.training.share ? percent(violations.training.share.value) : `fewer than ${smallCell} rows`,
    ],
    ['distinct rows', coverage.distinctRows.other.toFixed(3), coverage.distinctRows.reference.toFixed(3)],
    ...coverage.codes.map(({ minPatients, codes: common, neverGenerated }) => [
      `codes with ≥ ${minPatients} training patients, never generated`,
      `${neverGenerated} of ${common}`,
      '0',
    ]),
  ];
  const common = byCode.slice(0, CODES_SHOWN).map(({ code, display = '', holdout, synthetic }) => {
    const name = display.length > NAME_WIDTH ? `${display.slice(0, NAME_WIDTH - 1)}…` : display;
    return [code, name, holdout === undefined ? `< ${smallCell}` : percent(holdout), percent(synthetic)];
  });
  return [
    `Fidelity: ${text(rows.synthetic)} synthetic against ${text(rows.holdout)} held-out patients, ${text(codes)} codes`,
    table(['', 'synthetic', 'real training rows'], lines),
    'Prevalence of the commonest codes:',
    table(['code', '', 'held out', 'synthetic'], common),
  ].join('\n');
}

function utility({ prediction, outcome }: Comparison): string {
  const lines = [
    [
      'codes from the others, mean AUC lost',
      prediction.synthetic.aucGap.toFixed(3),
      prediction.floor.aucGap.toFixed(3),
    ],
    [
      'codes from the others, mean F1 lost',
      prediction.synthetic.f1Gap.toFixed(3),
      prediction.floor.f1Gap.toFixed(3),
    ],
  ];
  if (outcome) {
    const { code, display = '' } = outcome.outcome;
    lines.push(
      [
        `${code} ${display}: AUC on real rows`,
        intervalText(outcome.trainSyntheticTestReal),
        intervalText(outcome.trainRealTestReal),
      ],
      ['  on synthetic rows, trained on real ones', intervalText(outcome.trainRealTestSynthetic), ''],
      ['  on real rows, trained on both together', intervalText(outcome.trainBothTestReal), ''],
      [
        `  same among the ${outcome.features.top} features that tell most`,
        percent(outcome.features.synthetic),
        percent(outcome.features.floor),
      ],
    );
  }
  return `Utility: classifiers trained on synthetic rows, tested on held-out patients\n${table(['', 'synthetic', 'trained on real rows'], lines)}`;
}

/** The attacks, each beside what is safe. */
function attacks(privacy: PrivacyAudit): string {
  const {
    rows,
    membership,
    closestRecord,
    adversarialAccuracy,
    copies,
    attributeInference,
    identityDisclosure,
    kAnonymity,
  } = privacy;
  const risk = (name: string, found: AttackRisk) => [
    `${name}, risk beyond the control`,
    intervalText(found.risk),
    '0 in the interval',
  ];
  return [
    `Privacy: attacks on ${text(rows.members)} training patients, beside as many held-out ones (95% intervals)`,
    table(
      ['', 'found', 'safe'],
      [
        ['membership by distance, AUC', intervalText(membership.sets), '0.5 in the interval'],
        ['membership by distance of counts, AUC', intervalText(membership.counts), '0.5 in the interval'],
        ['membership by density (DOMIAS), AUC', intervalText(membership.density), '0.5 in the interval'],
        [
          'synthetic rows closer to training than held out',
          shareText(closestRecord.closerToTraining),
          '50 % in the interval',
        ],
        [
          'adversarial accuracy, privacy loss',
          intervalText(adversarialAccuracy.privacyLoss),
          '0 in the interval',
        ],
        [
          `copies of training rows (≥ ${copies.minCodes} codes)`,
          shareText(copies.exact.training),
          `held out ${shareText(copies.exact.holdout)}`,
        ],
        [
          'copies but for one code',
          shareText(copies.near.training),
          `held out ${shareText(copies.near.holdout)}`,
        ],
        ...attributeInference.bands
          .filter(({ codes }) => codes > 0)
          .map(({ from, gain }) => [
            `inference of unknown codes, prevalence from ${percent(from)}: F1 gained`,
            intervalText(gain),
            '0 in the interval',
          ]),
        risk('singling out', privacy.singlingOut),
        risk('linkability', privacy.linkability),
        risk('inference of one secret code', privacy.inference),
        [
          'identity disclosure',
          intervalText(identityDisclosure.risk),
          `below 0.09; held out ${intervalText(identityDisclosure.control)}`,
        ],
      ],
    ),
    `${text(kAnonymity.classes)} classes by ${kAnonymity.quasiIdentifiers.join(', ')}; the smallest has ${text(kAnonymity.k)} synthetic patients, ${kAnonymity.smaller.map(({ than, rows: few }) => `${text(few)} are in classes of fewer than ${than}`).join(', ')}`,
  ].join('\n');
}

function verdictLines({ gates, passed }: Verdict): string {
  const count = (section: string) => {
    const own = gates.filter((gate) => gate.section === section && gate.outcome !== 'not measured');
    const failed = own.filter(({ outcome }) => outcome === 'failed').length;
    return `${section} ${failed === 0 ? `passed ${own.length}` : `failed ${failed} of ${own.length}`}`;
  };
  return [
    `Verdict: ${passed ? 'every gate passed' : 'not fit for release'} – ${SECTIONS.map(count).join(', ')}`,
    ...failures(gates),
  ].join('\n');
}

/** Of each gate that failed: what, by how much, and what to try. */
export function failures(gates: readonly GateOutcome[]): string[] {
  return gates
    .filter(({ outcome }) => outcome === 'failed')
    .map(
      ({ name, title, value, bound, threshold, advice }) =>
        `  ✗ ${name}: ${title} is ${numberText(value!)}; it must be ${bound} ${numberText(threshold)} (off by ${numberText(Math.abs(value! - threshold))})\n    ${advice}`,
    );
}
