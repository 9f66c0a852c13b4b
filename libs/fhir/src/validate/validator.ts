import type { Vocabulary } from '@ehrsynth/vocab';
import { ownKey } from '../read/references.ts';
import type { Text } from '../read/files.ts';
import { type Found, parseDocument, type Resource } from '../read/resources.ts';
import { unbundle } from '../read/unbundle.ts';
import { checkBundle } from './bundle.ts';
import { DEEPEST, withoutDepths } from './depth.ts';
import { checkCode } from './codes.ts';
import { checkTimes } from './content.ts';
import { BundleContext, type Context } from './context.ts';
import type { Finding, Report } from './finding.ts';
import { scanJson } from './json-scan.ts';
import { openParameters } from './parameters.ts';
import { checkProfiles } from './profiles.ts';
import { checkReference, type Reference } from './reference.ts';
import { checkStructure, type Which } from './structure.ts';
import { checkWholeNumbers, isWholeNumber } from './whole-numbers.ts';

/** What the check of one document found. */
export interface Checked {
  findings: Finding[];
  /** Resources checked, by type. */
  resources: Map<string, number>;
}

/** How the finding begins where a check itself went wrong. */
export const UNCHECKED = 'Could not be checked to its end';

/** Findings of one resource that are listed. */
const MOST_FINDINGS = 10_000;
const MANY = `More than ${MOST_FINDINGS.toLocaleString('en-US')} findings in one resource; the others are not listed`;

/** Checks document by document, a Bundle with all that is in it. */
export class Validator {
  private readonly today = new Date().toISOString().slice(0, 10);
  private findings: Finding[] = [];
  private resources = new Map<string, number>();

  /** @param files what stands beside the documents, for references to it */
  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly files: Context,
    private readonly which: Which,
  ) {}

  /** Checks what a text holds. What goes wrong in a check is a finding as well, so that the other texts are checked. */
  text(text: Text): Checked {
    this.findings = [];
    this.resources = new Map();
    try {
      return this.checkText(text);
    } catch (error) {
      const finding = faultFinding(text.where, `${UNCHECKED}: ${(error as Error).message}`);
      return { findings: [...this.findings, finding], resources: this.resources };
    }
  }

  private checkText(text: Text): Checked {
    const found = parseDocument(text);
    if ('fault' in found) {
      const message = [found.fault, found.detail].filter(Boolean).join(': ');
      return { findings: [faultFinding(found.where, message)], resources: new Map() };
    }
    const { duplicates, depth, fractions } = scanJson(text.text, isWholeNumber);
    const checked = this.document(found, depth > DEEPEST);
    const report = this.reporter(found);
    checkWholeNumbers(found.resource, fractions, report);
    for (const path of duplicates) {
      const at = `${found.resource.resourceType}${path}`;
      report('error', 'structure', at, 'The same key twice in an object', 'Leave one of the two out.');
    }
    return checked;
  }

  /**
   * Checks one resource or one Bundle, down to the depth that may be.
   * @param mayBeDeep false where it is known that it is not deeper
   */
  document(given: Found, mayBeDeep = true): Checked {
    this.findings = [];
    this.resources = new Map();
    const { resource, cut } = mayBeDeep
      ? withoutDepths(given.resource)
      : { resource: given.resource, cut: [] };
    const found = cut.length === 0 ? given : { ...given, resource };
    if (resource.resourceType === 'Bundle') this.bundle(found, this.files);
    else this.resource(found, this.files);
    const report = this.reporter(found);
    for (const path of cut) {
      const at = `${resource.resourceType}${path}`;
      report(
        'error',
        'structure',
        at,
        `Nested deeper than ${DEEPEST} levels`,
        'Check what wrote it; what is deeper was not checked.',
      );
    }
    return { findings: this.findings, resources: this.resources };
  }

  private bundle(document: Found, outer: Context): void {
    const { type } = document.resource;
    const context = new BundleContext(outer, typeof type === 'string' ? type : undefined);
    const report = this.reporter(document);
    const parts: Found[] = [];
    for (const part of unbundle(document)) {
      if ('fault' in part) {
        const { fault, path = 'Bundle', where } = part;
        this.reporter({ ...document, where })('error', 'structure', path, fault, 'Give R4 resources.');
      } else {
        parts.push(part);
        context.add(part);
      }
    }
    this.structure(document, context);
    checkBundle(document.resource, report);
    for (const part of parts) {
      if (part.resource.resourceType === 'Bundle') this.bundle(part, context);
      else this.resource(part, context);
    }
  }

  private resource(given: Found, outer: Context): void {
    const { found, context } =
      given.resource.resourceType === 'Parameters'
        ? openParameters(given, outer, this.reporter(given))
        : { found: given, context: outer };
    const report = this.structure(found, context);
    checkProfiles(found.resource, report);
    checkTimes(found, context, report, this.today);
  }

  private structure(found: Found, context: Context): Report {
    const { resourceType } = found.resource;
    this.resources.set(resourceType, (this.resources.get(resourceType) ?? 0) + 1);
    const report = this.reporter(found);
    checkStructure(
      found.resource,
      report,
      {
        reference: (path: string, reference: Reference, targets: string[], holder: Resource) =>
          checkReference(path, reference, targets, holder, found, context, report),
        coding: (path: string, system: string, code: string) =>
          checkCode(path, system, code, this.vocabulary, report),
      },
      this.which,
    );
    return report;
  }

  private reporter(found: Found): Report {
    const resource = ownKey(found);
    const list = (finding: Pick<Finding, 'severity' | 'rule' | 'path' | 'message' | 'mend'>) =>
      this.findings.push({ ...finding, where: found.where, resource });
    let count = 0;
    return (severity, rule, path, message, mend) => {
      if (count++ < MOST_FINDINGS) list({ severity, rule, path, message, mend });
      // An error whatever those are that it stands for: among them may be one.
      else if (count === MOST_FINDINGS + 1)
        list({ severity: 'error', rule, path, message: MANY, mend: 'Correct these first.' });
    };
  }
}

/** A document that is none. */
export function faultFinding(where: string, message: string): Finding {
  const mend = 'Give FHIR R4 as JSON.';
  return { severity: 'error', rule: 'structure', where, resource: '', path: '', message, mend };
}
