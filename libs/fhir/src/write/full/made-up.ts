import { faker } from '@faker-js/faker/locale/en_US';
import type { Address, ContactPoint, HumanName } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import type { Sex } from '@ehrsynth/records';

/** Names, addresses and numbers that are made up, the same for the same name of whoever has them. */
export class MadeUp {
  constructor(private readonly name: string) {}

  person(sex: Sex): { family: string; given: string[] } {
    this.begin('person');
    const kind = sex === 'female' || sex === 'male' ? sex : undefined;
    return { family: faker.person.lastName(), given: [faker.person.firstName(kind), faker.person.middleName(kind)] };
  }

  address(): Address {
    this.begin('address');
    const state = faker.location.state({ abbreviated: true });
    return {
      use: 'home',
      line: [faker.location.streetAddress()],
      city: faker.location.city(),
      state,
      postalCode: faker.location.zipCode({ state }),
      country: 'US',
    };
  }

  /** Of the numbers that are kept for fiction: 555-0100 to 555-0199. */
  phone(use: ContactPoint['use']): ContactPoint {
    this.begin('phone');
    const area = faker.number.int({ min: 201, max: 989 });
    return { system: 'phone', value: `(${area}) 555-01${String(faker.number.int(99)).padStart(2, '0')}`, use };
  }

  number(digits: number): string {
    this.begin('number');
    return faker.string.numeric({ length: digits, allowLeadingZeros: false });
  }

  town(): string {
    this.begin('town');
    return faker.location.city();
  }

  /** One of the list. */
  pick<T>(list: readonly T[]): T {
    return list[parseInt(uuidOf(`${this.name}/pick`).slice(0, 8), 16) % list.length];
  }

  /** One generator is all of theirs: a seed begins it anew. */
  private begin(part: string): void {
    faker.seed(parseInt(uuidOf(`${this.name}/${part}`).slice(0, 8), 16));
  }
}

/** Ada B. Smith; with a title where they have one. */
export function inWords({ prefix = [], given = [], family = '' }: HumanName): string {
  return [...prefix, ...given, family].join(' ');
}
