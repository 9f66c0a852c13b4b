import { type Context, patientDates, toOutcome, Validator } from '@ehrsynth/fhir';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { OperationOutcome, Resource } from '@medplum/fhirtypes';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';

/** Lets in only what the validator finds no error in, references to what is not there among them; answers $validate. */
export class Gate {
  private readonly validator: Validator;

  /** @param isOpen lets in everything */
  constructor(
    vocabulary: Vocabulary,
    repository: Repository,
    private readonly isOpen = false,
  ) {
    this.validator = new Validator(vocabulary, new Stored(repository), {
      invariants: true,
      bestPractice: false,
    });
  }

  /** @throws Rejection (422) with every error found in the resource, or in the Bundle and all that is in it */
  check(resource: Resource): void {
    if (this.isOpen) return;
    const errors = this.findings(resource).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Rejection(422, toOutcome(errors) as OperationOutcome);
  }

  /** All that is found in a resource, as an outcome. */
  validate(resource: Resource): OperationOutcome {
    return toOutcome(this.findings(resource)) as OperationOutcome;
  }

  private findings(resource: Resource) {
    return this.validator.document({ resource, where: 'request', isClosed: true }).findings;
  }
}

/** What the server has, as the validator asks for it. */
class Stored implements Context {
  constructor(private readonly repository: Repository) {}

  has(key: string): boolean {
    return this.read(key) !== undefined;
  }

  /** The server has all that there is: what it lacks is nowhere. */
  hasType(): boolean {
    return true;
  }

  patient(key: string) {
    const resource = this.read(key);
    return resource?.resourceType === 'Patient' ? patientDates({ resource, where: '' }) : undefined;
  }

  private read(key: string) {
    const [type, id] = key.split('/');
    return this.repository.peek(type, id);
  }
}
