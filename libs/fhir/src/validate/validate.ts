import type { ReadLimits } from '@ehrsynth/io';
import type { Vocabulary } from '@ehrsynth/vocab';
import { readTexts, type Text } from '../read/files.ts';
import { parseDocument } from '../read/resources.ts';
import { FilesContext } from './context.ts';
import type { Finding, Severity } from './finding.ts';
import { ownKey } from '../read/references.ts';
import { checkOnThreads } from './threads.ts';
import { type Checked, faultFinding, Validator } from './validator.ts';

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
  const files = await survey(source, summary, options.limits);
  if (threads > 0) {
    const setting = { files: files.share(), which };
    for await (const checked of checkOnThreads(texts(source, summary, options.limits), threads, setting))
      summary.add(checked);
  } else {
    const validator = new Validator(vocabulary, files, which);
    for await (const text of texts(source, summary, options.limits)) summary.add(validator.text(text));
  }
  return summary;
}

/** What stands in the files outside bundles; the same id twice is told of here, where all are seen. */
async function survey(source: string, summary: Summary, limits?: ReadLimits): Promise<FilesContext> {
  const files = new FilesContext();
  for await (const text of readTexts(source, undefined, limits)) {
    const found = 'fault' in text || BUNDLE.test(text.text.slice(0, 100)) ? undefined : parseDocument(text);
    if (!found || 'fault' in found || found.resource.resourceType === 'Bundle') continue;
    if (files.add(found) || !found.isClosed || found.resource.id === undefined) continue;
    const { resourceType } = found.resource;
    summary.find({
      severity: 'error',
      rule: 'reference',
      where: found.where,
      resource: ownKey(found),
      path: `${resourceType}.id`,
      message: 'Another resource before it has the same type and id',
      mend: 'Leave one of the two out, or give it an id of its own.',
    });
  }
  return files;
}

async function* texts(source: string, summary: Summary, limits?: ReadLimits): AsyncGenerator<Text> {
  for await (const text of readTexts(source, undefined, limits)) {
    if ('fault' in text) summary.find(faultFinding(text.where, text.fault));
    else yield text;
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
