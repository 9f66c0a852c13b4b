import { UserError } from '@ehrsynth/io';
import type { Filling } from '@ehrsynth/release';

/** Options of a function of the pipeline that it cannot work with. */
export class InvalidOptionsError extends UserError {
  constructor(what: string, fault: string) {
    super('bad-option', 2, `Invalid options for ${what}: ${fault}`, {
      todo: 'Its type lists the options that it has.',
    });
  }
}

/** --level names no level of a system. */
export class LevelError extends UserError {
  constructor(choice: string, all: string[]) {
    super('bad-level', 2, `Unknown level: ${choice}`, { todo: `Levels: ${all.join(', ')}.` });
  }
}

/** Both parts of a cohort, where the records of one are wanted. */
export class WholeCohortError extends UserError {
  constructor(cohort: string) {
    super('whole-cohort', 2, 'The folder is a whole cohort: its training and held-out patients must not be mixed', {
      where: cohort,
      todo: 'Give one of its parts: the folder train, or the folder holdout.',
    });
  }
}

/** Stopped by the user; --resume goes on from what is kept. */
export class StoppedError extends UserError {
  constructor(what: string, kept: string) {
    super('stopped', 130, what, { where: kept, todo: 'Run the same command with --resume to continue.' });
  }
}

/** --resume, and no training was begun for this output. */
export class NothingToResumeError extends UserError {
  constructor(out: string, checkpointFolder: string) {
    super('nothing-to-resume', 2, `There is no checkpoint to resume for ${out}`, {
      where: checkpointFolder,
      todo: 'Give the --out of the training that was stopped, or omit --resume to start again.',
    });
  }
}

/** A folder that another command wrote, or none. */
export class WrongFolderError extends UserError {
  constructor(folder: string, wanted: string[], found: string | undefined) {
    super('wrong-folder', 2, `Not a folder that \`ehrsynth ${wanted.join('` or `')}\` wrote`, {
      where: folder,
      todo: found ? `It was written by \`ehrsynth ${found}\`.` : 'It has no run.json.',
    });
  }
}

/** A file that a command wrote is not what this version writes. */
export class BrokenFileError extends UserError {
  constructor(path: string, line: number | undefined, what: string, cause: unknown) {
    super('broken-file', 1, `The file is damaged or was changed: ${what}`, {
      where: line === undefined ? path : `${path}, line ${line}`,
      todo: 'Copy its folder again, or run the command that wrote it again.',
      cause,
    });
  }
}

export class BrokenRecordError extends UserError {
  constructor(path: string, line: number, cause: unknown) {
    super('broken-record', 1, 'A patient record is damaged', {
      where: `${path}, line ${line}`,
      todo: 'Run the command that wrote it again.',
      cause,
    });
  }
}

/** The folders to merge are not all the parts of one run. */
export class ShardsError extends UserError {
  constructor(where: string, what: string) {
    super('not-the-parts', 2, `These folders are not the parts of one run: ${what}`, {
      where,
      todo: 'Give every folder of one `generate --shard i/n` once: same model, number, seed and engine, i from 1 to n.',
    });
  }
}

/** A thread of `generate` ended before its work. */
export class DrawingThreadError extends UserError {
  constructor(why: string, cause?: unknown) {
    super('drawing-thread', 3, `A drawing thread ended: ${why}`, {
      todo: 'Try fewer threads: --workers 1 draws without any.',
      cause,
    });
  }
}

/** An option that needs another. */
export class IncompleteOptionsError extends UserError {
  constructor(what: string) {
    super('incomplete-options', 2, what, { todo: '--help shows the options.' });
  }
}

/** An option that a training with differential privacy would not use. */
export class IneffectiveOptionError extends UserError {
  constructor(option: string, why: string, beside = 'dp-epsilon') {
    super('no-effect', 2, `--${option} has no effect with --${beside}: ${why}`, {
      todo: `Leave --${option} out.`,
    });
  }
}

/** A model that cannot be trained with differential privacy, for a reason of its own. */
export class NotPrivateError extends UserError {
  constructor(title: string, why: string) {
    super('not-private', 2, `${title} cannot be trained with --dp-epsilon: ${why}`, { todo: 'Use -m visits instead.' });
  }
}

/** --outcome names no code that the patients have. */
export class UnknownOutcomeError extends UserError {
  constructor(code: string) {
    super('unknown-outcome', 2, `No column of the cohort has the code ${code}`, {
      todo: 'columns.json in the cohort lists the codes.',
    });
  }
}

/** Gates are in the way: nothing is given away. */
export class ReleaseRefusedError extends UserError {
  constructor(verdict: string, details: string[]) {
    const head = `${verdict[0].toUpperCase()}${verdict.slice(1)}`;
    super('release-refused', 1, [head, ...details].join('\n'), { todo: 'Nothing was written.' });
  }
}

