import type { Vocabulary } from '@ehrsynth/vocab';
import { ownKey } from '../read/references.ts';
import { foundInPart, notInParts } from '../read/big-bundle.ts';
import type { BigPart } from '../read/big-document.ts';
import type { BigText, Text } from '../read/files.ts';
import { type Document, documentsOf } from '../read/documents.ts';
import type { Found } from '../read/found.ts';
import type { Fault, Resource } from '../read/resources.ts';
import { Addresses, type Entry, unbundle } from '../read/unbundle.ts';
import { releaseSign, type ReleaseSign, releaseSignIn } from '../read/version.ts';
import { batchesOf, BigBundle } from './big-bundle.ts';
import { checkBundle } from './bundle.ts';
import { DEEPEST, withoutDepths } from './depth.ts';
import { checkCode } from './codes.ts';
import { checkTimes } from './content.ts';
import { BundleContext, type Context } from './context.ts';
import type { Finding, Report } from './finding.ts';
import { type JsonScan, scanJson } from './json-scan.ts';
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

const LIST = 'a list of resources, not one';
/** Of an element of a list whose text was scanned with an earlier one. */
const SCANNED: JsonScan = { duplicates: [], fractions: [], depth: DEEPEST + 1 };

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
    const all: Checked = { findings: [], resources: new Map() };
    let scanned: string | undefined;
    for (const document of documentsOf(text)) {
      this.start();
      // The elements of a list stand in one text.
      const isScanned = document.json === scanned;
      if (document.inList && !isScanned) all.findings.push(faultFinding(text.where, LIST));
      try {
        this.parsed(document, isScanned);
      } catch (error) {
        this.findings.push(faultFinding(text.where, `${UNCHECKED}: ${(error as Error).message}`));
      }
      scanned = document.json;
      for (const finding of this.findings) all.findings.push(finding);
      for (const [type, count] of this.resources) all.resources.set(type, (all.resources.get(type) ?? 0) + count);
    }
    return all;
  }

  /**
   * Checks a document that is too long to be held, in two passes: the first for what its entries may refer to, the second for the
   * entries, many at a time.
   */
  async *big(document: BigText): AsyncGenerator<Checked> {
    const inside = new BundleContext(this.files);
    const addresses = new Addresses(document.where);
    let sign: ReleaseSign | undefined;
    for await (const part of document.big.parts()) {
      if ('fault' in part) break;
      if (part.list === 'entry') addresses.add(part.value as Entry, part.index);
      for (const found of foundInPart(part, document, addresses)) {
        if ('fault' in found) continue;
        sign ??= releaseSign(found.resource);
        if (part.list !== 'item' && !found.deleted) inside.add(found);
      }
    }
    const { header } = document.big;
    const { type } = header as { type?: unknown };
    const context = new BundleContext(inside, typeof type === 'string' ? type : undefined);
    const root: Found = { resource: header, where: document.where };
    this.start();
    if (document.big.isList) this.findings.push(faultFinding(document.where, LIST));
    if (sign) {
      this.resources.set(header.resourceType, 1);
      this.otherRelease(sign, this.reporter(root));
    }
    yield this.checked;
    if (sign) return;
    const bundle = new BigBundle(header, this.reporter(root));
    for await (const batch of batchesOf(document.big)) {
      this.start();
      if (Array.isArray(batch)) this.batch(batch, document, bundle, addresses, context);
      else this.findings.push(findingOf(batch));
      yield this.checked;
    }
    const fault = notInParts(document);
    if (fault) yield { findings: [findingOf(fault)], resources: new Map() };
  }

  private parsed({ found, json, inList }: Document, isScanned: boolean): void {
    if ('fault' in found) {
      this.findings.push(findingOf(found));
      return;
    }
    const { duplicates, depth, fractions } = isScanned ? SCANNED : scanJson(json!, isWholeNumber);
    this.document(found, depth > DEEPEST);
    const report = this.reporter(found);
    if (!inList) checkWholeNumbers(found.resource, fractions, report);
    for (const path of duplicates) {
      const at = `${found.resource.resourceType}${path}`;
      report('error', 'structure', at, 'The same key twice in an object', 'Leave one of the two out.');
    }
  }

  /**
   * Checks one resource or one Bundle, down to the depth that may be.
   * @param mayBeDeep false where it is known that it is not deeper
   */
  document(given: Found, mayBeDeep = true): Checked {
    this.start();
    const { resource, cut } = mayBeDeep ? withoutDepths(given.resource) : { resource: given.resource, cut: [] };
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
        'Check the program that wrote it; anything deeper was not checked.',
      );
    }
    return this.checked;
  }

  private start(): void {
    this.findings = [];
    this.resources = new Map();
  }

  private get checked(): Checked {
    return { findings: this.findings, resources: this.resources };
  }

  /** Some entries of a bundle, parameters, or resources of a list. */
  private batch(parts: BigPart[], document: BigText, bundle: BigBundle, addresses: Addresses, context: Context): void {
    const [{ list, index }] = parts;
    if (list !== 'item') {
      const { resource, report } = bundle.part(parts);
      this.structure({ resource, where: document.where }, context, report);
      if (index > 0) this.resources.delete(resource.resourceType);
      if (list === 'entry') checkBundle(resource, report, bundle.targets, index);
    }
    for (const part of parts) {
      for (const found of foundInPart(part, document, addresses)) {
        if ('fault' in found) this.findings.push(findingOf(found));
        else if (found.deleted) continue;
        else if (found.resource.resourceType === 'Bundle') this.bundle(found, context);
        else this.resource(found, context);
      }
    }
  }

  private otherRelease({ release, says }: ReleaseSign, report: Report): void {
    report('error', 'structure', 'Bundle', `Bundle of FHIR ${release}, not R4: ${says}`, 'Give R4 resources.');
  }

  private bundle(document: Found, outer: Context): void {
    const { type } = document.resource;
    const context = new BundleContext(outer, typeof type === 'string' ? type : undefined);
    const report = this.reporter(document);
    const parts: Found[] = [];
    const sign = releaseSignIn(document.resource);
    if (sign) this.otherRelease(sign, report);
    for (const part of sign ? [] : unbundle(document)) {
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

  private structure(found: Found, context: Context, report = this.reporter(found)): Report {
    const { resourceType } = found.resource;
    this.resources.set(resourceType, (this.resources.get(resourceType) ?? 0) + 1);
    checkStructure(
      found.resource,
      report,
      {
        reference: (path: string, reference: Reference, targets: string[], holder: Resource) =>
          checkReference(path, reference, targets, holder, found, context, report),
        coding: (path: string, system: string, code: string) => checkCode(path, system, code, this.vocabulary, report),
      },
      this.which,
    );
    return report;
  }

  private reporter(found: Found): Report {
    const resource = ownKey(found);
    const list = (finding: Pick<Finding, 'severity' | 'rule' | 'path' | 'message' | 'remedy'>) =>
      this.findings.push({ ...finding, where: found.where, resource });
    let count = 0;
    return (severity, rule, path, message, remedy) => {
      if (count++ < MOST_FINDINGS) list({ severity, rule, path, message, remedy });
      // An error whatever those are that it stands for: among them may be one.
      else if (count === MOST_FINDINGS + 1)
        list({ severity: 'error', rule, path, message: MANY, remedy: 'Correct these first.' });
    };
  }
}

/** What is wrong with a part of the input, or a file that is not read. */
export function findingOf({ fault, detail, where, kind }: Fault): Finding {
  const finding = faultFinding(where, [fault, detail].filter(Boolean).join(': '));
  if (kind === undefined) return finding;
  return { ...finding, severity: kind === 'file without FHIR' ? 'information' : 'warning' };
}

/** A document that is none. */
export function faultFinding(where: string, message: string): Finding {
  const remedy = 'Give FHIR R4 as JSON.';
  return { severity: 'error', rule: 'structure', where, resource: '', path: '', message, remedy };
}
