import { z } from 'zod';
import type { Figures } from '../gate.ts';
import { arrayUpTo } from './bounds.ts';

/** What report.json has, of which gates are judged again. */
export type ReportFile = Omit<Figures, 'exposure'> & {
  canaries?: { bySamples?: Figures['exposure'] };
  withheld?: false;
};

/** The figures of a report.json. */
export function figuresOf({ canaries, ...figures }: ReportFile): Figures {
  return { ...figures, exposure: canaries?.bySamples };
}

/** JSON has no NaN and writes null: read back, a figure is NaN again, which meets no threshold, where null would count as 0. */
const Figure = z
  .number()
  .nullable()
  .transform((figure) => figure ?? NaN);
const Interval = z.looseObject({ value: Figure, lower: Figure, upper: Figure });
const Risk = z.looseObject({ attacks: Figure, risk: Interval });
const Excess = z.looseObject({ excess: Interval });
/** People counted, with an excess where that was measured. */
const Counted = z.looseObject({ excess: Interval.optional() });
/** A figure of both comparisons; a side that was not measured is left out. */
const Compared = z.looseObject({ synthetic: Interval.optional(), floor: Interval.optional() });
const synthetic = <T extends z.ZodRawShape>(shape: T) => z.looseObject({ synthetic: z.looseObject(shape) });
const withFloor = <T extends z.ZodRawShape>(shape: T) =>
  z.looseObject({ synthetic: z.looseObject(shape), floor: z.looseObject(shape) });

/** The figures of report.json that gates look at, each of its type; the others are kept as they are. */
const WithFigures = z.looseObject({
  withheld: z.literal(false).optional(),
  comparison: z.looseObject({
    rows: z.looseObject({ training: Figure, holdout: Figure, synthetic: Figure }),
    violations: synthetic({ share: Interval.optional() }),
    prevalence: withFloor({ r: Figure.optional() }).extend({ shortfall: Interval.optional() }),
    recordLength: withFloor({ ks: Figure }),
    prediction: synthetic({ aucGap: Figure.optional(), auc: Interval.optional() }),
    discriminator: synthetic({ boostedTrees: Interval.optional() }),
    coverage: z.looseObject({
      codes: arrayUpTo(
        1000,
        z.looseObject({ minPatients: z.number(), codes: Figure, neverGenerated: Figure.optional() }),
      ),
    }),
    outcome: z
      .looseObject({ trainRealTestReal: Interval.optional(), trainSyntheticTestReal: Interval.optional() })
      .optional(),
  }),
  privacy: z.looseObject({
    membership: z.looseObject({ sets: Interval, counts: Interval, density: Interval }),
    copies: z.looseObject({ exact: Excess, near: Excess, people: Interval }),
    closestPeople: Excess,
    adversarialAccuracy: z.looseObject({ privacyLoss: Interval }),
    attributeInference: z.looseObject({
      bands: arrayUpTo(1000, z.looseObject({ codes: Figure, gain: Interval })).refine(
        (bands) => bands.length > 0,
        'it has no bands',
      ),
    }),
    singlingOut: Risk,
    linkability: Risk,
    inference: Risk,
    identityDisclosure: Excess,
  }),
  histories: z
    .looseObject({
      longitudinal: z.looseObject({
        codes: z.looseObject({ sequentialRecordBigrams: Compared, visitBigrams: Compared }),
        time: z.looseObject({ span: Compared }),
        discriminator: z.looseObject({ auc: Compared }),
      }),
      values: z.looseObject({ distribution: z.looseObject({ ks: Compared }) }),
      attacks: z.looseObject({
        membership: z.looseObject({ aligned: Interval.optional(), density: Interval.optional() }),
        copies: z.looseObject({ sequences: Counted, longRuns: Counted, near: Counted }),
        closestPeople: Counted,
      }),
    })
    .optional(),
  likelihood: z
    .looseObject({ record: z.looseObject({ auc: Interval }), token: z.looseObject({ auc: Interval }) })
    .optional(),
  canaries: z.looseObject({ bySamples: z.looseObject({ mean: Interval, unplanted: Figure }).optional() }).optional(),
  dated: z.boolean().optional(),
  records: z.looseObject({ checked: Figure, invalid: Figure }).optional(),
  kAnonymity: z.looseObject({ k: Figure }).optional(),
  source: z.looseObject({ ids: Figure, holders: Figure }).optional(),
});

/** Of a differentially private model no figure of real rows is given away. */
const Withheld = z.looseObject({
  withheld: z.literal(true),
  synthetic: z.looseObject({ rows: Figure }),
  dated: z.boolean().optional(),
});
export type WithheldFile = z.infer<typeof Withheld>;

/** report.json: the figures, or that they are withheld. */
export const Report = z.looseObject({}).transform((report, context) => {
  const parsed = report.withheld === true ? Withheld.safeParse(report) : WithFigures.safeParse(report);
  if (parsed.success) return parsed.data as unknown as ReportFile | WithheldFile;
  parsed.error.issues.forEach((issue) => context.addIssue({ ...issue } as never));
  return z.NEVER;
});
