import { type CodedEvent, System } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Body } from './body.ts';
import { ANSWERS, QUESTIONS, TESTS } from './data/answers.ts';
import { DAYS_A_YEAR, dayNumber } from './days.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Visit } from './visits/visit.ts';

/** Questions that are answered with a code at a visit: smoking, and tests for influenza, COVID-19 and pregnancy. */
export function answeredAt(visit: Visit, process: Process, life: Life, body: Body, rng: Rng): CodedEvent[] {
  const { kind, day, reasons, codes } = visit;
  const because = (name: string) => reasons.some(({ condition }) => process.names[condition] === name);
  const found: CodedEvent[] = [];
  const { smokingStatus, influenza, covid } = TESTS;
  const share = kind === 'checkUp' ? smokingStatus.checkUp : kind === 'stay' ? smokingStatus.stay : 0;
  if ((day - life.person.birth) / DAYS_A_YEAR >= smokingStatus.fromAge && rng.chance(share)) {
    const status = body.isIll('smoking', day) ? 'smokes' : body.isIll('former smoking', day) ? 'smoked' : 'neverSmoked';
    found.push(answered('smoking', status, 'social-history'));
  }
  const isCold = because('cold') || because('pneumonia');
  const [hasInfluenza, hasCovid] = [because('influenza'), because('COVID-19')];
  if (rng.chance(hasInfluenza ? influenza.ill : isCold || hasCovid ? influenza.cold : 0)) {
    const isPositive = rng.chance(hasInfluenza ? influenza.sensitivity : 1 - influenza.specificity);
    found.push(answered('influenza', isPositive ? 'detected' : 'notDetected', 'laboratory'));
  }
  if (day >= dayNumber(covid.from) && rng.chance(hasCovid ? covid.ill : isCold || hasInfluenza ? covid.cold : 0)) {
    const isPositive = rng.chance(hasCovid ? covid.sensitivity : 1 - covid.specificity);
    found.push(answered('covid', isPositive ? 'detected' : 'notDetected', 'laboratory'));
  }
  if (kind === 'prenatal' && (codes.includes('Z3A.08') || codes.includes('Z3A.09'))) {
    found.push(answered('pregnancy', 'positive', 'laboratory'));
  }
  return found;
}

function answered(question: keyof typeof QUESTIONS, answer: keyof typeof ANSWERS, category: string): CodedEvent {
  const [code, display] = QUESTIONS[question];
  const [value, shown] = ANSWERS[answer];
  const isPositive = answer === 'detected' || answer === 'positive';
  return {
    kind: 'measurement',
    code: { system: System.loinc, code, display },
    category,
    answer: { system: System.snomed, code: value, display: shown },
    ...(category === 'laboratory' && { interpretation: isPositive ? 'POS' : 'NEG' }),
  };
}
