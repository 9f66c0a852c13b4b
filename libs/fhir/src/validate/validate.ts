import type { ReadLimits } from '@ehrsynth/io';
import type { Vocabulary } from '@ehrsynth/vocab';
import { foundInPart } from '../read/big-bundle.ts';
import { documentsOf } from '../read/documents.ts';
import { type BigText, readTexts, type Text } from '../read/files.ts';
import type { Found } from '../read/found.ts';
import type { Fault } from '../read/resources.ts';
import { Addresses } from '../read/unbundle.ts';
import { FilesContext } from './context.ts';
import type { Finding, Severity } from './finding.ts';
import { ownKey } from '../read/references.ts';
import { checkOnThreads } from './threads.ts';
import { type Checked, findingOf, Validator } from './validator.ts';

export interface ValidateOptions {
  vocabulary: Vocabulary;
  /** Also evaluate the invariants (FHIRPath); on by default. */
  invariants?: boolean;
  /** Among them those that recommend a good practice; off by default. */
  bestPractice?: boolean;
  /** Threads that check beside the one that reads; by default none does, and the reader checks. */
  threads?: number;
  limits?: ReadLimits;
  onFinding?: (finding: Finding) => void;
  onProgress?: (resources: number) => void;
}

export interface ValidationSummary {
  resources: Map<string, number>;
  counts: Record<Severity, number>;
  /** Findings by severity and rule: "error structure" → 3. */
  byRule: Map<string, number>;
}

/** How a Bundle's file begins: nothing in it can be referred to from outside. */
const BUNDLE = /^\s*\{\s*"resourceType"\s*:\s*"Bundle"/;

/**
 * Checks the FHIR R4 of a file or folder: structure, formats, bindings, invariants, references, the bundles' own rules,
 * claimed profiles of US Core, codes, the order of dates and plausibility. References are looked up in the bundle first,
 * then among all the files. Findings come in the order of the files, whatever the number of threads.
 * @throws NothingToReadError where no file can hold any; UserError where one cannot be read
 */
export async function validateFhir(source: string, options: ValidateOptions): Promise<ValidationSummary> {
  const { vocabulary, invariants = true, bestPractice = false, threads = 0 } = options;
  const which = { invariants, bestPractice };
  const summary = new Summary(options);
  const { limits } = options;
  const files = await survey(source, summary, limits);
  const validator = new Validator(vocabulary, files, which);
  const input = new Input(source, summary, limits);
  while (!input.isAtEnd) {
    if (threads > 0) {
      const setting = { files: files.share(), which };
      for await (const checked of checkOnThreads(input.texts(), threads, setting)) summary.add(checked);
    } else for await (const text of input.texts()) summary.add(validator.text(text));
    // Too long for a message to another thread.
    if (input.big) for await (const checked of validator.big(input.big)) summary.add(checked);
  }
  return summary;
}

/** What stands in the files outside bundles; the same id twice is reported here, where all are seen. */
async function survey(source: string, summary: Summary, limits?: ReadLimits): Promise<FilesContext> {
  const files = new FilesContext();
  const add = (found: Found) => {
    const { resourceType, id } = found.resource;
    if (resourceType === 'Bundle' || files.add(found) || !found.isClosed || id === undefined) return;
    summary.find({
      severity: 'error',
      rule: 'reference',
      where: found.where,
      resource: ownKey(found),
      path: `${resourceType}.id`,
      message: 'Another resource before it has the same type and id',
      remedy: 'Leave one of the two out, or give it an id of its own.',
    });
  };
  for await (const text of readTexts(source, { limits })) {
    if ('fault' in text) continue;
    if ('big' in text) await surveyBig(text, add);
    else if (!BUNDLE.test(text.text.slice(0, 100)))
      for (const { found } of documentsOf(text)) if (!('fault' in found)) add(found);
  }
  return files;
}

/** Of a list its resources; what is in a bundle cannot be referred to from outside. */
async function surveyBig(text: BigText, add: (found: Found) => void): Promise<void> {
  const addresses = new Addresses(text.where);
  for await (const part of text.big.parts()) {
    if ('fault' in part || part.list !== 'item') return;
    for (const found of foundInPart(part, text, addresses)) if (!('fault' in found)) add(found);
  }
}

/** The texts of a source, up to the next document that is too long to be held. */
class Input {
  isAtEnd = false;
  /** What the texts have come to. */
  big: BigText | undefined;
  private readonly all: AsyncGenerator<Text | BigText | Fault>;

  constructor(
    source: string,
    private readonly summary: Summary,
    limits?: ReadLimits,
  ) {
    this.all = readTexts(source, { limits });
  }

  async *texts(): AsyncGenerator<Text> {
    this.big = undefined;
    for (;;) {
      const { value, done } = await this.all.next();
      if (done) {
        this.isAtEnd = true;
        return;
      }
      if ('fault' in value) this.summary.find(findingOf(value));
      else if ('big' in value) {
        this.big = value;
        return;
      } else yield value;
    }
  }
}

class Summary implements ValidationSummary {
  readonly resources = new Map<string, number>();
  readonly counts = { error: 0, warning: 0, information: 0 };
  readonly byRule = new Map<string, number>();
  private checked = 0;

  constructor(private readonly listeners: Pick<ValidateOptions, 'onFinding' | 'onProgress'>) {}

  add({ findings, resources }: Checked): void {
    for (const [type, count] of resources) {
      this.resources.set(type, (this.resources.get(type) ?? 0) + count);
      this.checked += count;
    }
    findings.forEach((finding) => this.find(finding));
    this.listeners.onProgress?.(this.checked);
  }

  find(finding: Finding): void {
    const key = `${finding.severity} ${finding.rule}`;
    this.counts[finding.severity]++;
    this.byRule.set(key, (this.byRule.get(key) ?? 0) + 1);
    this.listeners.onFinding?.(finding);
  }
}
