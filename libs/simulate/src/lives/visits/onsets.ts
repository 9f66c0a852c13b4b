import { workingDay, workingDayFrom } from '../days.ts';
import type { Spell } from '../life.ts';
import { isKept, type Planning, recordedSpells, type Visit, visit } from './visit.ts';

/** Planned operations: on a working day. */
const ELECTIVE = new Set(['knee replacement', 'breast surgery', 'prostatectomy', 'colectomy']);
/** A death within so many days of admission is one in hospital. */
const HOSPITAL_DEATH_DAYS = 8;

/** Visits because something begins: in the clinic, the emergency room or in hospital, there with follow-ups after discharge. */
export function onsetVisits(planning: Planning): Visit[] {
  const { conditions } = planning.process;
  return recordedSpells(planning).flatMap((spell) => {
    const { setting } = conditions[spell.condition];
    if (setting === 'IMP') return stay(spell, planning);
    const day = Math.floor(spell.begin);
    if (setting === 'EMER') return [visit('emergency', day, { reasons: [spell], elective: false })];
    if (setting === 'AMB') return [visit('acute', workingDayFrom(day), { reasons: [spell] })];
    return [];
  });
}

function stay(spell: Spell, planning: Planning): Visit[] {
  const { process, life, rng } = planning;
  const { stay: nights = [3, 0.5], fatality } = process.conditions[spell.condition];
  const elective = ELECTIVE.has(process.names[spell.condition]);
  const day = elective ? workingDayFrom(Math.floor(spell.begin)) : Math.floor(spell.begin);
  const discharge = day + Math.max(1, Math.round(nights[0] * Math.exp(nights[1] * rng.normal())));
  const isFatal = life.died && fatality !== undefined && life.end - day < HOSPITAL_DEATH_DAYS;
  const lastDay = isFatal ? Math.max(day, life.end) : Math.min(discharge, life.end);
  const stayed = visit('stay', day, { lastDay, reasons: [spell], elective });
  return [stayed, ...followUps(lastDay, [spell], planning)];
}

/** Visits after discharge, as they are kept. */
export function followUps(discharge: number, reasons: Spell[], planning: Planning): Visit[] {
  const { process, rng } = planning;
  return process.world.visits.followUps
    .filter(({ kept }) => isKept(kept, planning))
    .map(({ day, sd }) => {
      const at = workingDay(discharge + Math.max(2, Math.round(day + sd * rng.normal())));
      return visit('followUp', at, { reasons, codes: ['Z09'] });
    });
}
