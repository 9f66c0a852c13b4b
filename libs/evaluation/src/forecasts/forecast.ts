import { type Histories, NO_DAY } from '@ehrsynth/histories';

/** Real people, and the futures that were drawn of them. */
export interface Forecast {
  /** Real histories, whole; those of other people may be among them. */
  histories: Histories;
  /** Drawn histories with the same dictionary. What stands in them up to the day is not looked at. */
  futures: Histories;
  /** Of each future, the row in `histories` of the person whose it is. */
  personOf: ArrayLike<number>;
  /** The last day that the forecast knew, a day number. */
  asOf: number;
}

/** A person who can be judged, with the rows of the futures. */
export interface Judged {
  person: number;
  futures: number[];
}

/** Those who were alive on the day and in whose record something had happened by then, with their futures. */
export function judgedPeople({ histories: { arrays }, futures, personOf, asOf }: Forecast): Judged[] {
  const rows = new Map<number, number[]>();
  for (let future = 0; future < futures.patients; future++) {
    const own = rows.get(personOf[future]);
    if (own) own.push(future);
    else rows.set(personOf[future], [future]);
  }
  const isJudged = (person: number) => {
    const [first, end] = [arrays.visitStarts[person], arrays.visitStarts[person + 1]];
    const death = arrays.deathDay[person];
    return first < end && arrays.firstDay[first] <= asOf && (death === NO_DAY || death > asOf);
  };
  return [...rows].filter(([person]) => isJudged(person)).map(([person, own]) => ({ person, futures: own }));
}
