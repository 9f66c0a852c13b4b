import { type EventKind, RULED_OUT_WORDS } from '@ehrsynth/records';

interface OfStatus {
  kind: EventKind;
  /** As `statusOf` has it. */
  status: string;
}

/** Why a condition that its status negates is not read. */
export const RULED_OUT = { reason: 'condition ruled out', isRight: true };

/** SQL of a row's status: its text and, where its concept says that it is resolved, that after a separator. */
export function statusOf(text: string, table: string): string {
  if (table !== 'condition_occurrence') return text;
  return `${text} || CASE WHEN condition_status_concept_id = ${RESOLVED_CONDITION} THEN chr(31) || 'resolved' ELSE '' END`;
}

/** Whether a condition or an allergy is active, where its status says so, in any capitals; else, and of other kinds, undefined. */
export function isActive({ kind, status }: OfStatus): boolean | undefined {
  if (!HAS_STATUS.has(kind)) return undefined;
  return wordsOf(status)
    .map((word) => ACTIVE.get(word))
    .find((active) => active !== undefined);
}

/** Whether it is a condition or an allergy that the patient was found not to have, or that was entered in error. */
export function isRuledOut({ kind, status }: OfStatus): boolean {
  return HAS_STATUS.has(kind) && wordsOf(status).some((word) => NOT_HAD.has(word));
}

/** condition_status_concept_id "Resolved condition" */
const RESOLVED_CONDITION = 32906;
const HAS_STATUS = new Set<EventKind>(['condition', 'allergy']);
const ACTIVE = new Map([
  ['active', true],
  ['resolved', false],
]);
const NOT_HAD = new Set(RULED_OUT_WORDS);

/** "Ruled out" and "ruled_out" are ruled-out. */
function wordsOf(status: string): string[] {
  return status.split('\u001f').map((word) =>
    word
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '-'),
  );
}
