export type Release = 'DSTU2' | 'STU3' | 'R5';

export interface Sign {
  element: string;
  release: Release;
  form: (value: unknown) => boolean;
  /** is a code, as in STU3 */
  says: string;
}

/** Types that R4 does not have. What R4B has too (SubscriptionStatus, NutritionProduct, …) is not among them. */
export const REMOVED_TYPES: ReadonlyMap<string, Release> = new Map(
  Object.entries({
    DSTU2: 'MedicationOrder DiagnosticOrder Order OrderResponse Conformance DeviceUseRequest',
    STU3: 'ProcedureRequest ReferralRequest DeviceComponent EligibilityRequest EligibilityResponse ProcessRequest ProcessResponse DataElement ExpansionProfile ServiceDefinition Sequence BodySite ImagingManifest',
    R5: 'Transport GenomicStudy ImagingSelection EncounterHistory FormularyItem NutritionIntake DeviceUsage DeviceDispense DeviceAssociation BiologicallyDerivedProductDispense InventoryItem InventoryReport ArtifactAssessment ActorDefinition ConditionDefinition Requirements TestPlan',
  }).flatMap(([release, types]) => types.split(' ').map((type) => [type, release as Release] as const)),
);

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isReference = (value: unknown) => isObject(value) && (isText(value.reference) || isObject(value.identifier));
const isConcept = (value: unknown) => isObject(value) && (Array.isArray(value.coding) || isText(value.text));
const isPeriod = (value: unknown) => isObject(value) && (isText(value.start) || isText(value.end));
const isQuantity = (value: unknown) => isObject(value) && typeof value.value === 'number';
const isRange = (value: unknown) => isObject(value) && (isQuantity(value.low) || isQuantity(value.high));
const isTiming = (value: unknown) =>
  isObject(value) && (Array.isArray(value.event) || isObject(value.repeat) || isConcept(value.code));
const oneOf =
  (...codes: string[]) =>
  (value: unknown) =>
    codes.includes(value as string);
