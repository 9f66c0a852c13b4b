import { workingDay } from '../days.ts';
import type { Spell } from '../life.ts';
import { isKept, type Planning, type Visit, visit } from './visit.ts';

/** Weeks of prenatal visits (ACOG: every four weeks until 28, every two until 36, then weekly). */
const PRENATAL_WEEKS = [8, 12, 16, 20, 24, 28, 30, 32, 34, 36, 37, 38, 39, 40, 41];
const PRENATAL_KEPT = 0.92;
/** CDC, births: final data for 2019. */
export const CESAREAN_SHARE = 0.317;
const TERM_WEEKS = 37;
const POSTPARTUM_DAYS = 42;
const JAUNDICE_SHARE = 0.25;

/** Prenatal visits, the birth in hospital and the visit six weeks later; and of a newborn its own stay after birth. */
export function pregnancyVisits(planning: Planning): Visit[] {
  const { process, life } = planning;
  const pregnancy = process.index.get('pregnancy')!;
  const own = life.person.entry === life.person.birth ? [newborn(planning)] : [];
  return [
    ...own,
    ...life.spells.filter(({ condition }) => condition === pregnancy).flatMap((spell) => ofOne(spell, planning)),
  ];
}

function ofOne(spell: Spell, planning: Planning): Visit[] {
  const { process, life, rng } = planning;
  const { entry } = life.person;
  const during = (name: string) =>
    life.spells.filter(
      (other) => other.condition === process.index.get(name) && other.begin >= spell.begin && other.begin <= spell.end,
    );
  const found = PRENATAL_WEEKS.map((week) => workingDay(Math.floor(spell.begin + week * 7 + rng.normal() * 2)))
    .filter((day) => day >= entry && day < Math.min(spell.end, life.end) && isKept(PRENATAL_KEPT, planning))
    .map((day) => {
      const complications = ['gestational diabetes', 'preeclampsia']
        .flatMap(during)
        .filter(({ begin }) => begin <= day + 1);
      return visit('prenatal', day, { codes: supervision(spell, day), reasons: complications });
    });
  const lost = during('miscarriage').length > 0;
  const birth = Math.floor(spell.end);
  if (lost || birth < entry || birth > life.end) return found;
  const cesarean = rng.chance(CESAREAN_SHARE);
  const weeks = Math.floor((birth - spell.begin) / 7);
  const lastDay = Math.min(life.end, birth + (cesarean ? 3 : 1 + rng.int(2)));
  const codes = [cesarean ? 'O82' : weeks < TERM_WEEKS ? 'O60.14X0' : 'O80', 'Z37.0', weekCode(weeks)];
  found.push(
    visit('stay', birth, {
      lastDay,
      codes,
      reasons: during('preeclampsia'),
      procedures: [cesarean ? 'cesarean section' : 'vaginal delivery'],
      elective: false,
    }),
  );
  const after = workingDay(lastDay + POSTPARTUM_DAYS + Math.round(rng.normal() * 5));
  if (isKept(0.8, planning)) found.push(visit('prenatal', after, { codes: ['Z39.2'] }));
  return found;
}

/** Supervision of a first or later pregnancy by trimester, and the week. */
function supervision({ begin, earlier }: Spell, day: number): string[] {
  const weeks = Math.max(8, Math.floor((day - begin) / 7));
  const trimester = weeks < 14 ? 1 : weeks < 28 ? 2 : 3;
  return [`${earlier === 0 ? 'Z34.0' : 'Z34.8'}${trimester}`, weekCode(weeks)];
}

function weekCode(weeks: number): string {
  return `Z3A.${String(Math.min(42, weeks)).padStart(2, '0')}`;
}

function newborn({ life, rng }: Planning): Visit {
  const { birth } = life.person;
  const codes = [rng.chance(CESAREAN_SHARE) ? 'Z38.01' : 'Z38.00', ...(rng.chance(JAUNDICE_SHARE) ? ['P59.9'] : [])];
  return visit('stay', birth, { lastDay: Math.min(life.end, birth + 2), codes, elective: false });
}
