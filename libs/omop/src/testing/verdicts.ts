import { type CheckResult, checkOmop, type OmopCheckOptions } from '../index.ts';
import { CdmFolder, type CdmRows } from './cdm-folder.ts';

/**
 * What the checks say of a CDM, by "CHECK TABLE.FIELD CONCEPT UNIT": "1/3" rows, "2/3 failed", "nothing to check", or "error" where it
 * could not be made.
 * @param tables a table without rows has those columns
 */
export async function verdicts(
  tables: Record<string, CdmRows[string] | string>,
  options: Partial<OmopCheckOptions> = {},
): Promise<Record<string, string>> {
  const cdm = new CdmFolder(tables);
  try {
    const { results } = await checkOmop(cdm.path, { today: '2026-01-01', ...options });
    return Object.fromEntries(results.map((result) => [keyOf(result), verdictOf(result)]));
  } finally {
    cdm.remove();
  }
}

function keyOf({ name, table, field, concept }: CheckResult): string {
  const where = [table, field].filter(Boolean).join('.');
  return [name, where, concept?.id, concept?.unit?.id].filter(Boolean).join(' ');
}

function verdictOf({ error, notApplicable, violations, rows, hasFailed }: CheckResult): string {
  if (error) return 'error';
  if (notApplicable) return 'nothing to check';
  return `${violations}/${rows}${hasFailed ? ' failed' : ''}`;
}
