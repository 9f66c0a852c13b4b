import { UserError } from '@ehrsynth/io';

/** A file of sites that says something else than it may. */
export class SitesFileError extends UserError {
  constructor(what: string, where: string) {
    super('bad-sites-file', 2, what, {
      where,
      todo: 'docs/federated.md has an example of such a file.',
    });
  }
}

/** A site that did not answer, or not as it should. */
export class SiteError extends UserError {
  constructor(
    readonly site: string,
    fault: string,
    todo = 'Ask the operator of the site; `ehrsynth site` prints each request and why it refuses.',
    cause?: unknown,
  ) {
    super('site', 3, `Site ${site}: ${fault}`, { todo, cause });
  }
}

/** What a site refuses by its own rules: asking again would not help. */
export class RefusedError extends UserError {
  constructor(
    readonly reason: string,
    what: string,
    todo?: string,
  ) {
    super('refused', 1, what, { todo });
  }
}

/** A certificate or key that cannot be used. */
export class CertificateError extends UserError {
  constructor(path: string, fault: string) {
    super('certificate', 2, `The certificate or key cannot be used: ${fault}`, {
      where: path,
      todo: 'docs/federated.md has the openssl commands that create them.',
    });
  }
}
