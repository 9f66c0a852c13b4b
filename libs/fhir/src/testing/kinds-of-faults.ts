import type { KindOfFault } from './kinds/kind-of-fault.ts';
import { ADDRESSES } from './kinds/addresses.ts';
import { BINDINGS } from './kinds/bindings.ts';
import { CODE_FORMS } from './kinds/code-forms.ts';
import { CHARACTERS } from './kinds/characters.ts';
import { DATES } from './kinds/dates.ts';
import { EXTENSIONS } from './kinds/extensions.ts';
import { QUANTITIES } from './kinds/quantities.ts';
import { RANGES } from './kinds/ranges.ts';
import { REFERENCES } from './kinds/references.ts';
import { RULES_ON_DATATYPES } from './kinds/rules-on-datatypes.ts';
import { RULES_ON_SHARED_CONTENT } from './kinds/rules-on-shared-content.ts';
import { SHAPES } from './kinds/shapes.ts';
import { SIBLINGS } from './kinds/siblings.ts';
import { URNS } from './kinds/urns.ts';
import { US_CORE } from './kinds/us-core.ts';
import { US_CORE_CARE } from './kinds/us-core-care.ts';
import { US_CORE_VALUES } from './kinds/us-core-values.ts';
import { REFERENCE_TYPES } from './kinds/reference-types.ts';
import { NO_RESOURCES } from './kinds/no-resources.ts';

export type { KindOfFault };

/** Kinds of faults that are easily missed, each beside what is right and looks alike. */
export const KINDS_OF_FAULTS: Record<string, KindOfFault> = {
  references: REFERENCES,
  'types of references': REFERENCE_TYPES,
  'types that are no resources': NO_RESOURCES,
  'rules of an element on its datatype': RULES_ON_DATATYPES,
  'rules of an element on what shares its content': RULES_ON_SHARED_CONTENT,
  'kinds of quantities': QUANTITIES,
  ranges: RANGES,
  siblings: SIBLINGS,
  characters: CHARACTERS,
  extensions: EXTENSIONS,
  bindings: BINDINGS,
  dates: DATES,
  addresses: ADDRESSES,
  shapes: SHAPES,
  'codes that their system cannot have': CODE_FORMS,
  URNs: URNS,
  'releases of US Core': US_CORE,
  'values in profiles of US Core': US_CORE_VALUES,
  'care in profiles of US Core': US_CORE_CARE,
};