const listOf = (form: (item: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(form);
const having = (name: string, form: (value: unknown) => boolean) => (value: unknown) =>
  isObject(value) && form(value[name]);
const isConceptOrReference = (value: unknown) =>
  isObject(value) && (isConcept(value.concept) || isReference(value.reference));

/** In a list since STU3 and R4; by its own code system alone, for what is R4 may lack its brackets by mistake. */
const isOldCategory = (value: unknown) =>
  isConcept(value) && listOf(isObject)((value as Record<string, unknown>).coding)
    ? ((value as Record<string, unknown>).coding as { system?: unknown }[]).some(
        ({ system }) => typeof system === 'string' && OLD_CATEGORIES.test(system),
      )
    : false;
const OLD_CATEGORIES = /^http:\/\/hl7\.org\/fhir\/(observation|condition)-category$/;

const NOT_THERE = 'is an element of';
const row = (
  element: string,
  release: Release,
  form: Sign['form'],
  says: string = `${NOT_THERE} ${release}`,
): Sign => ({ element, release, form, says });

/** Elements of most clinical resources. */
const PATIENT_OF_DSTU2 = row('patient', 'DSTU2', isReference, 'is called subject since STU3');
const CONTEXT = row('context', 'STU3', isReference, 'is called encounter since R4');
const DEFINITION = row('definition', 'STU3', listOf(isObject));
const CATEGORY_OF_DSTU2 = row('category', 'DSTU2', isOldCategory, 'is no list, as in DSTU2');
const REASON_OF_R5 = row('reason', 'R5', listOf(isConceptOrReference));
const MEDICATION_OF_R5 = row('medication', 'R5', isConceptOrReference);
const IS_CODE = 'is a code, as in STU3';
const VERIFICATION = oneOf('provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error', 'unknown');
const CLINICAL = oneOf('active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved');

/**
 * Elements by type that show a release, DSTU2's first. Elements that R4 has too (MedicationAdministration.context,
 * MedicationStatement.context, MedicationDispense.context, Immunization.patient) are not among them.
 */
export const SIGNS: ReadonlyMap<string, Sign[]> = new Map(
  Object.entries({
    Condition: [
      PATIENT_OF_DSTU2,
      CATEGORY_OF_DSTU2,
      row('dateRecorded', 'DSTU2', isText, 'is called recordedDate since R4'),
      row('verificationStatus', 'STU3', VERIFICATION, IS_CODE),
      row('clinicalStatus', 'STU3', CLINICAL, IS_CODE),
      row('assertedDate', 'STU3', isText, 'is called recordedDate since R4'),
      CONTEXT,
      row('participant', 'R5', listOf(having('actor', isReference))),
    ],
    AllergyIntolerance: [
      row('substance', 'DSTU2', isConcept, 'is called code since STU3'),
      row('verificationStatus', 'STU3', oneOf('unconfirmed', 'confirmed', 'refuted', 'entered-in-error'), IS_CODE),
      row('clinicalStatus', 'STU3', CLINICAL, IS_CODE),
      row('assertedDate', 'STU3', isText, 'is called recordedDate since R4'),
      row('type', 'R5', isConcept, 'is a CodeableConcept, as in R5'),
      row('participant', 'R5', listOf(having('actor', isReference))),
    ],
    Encounter: [
      row('indication', 'DSTU2', listOf(isReference)),
      row('diagnosis', 'STU3', listOf(having('role', isConcept)), 'has a role, called use since R4'),
      row(
        'class',
        'DSTU2',
        oneOf('inpatient', 'outpatient', 'ambulatory', 'emergency', 'home', 'field', 'daytime', 'virtual', 'other'),
        'is a code, as in DSTU2',
      ),
      row('patient', 'DSTU2', isReference, 'is called subject since STU3'),
      row('class', 'R5', listOf(having('coding', Array.isArray)), 'is a list of CodeableConcepts, as in R5'),
      row('actualPeriod', 'R5', isPeriod, 'is called period before R5'),
      row('plannedStartDate', 'R5', isText),
      row('plannedEndDate', 'R5', isText),
      row('serviceType', 'R5', listOf(isConceptOrReference), 'is a list of CodeableReferences, as in R5'),
      row('virtualService', 'R5', listOf(isObject)),
      row(
        'diagnosis',
        'R5',
        listOf(having('condition', listOf(isConceptOrReference))),
        'has a list of conditions, as in R5',
      ),
      row('participant', 'R5', listOf(having('actor', isReference)), 'has an actor, called individual before R5'),
      row('subjectStatus', 'R5', isConcept),
      row('admission', 'R5', isObject, 'is called hospitalization before R5'),
      row('reason', 'R5', listOf(having('value', listOf(isConceptOrReference)))),
      row('reason', 'STU3', listOf(isConcept), 'is called reasonCode since R4'),
      row('incomingReferral', 'STU3', listOf(isReference), 'is called basedOn since R4'),
    ],
    Patient: [
      row('careProvider', 'DSTU2', listOf(isReference), 'is called generalPractitioner since STU3'),
      row('animal', 'STU3', isObject, 'was removed in R4'),
    ],
    MedicationRequest: [
      row('prescriber', 'DSTU2', isReference),
      CONTEXT,
      row('requester', 'STU3', having('agent', isReference), 'has an agent, as in STU3'),
      DEFINITION,
      MEDICATION_OF_R5,
    ],
    MedicationStatement: [
      PATIENT_OF_DSTU2,
      row('wasNotTaken', 'DSTU2', isFlag),
      row('taken', 'STU3', oneOf('y', 'n', 'unk', 'na')),
      row('reasonNotTaken', 'STU3', listOf(isConcept)),
      MEDICATION_OF_R5,
      row('adherence', 'R5', isObject),
    ],
    MedicationAdministration: [
      PATIENT_OF_DSTU2,
      row('effectiveTimeDateTime', 'DSTU2', isText),
      row('effectiveTimePeriod', 'DSTU2', isPeriod),
      row('wasNotGiven', 'DSTU2', isFlag),
      row('notGiven', 'STU3', isFlag),
      row('reasonNotGiven', 'STU3', listOf(isConcept)),
      row('prescription', 'STU3', isReference, 'is called request since R4'),
      DEFINITION,
      MEDICATION_OF_R5,
      row('occurenceDateTime', 'R5', isText),
      row('occurencePeriod', 'R5', isPeriod),
    ],
    MedicationDispense: [
      PATIENT_OF_DSTU2,
      row('dispenser', 'DSTU2', isReference),
      row('notDone', 'STU3', isFlag),
      row('notDoneReasonCodeableConcept', 'STU3', isConcept),
      MEDICATION_OF_R5,
      row('recorded', 'R5', isText),
    ],
    Medication: [
      row('product', 'DSTU2', isObject),
      row('isBrand', 'STU3', isFlag),
      row('isOverTheCounter', 'STU3', isFlag),
      row('package', 'STU3', isObject),
      row('marketingAuthorizationHolder', 'R5', isReference),
      row('ingredient', 'R5', listOf(having('item', isConceptOrReference)), 'has an item, as in R5'),
    ],
    Procedure: [
      row('performer', 'STU3', listOf(having('role', isConcept)), 'has a role, called function since R4'),
      row('notPerformed', 'DSTU2', isFlag),
      row('reasonCodeableConcept', 'DSTU2', isConcept),
      CONTEXT,
      row('notDone', 'STU3', isFlag),
      row('notDoneReason', 'STU3', isConcept),
      DEFINITION,
      row('occurrenceDateTime', 'R5', isText, 'is called performedDateTime before R5'),
      row('occurrencePeriod', 'R5', isPeriod, 'is called performedPeriod before R5'),
      row('occurrenceString', 'R5', isText, 'is called performedString before R5'),
      row('occurrenceAge', 'R5', isQuantity, 'is called performedAge before R5'),
      row('occurrenceRange', 'R5', isRange, 'is called performedRange before R5'),
      row('occurrenceTiming', 'R5', isTiming),
      row('recorded', 'R5', isText),
      REASON_OF_R5,
    ],
    Observation: [
      CATEGORY_OF_DSTU2,
      row('comments', 'DSTU2', isText),
      row('reliability', 'DSTU2', isText),
      row('comment', 'STU3', isText, 'is called note since R4'),
      row('related', 'STU3', listOf(having('target', isReference)), 'is called hasMember and derivedFrom since R4'),
      CONTEXT,
      row('triggeredBy', 'R5', listOf(having('observation', isReference))),
      row('bodyStructure', 'R5', isReference),
    ],
    DiagnosticReport: [
      row('codedDiagnosis', 'STU3', listOf(isConcept), 'is called conclusionCode since R4'),
      row('performer', 'STU3', listOf(having('actor', isReference)), 'has an actor, as in STU3'),
      row('image', 'STU3', listOf(having('link', isReference)), 'is called media since R4'),
      CONTEXT,
    ],
    Immunization: [
      row('informationSource', 'R5', isConceptOrReference),
      row('wasNotGiven', 'DSTU2', isFlag),
      row('reported', 'DSTU2', isFlag),
      row('notGiven', 'STU3', isFlag, 'is status not-done since R4'),
      row('date', 'STU3', isText, 'is called occurrenceDateTime since R4'),
      row('explanation', 'STU3', isObject),
      row('practitioner', 'STU3', listOf(having('actor', isReference)), 'is called performer since R4'),
      row('vaccinationProtocol', 'STU3', listOf(isObject), 'is called protocolApplied since R4'),
      REASON_OF_R5,
    ],
    DocumentReference: [
      row('indexed', 'STU3', isText, 'is called date since R4'),
      row('created', 'STU3', isText),
      row('class', 'STU3', isConcept, 'is called category since R4'),
      row('context', 'R5', listOf(isReference), 'is a list, as in R5'),
      row('attester', 'R5', listOf(isObject)),
      row('modality', 'R5', listOf(isConcept)),
    ],
    Claim: claimSigns(),
    ExplanationOfBenefit: [
      ...claimSigns(),
      row('totalCost', 'STU3', isQuantity, 'is called total since R4'),
      row('totalBenefit', 'STU3', isQuantity, 'is called total since R4'),
    ],
    CarePlan: [CONTEXT, DEFINITION, row('activity', 'R5', listOf(having('plannedActivityReference', isReference)))],
    Goal: [
      row(
        'status',
        'STU3',
        oneOf(
          'proposed',
          'accepted',
          'planned',
          'in-progress',
          'on-target',
          'ahead-of-target',
          'behind-target',
          'sustaining',
          'achieved',
          'on-hold',
          'cancelled',
          'entered-in-error',
          'rejected',
        ),
        'is called lifecycleStatus since R4',
      ),
    ],
    Device: [row('udi', 'STU3', isObject, 'is called udiCarrier since R4')],
    Practitioner: [row('practitionerRole', 'DSTU2', listOf(isObject))],
    CapabilityStatement: [...versionSigns()],
  } as Record<string, Sign[]>),
);

function claimSigns(): Sign[] {
  return [
    row('information', 'STU3', listOf(having('sequence', isNumber)), 'is called supportingInfo since R4'),
    row('hospitalization', 'STU3', isPeriod),
    row('employmentImpacted', 'STU3', isPeriod),
    row('item', 'STU3', listOf(isItemOfStu3), 'links to the care team and the diagnoses as in STU3'),
    row('diagnosisRelatedGroup', 'R5', isConcept),
    row('traceNumber', 'R5', listOf(isObject)),
    row('event', 'R5', listOf(having('type', isConcept))),
  ];
}

function isItemOfStu3(item: unknown): boolean {
  return (
    isObject(item) &&
    ['careTeamLinkId', 'diagnosisLinkId', 'procedureLinkId', 'informationLinkId'].some((name) =>
      Array.isArray(item[name]),
    )
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** What a server says of itself. R4B is read as R4. */
function versionSigns(): Sign[] {
  const versions: [Release, RegExp][] = [
    ['DSTU2', /^(1\.0|0\.)/],
    ['STU3', /^(3\.0|1\.[1-9])/],
    ['R5', /^(5|4\.[2456])\./],
  ];
  return versions.map(([release, form]) =>
    row('fhirVersion', release, (value) => typeof value === 'string' && form.test(value), `is one of ${release}`),
  );
}
