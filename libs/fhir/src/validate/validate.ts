import type { Vocabulary } from '@ehrsynth/vocab';
import { ownKey } from '../read/facts.ts';
import { type Found, readDocuments, type Resource, unbundle } from '../read/resources.ts';
import { checkCode, checkReference, checkTimes } from './content.ts';
import { Context } from './context.ts';
import type { Finding, Severity } from './finding.ts';
import { checkStructure } from './structure.ts';

export interface ValidateOptions {
  vocabulary: Vocabulary;
  /** Also evaluate the invariants (FHIRPath); on by default. */
  invariants?: boolean;
  onFinding?: (finding: Finding) => void;
  onProgress?: (resources: number) => void;
}

export interface ValidationSummary {
  resources: Map<string, number>;
  counts: Record<Severity, number>;
  /** Findings by severity and rule: "error structure" → 3. */
  byRule: Map<string, number>;
}

const PROGRESS_EVERY = 500;

/**
 * Checks the FHIR R4 of a file or folder: structure, formats, required bindings, invariants, references, codes, the order
 * of dates and plausibility. References are looked up in the bundle first, then among all the files.
 */
export async function validateFhir(source: string, options: ValidateOptions): Promise<ValidationSummary> {
  const validator = new Validator(options);
  for await (const document of readDocuments(source)) {
    if (!('fault' in document) && document.resource.resourceType !== 'Bundle') validator.files.add(document);
  }
  for await (const document of readDocuments(source)) {
    if ('fault' in document) {
      const { where, fault, detail } = document;
      validator.find({ severity: 'error', rule: 'structure', where, resource: '', path: '', message: [fault, detail].filter(Boolean).join(': ') }); // prettier-ignore
    } else if (document.resource.resourceType === 'Bundle') validator.bundle(document);
    else validator.resource(document, validator.files);
  }
  return validator.summary;
}

class Validator {
  readonly files = new Context();
  readonly summary: ValidationSummary = {
    resources: new Map(),
    counts: { error: 0, warning: 0, information: 0 },
    byRule: new Map(),
  };
  private readonly today = new Date().toISOString().slice(0, 10);
  private checked = 0;

  constructor(private readonly options: ValidateOptions) {}

  find(finding: Finding): void {
    const { counts, byRule } = this.summary;
    const key = `${finding.severity} ${finding.rule}`;
    counts[finding.severity]++;
    byRule.set(key, (byRule.get(key) ?? 0) + 1);
    this.options.onFinding?.(finding);
  }

  /** The bundle's own rules, with its resources as they stand in it, and then each one's content. */
  bundle(document: Found): void {
    const inner = [...unbundle(document)];
    const context = new Context(this.files);
    const resources: Found[] = [];
    for (const part of inner) {
      if ('fault' in part) {
        const { where, fault } = part;
        this.find({
          severity: 'error',
          rule: 'structure',
          where,
          resource: 'Bundle',
          path: 'Bundle',
          message: fault,
        });
      } else {
        context.add(part);
        resources.push(part);
      }
    }
    this.structure({ ...document, resource: withoutResources(document.resource) }, context);
    for (const part of resources) this.resource(part, context);
  }

  resource(found: Found, context: Context): void {
    this.structure(found, context);
    checkTimes(found, context, this.reporter(found), this.today);
  }

  private structure(found: Found, context: Context): void {
    const { vocabulary, invariants = true, onProgress } = this.options;
    const { resourceType } = found.resource;
    this.summary.resources.set(resourceType, (this.summary.resources.get(resourceType) ?? 0) + 1);
    if (++this.checked % PROGRESS_EVERY === 0) onProgress?.(this.checked);
    const report = this.reporter(found);
    checkStructure(
      found.resource,
      report,
      {
        reference: (path, reference, targets, holder) =>
          checkReference(path, reference, targets, holder, found, context, report),
        coding: (path, system, code) => checkCode(path, system, code, vocabulary, report),
      },
      invariants,
    );
  }

  private reporter(found: Found) {
    const resource = ownKey(found);
    return (severity: Severity, rule: string, path: string, message: string) =>
      this.find({ severity, rule, where: found.where, resource, path, message });
  }
}

/** The bundle with its entries' resources left out, which are checked one by one. */
function withoutResources(bundle: Resource): Resource {
  if (!Array.isArray(bundle.entry)) return bundle;
  const entry = bundle.entry.map((item: object) => {
    const rest: Record<string, unknown> = { ...item };
    delete rest.resource;
    return rest;
  });
  return { ...bundle, entry };
}
