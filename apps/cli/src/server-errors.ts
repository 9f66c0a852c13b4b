import { UserError } from '@ehrsynth/io';

/** --read bulk, of a server without it. */
export class NoBulkExportError extends UserError {
  constructor(url: string) {
    super('no-bulk-export', 3, 'The server has no bulk export', {
      where: url,
      todo: 'Read page by page with --read search, or omit --read.',
    });
  }
}

/** A bulk export that is done and in which nothing is. */
export class EmptyExportError extends UserError {
  constructor(server: string, since: string | undefined) {
    super('empty-export', 1, 'The export has no resources', {
      where: server,
      todo: since
        ? `Either nothing has changed since ${since}, or the token may not read anything: check --since and --scope.`
        : 'Check what the token may read (--scope), --types and --export-level, or read page by page: --read search.',
    });
  }
}

/** A server of which nothing came that can be read. */
export class EmptyServerError extends UserError {
  constructor(server: string, losses: string[]) {
    const what =
      losses.length > 0
        ? 'The server sent no resources of the types asked for'
        : 'The server has no resources of the types asked for';
    super('empty-server', 1, [what, ...losses].join('\n  '), {
      where: server,
      todo: 'Check --types, --since, and what the token may read (--scope).',
    });
  }
}

/** A server that did not send all that it has, and --on-error stop. */
export class IncompleteServerError extends UserError {
  constructor(server: string, losses: string[]) {
    super('incomplete-server', 1, ['The server did not send everything it has', ...losses].join('\n  '), {
      where: server,
      todo: 'What arrived is kept; with --on-error skip it is made into a cohort.',
    });
  }
}
