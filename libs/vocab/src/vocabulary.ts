import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { System } from '@ehrsynth/records';
import { shippedFolder, userFolder } from './folders.ts';
import { Icd10cm, type Icd10cmEntry } from './icd10cm.ts';
import { normaliseNdc } from './ndc.ts';
import { NdcDirectory, type NdcProduct } from './ndc-directory.ts';
import { RxNormCrosswalk } from './rxnorm.ts';
import { simulatedDrug, simulatedDrugs } from './simulated-drugs.ts';

export interface Dictionary {
  system: string;
  /** What it is and of when. */
  release: string;
  entries: number;
  /** True where a code that is not in it does not exist. */
  complete: boolean;
  folder: string;
}

export interface FoundCode {
  /** As its system writes it. */
  code: string;
  display: string;
  billable?: boolean;
  /** Days between which the code is known to hold. */
  validFrom?: string;
  validTo?: string;
  /** The code is of a former release and no longer in use. */
  former?: true;
}

/** All the dictionaries that this machine has: the shipped ones, then those that the user imported. Each is read when it is first needed. */
export class Vocabulary {
  private readonly imported = userFolder();
  private readonly ndcFolder = existsSync(join(this.imported, 'ndc.tsv.gz')) ? this.imported : shippedFolder();
  private readonly read: { icd10cm?: Icd10cm; ndc?: NdcDirectory; rxnorm?: RxNormCrosswalk } = {};

  get icd10cm(): Icd10cm {
    return (this.read.icd10cm ??= Icd10cm.load());
  }

  get ndc(): NdcDirectory {
    return (this.read.ndc ??= NdcDirectory.load(this.ndcFolder));
  }

  /** The crosswalk that the user imported; empty without one. */
  get rxnorm(): RxNormCrosswalk {
    return (this.read.rxnorm ??= RxNormCrosswalk.load(this.imported));
  }

  /** True where the system has a dictionary in which every code of it must be. */
  isComplete(system: string): boolean {
    return system === System.icd10cm;
  }

  /** True where the system has a dictionary here. */
  has(system: string): boolean {
    return system === System.icd10cm || system === System.ndc;
  }

  /**
   * The code in its system's own writing with its title, codes of former releases with the days between which they
   * held; undefined where the dictionary lacks it.
   */
  find(system: string, code: string): FoundCode | undefined {
    if (system === System.icd10cm) {
      const entry = this.icd10cm.find(code);
      return entry?.level === 'code' ? asFound(entry) : undefined;
    }
    if (system !== System.ndc) return undefined;
    const product = this.ndc.find(code);
    return product && { code: this.canonical(system, code), display: describe(product) };
  }

  /**
   * The code of the release that ships for one of a former release: what took its place, or the nearest header. The
   * same code where it still holds, or where its system has no former releases here.
   */
  current(system: string, code: string, as: 'successor' | 'parent'): FoundCode | undefined {
    if (system !== System.icd10cm) return this.find(system, code);
    const entry = this.icd10cm.current(code, as);
    return entry?.level === 'code' ? asFound(entry) : undefined;
  }

  /** What stands for an NDC in RxNorm: by the crosswalk that the user imported, else by the one for the simulator's drugs. */
  rxnormOf(ndc: string): { rxcui: string; name: string } | undefined {
    return this.rxnorm.find(ndc) ?? simulatedDrug(ndc);
  }

  /** The code as its system writes it, known or not: ICD-10-CM dotted, NDC as 11 digits (9 for a product), CVX with two digits at least. */
  canonical(system: string, code: string): string {
    if (system === System.icd10cm) return this.withoutFillers(dotted(system, code));
    if (system === System.icd9cm) return dotted(system, code);
    if (system === System.cvx) return twoDigits(code.trim());
    if (system !== System.ndc) return code.trim();
    const ndc = normaliseNdc(code);
    if (ndc.kind === 'package') return ndc.ndc11;
    if (ndc.kind === 'product') return ndc.product9;
    const product = ndc.kind === 'ambiguous' ? this.ndc.find(code) : undefined;
    return ndc.kind === 'ambiguous' && product
      ? ndc.candidates.find((candidate) => candidate.startsWith(product.product9))!
      : code.trim();
  }

  /** I10.X, filled up with placeholders where nothing follows them, is I10. */
  private withoutFillers(code: string): string {
    if (!code.endsWith('X') || this.icd10cm.find(code)) return code;
    return this.icd10cm.find(code.replace(/[X.]+$/, ''))?.code ?? code;
  }

  list(): Dictionary[] {
    return [
      {
        system: System.icd10cm,
        release: `2026, April update; ${this.icd10cm.formerSize.toLocaleString('en-US')} codes of releases since 2016`,
        entries: this.icd10cm.size,
        complete: true,
        folder: shippedFolder(),
      },
      {
        system: System.ndc,
        release: this.ndcFolder === shippedFolder() ? 'FDA directory of 2019-04-29' : 'imported',
        entries: this.ndc.size,
        complete: false,
        folder: this.ndcFolder,
      },
      {
        system: System.rxnorm,
        release: this.rxnorm.size > 0 ? 'imported (NDC crosswalk)' : "NDC crosswalk for the simulator's drugs",
        entries: this.rxnorm.size || simulatedDrugs().size,
        complete: false,
        folder: this.rxnorm.size > 0 ? userFolder() : shippedFolder(),
      },
    ];
  }
}

function asFound({ code, title, billable, validFrom, validTo, former }: Icd10cmEntry): FoundCode {
  return { code, display: title, billable, validFrom, validTo, ...(former && { former }) };
}

/** "metformin hydrochloride 500 mg/1 tablet (oral)" */
function describe(product: NdcProduct): string {
  const words = [product.ingredients.join(' / '), product.strength?.replace(/\/1$/, ''), product.form];
  return `${words.filter(Boolean).join(' ')} (${product.routes.join(', ')})`;
}

/** 8 and 008 are 08. @see CDC, IIS: HL7 Standard Code Set CVX */
function twoDigits(code: string): string {
  return /^\d{1,3}$/.test(code) ? String(Number(code)).padStart(2, '0') : code;
}

/** ICD-9-CM takes its dot after the third character, after the fourth in E codes. */
function dotted(system: string, code: string): string {
  const bare = code.trim().replace(/\.+$/, '').toUpperCase().replace('.', '');
  const head = system === System.icd9cm && bare.startsWith('E') ? 4 : 3;
  return bare.length > head ? `${bare.slice(0, head)}.${bare.slice(head)}` : bare;
}
