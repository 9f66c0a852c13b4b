import {
  addDays,
  addMonths,
  AFTER_DEATH_DAYS,
  daysBetween,
  DOUBTFUL_DAYS,
  isTooLongAgo,
  LONGEST_YEARS,
  type PatientRecord,
  type Problem,
  RECORDED_AFTER_DEATH_DAYS,
  ZONE_DAYS,
} from '@ehrsynth/records';

/** Between which days the rows of a subject can lie. */
export interface Lifetime extends Pick<PatientRecord, 'birthDate' | 'deathDate'> {
  /** The last day of the longest life. */
  last?: string;
}

/**
 * A subject's birth and death, each dropped and noted where it cannot be, by the same rules as other sources.
 * @param days of the subject's other rows
 * @param today YYYY-MM-DD
 */
export function lifetimeOf(
  { birthDate, deathDate }: Lifetime,
  days: string[],
  note: (problem: Pick<Problem, 'reason' | 'detail'>) => void,
  today = new Date().toISOString().slice(0, 10),
): Lifetime {
  const life: Lifetime = {};
  if (birthDate !== undefined) {
    const reason = whyNoBirth(birthDate, days, today);
    if (reason) note({ reason, detail: birthDate });
    else Object.assign(life, { birthDate, last: addMonths(birthDate, LONGEST_YEARS * 12) });
  }
  if (deathDate !== undefined) {
    const fault = faultOf(deathDate, life);
    if (fault) note({ reason: `death: ${fault}, not read`, detail: deathDate });
    else if (isDoubtful(deathDate, days)) note({ reason: NO_DEATH, detail: deathDate });
    else life.deathDate = deathDate;
  }
  return life;
}

/** Why a row of a day is left out; undefined where it is read. */
export function faultOf(day: string | undefined, { birthDate, last, deathDate }: Lifetime): string | undefined {
  if (day === undefined) return undefined;
  if (birthDate !== undefined && day < addDays(birthDate, -ZONE_DAYS)) return 'date before birth';
  if (last !== undefined && day > last) return 'date after the longest life';
  return deathDate !== undefined && day > addDays(deathDate, RECORDED_AFTER_DEATH_DAYS) ? AFTER_DEATH : undefined;
}

const AFTER_DEATH = `date more than ${RECORDED_AFTER_DEATH_DAYS} days after death`;
const NO_DEATH = 'death on a placeholder date, not read';

function whyNoBirth(born: string, days: string[], today: string): string | undefined {
  let first: string | undefined;
  for (const day of days) if (day >= born && (first === undefined || day < first)) first = day;
  if (first === undefined && born > addDays(today, 1)) return 'birth date in the future, dropped';
  return isTooLongAgo(born, first, today) ? 'birth date too long ago, dropped' : undefined;
}

function isDoubtful(death: string, days: string[]): boolean {
  return DOUBTFUL_DAYS.has(death) && days.some((day) => daysBetween(death, day) > AFTER_DEATH_DAYS);
}
