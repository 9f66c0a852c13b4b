import { type Command, InvalidArgumentError } from 'commander';
import { type Role, type RoleNames, ROLES } from '@ehrsynth/frames';

/** Options of matrices and tables of other programs. */
export interface FrameFlags {
  column?: RoleNames;
  names?: string;
}

/** @param before what help says before each */
export function addFrameOptions(command: Command, before = ''): Command {
  return command
    .option(
      '--column <ROLE=NAME>',
      `${before}meaning of a table's column whose name does not show it: ${ROLES.join(', ')} (may be repeated)`,
      columnRole,
    )
    .option(
      '--names <file>',
      `${before}names of a matrix's columns: one per line, a JSON list, or a columns.json of ehrsynth`,
    );
}

/** id=person_nr, beside those before. */
function columnRole(text: string, before: RoleNames = {}): RoleNames {
  const [, role, name] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  if (!isRole(role))
    throw new InvalidArgumentError(`Must be one of ${ROLES.join(', ')}, an equals sign, and a column's name`);
  return { ...before, [role]: name };
}

function isRole(text: string | undefined): text is Role {
  return (ROLES as readonly (string | undefined)[]).includes(text);
}