/** Classes that the model draws too few patients of. */
export class SmallClassesError extends UserError {
  constructor({ k, drawn, classes, left }: Filling) {
    const small = classes
      .filter(({ before, found }) => before + found < k)
      .map(({ members, before, found }) => `${members.join(', ')} (${before + found})`);
    super(
      'small-classes',
      1,
      `${small.length} classes have fewer than ${k} patients, ${left.length} in all, after ${drawn.toLocaleString('en-US')} rows were drawn: ${small.slice(0, 5).join('; ')}${small.length > 5 ? '; …' : ''}`,
      {
        todo: 'Draw more with --most-draws, use fewer quasi-identifiers or a smaller --k, or leave these patients out with --suppress.',
      },
    );
  }
}

/** Synthetic patients of a model that learnt from another cohort. */
export class OtherColumnsError extends UserError {
  constructor(cohort: string) {
    super('other-columns', 2, 'The synthetic patients have different columns from the cohort', {
      where: cohort,
      todo: 'Give the cohort that their model was trained on.',
    });
  }
}

/** --where, --set-prevalence or --balance that says nothing the model knows. */
export class ShapeOptionError extends UserError {
  constructor(what: string, todo: string) {
    super('bad-shape', 2, `Not a valid request: ${what}`, { todo });
  }
}

/** Patients of a shape did not come up among as many rows as may be drawn. */
export class ShapeNotFilledError extends UserError {
  constructor(taken: number, wanted: number, drawn: number) {
    const text = (count: number) => count.toLocaleString('en-US');
    super(
      'shape-not-filled',
      1,
      `Only ${text(taken)} of ${text(wanted)} requested patients came up in ${text(drawn)} draws`,
      {
        todo: 'Nothing was written. Ask for fewer patients, or raise --most-draws.',
      },
    );
  }
}

/** A file is not the one that the step before it wrote or read. */
export class BrokenLinkError extends UserError {
  constructor(path: string, what: string, why: string, command: string, right?: string) {
    const step = command.split(' ')[0];
    super('broken-link', 1, `${what}: ${why}`, {
      where: path,
      todo: `Run \`ehrsynth ${step}\` again, and the steps after it${right ? `; or give ${right}` : ''}.`,
    });
  }
}

/** A folder of a version that did not write down the sums of its files. */
export class NoSumsError extends UserError {
  constructor(folder: string, command: string, version: string) {
    super(
      'no-sums',
      2,
      `This folder cannot be verified: its run.json, written by version ${version}, has no checksums of its files`,
      {
        where: folder,
        todo: `Run \`ehrsynth ${command}\` again with this version, and the steps after it.`,
      },
    );
  }
}

/** run.json does not say where the folder is that it went on from. */
export class NoLinkError extends UserError {
  constructor(folder: string, part: string) {
    super('no-link', 2, `The ${part} was not found: run.json does not name its folder`, {
      where: folder,
      todo: `Give its folder with --${part}.`,
    });
  }
}

/** Files of a package are not those that were measured. */
export class ChangedMeanwhileError extends UserError {
  constructor(path: string) {
    super('changed-meanwhile', 1, 'A file of the package was changed after it was measured', {
      where: path,
      todo: 'Nothing was written. Make sure that nothing else writes to it, and release again.',
    });
  }
}

/** --force would remove a folder that no command wrote. */
export class NotOursError extends UserError {
  constructor(folder: string, why: string) {
    super('not-ours', 2, `--force replaces only what ehrsynth wrote: ${why}`, {
      where: folder,
      todo: 'Choose another name with -o, or remove the folder yourself.',
    });
  }
}

const SHOWN_NAMES = 5;

/** --force would remove files that no command wrote. */
export class OthersFilesError extends UserError {
  constructor(folder: string, names: string[]) {
    const shown = names.slice(0, SHOWN_NAMES).map((name) => JSON.stringify(name).slice(1, -1));
    const rest = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : '';
    super('not-ours', 2, `--force would remove what ehrsynth did not write: ${shown.join(', ')}${rest}`, {
      where: folder,
      todo: 'Move it elsewhere, or choose another name with -o.',
    });
  }
}

/** --force would remove what the command reads. */
export class InputInOutputError extends UserError {
  constructor(source: string, out: string) {
    super('input-in-output', 2, `--force would remove an input of the same command: ${source}`, {
      where: out,
      todo: 'Choose another name with -o.',
    });
  }
}

/** A library ran out of disk, and said so in words of its own. */
export class DiskFullError extends UserError {
  constructor(out: string, cause: Error) {
    super('ENOSPC', 3, 'The disk is full', {
      where: out,
      todo: 'Free some space or choose another disk; nothing was left behind.',
      cause,
    });
  }
}

/** An export to OMOP has no place to go, or two. */
export class OmopTargetError extends UserError {
  constructor() {
    super('wrong-options', 2, 'Exactly one destination is needed', {
      todo: 'Give a folder (--out) or a database (--postgres), not both.',
    });
  }
}
