import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { fromSystemError } from '@ehrsynth/io';
import { CertificateError } from './errors.ts';

/** Files of a party: its certificate and key, and the authority whose certificates it takes from the other side. */
export interface CertificateFiles {
  cert: string;
  key: string;
  ca: string;
}

export interface Certificates {
  cert: Buffer;
  key: Buffer;
  ca: Buffer;
}

/** @throws CertificateError where they are none or do not belong together, UserError where they cannot be read */
export function readCertificates({ cert, key, ca }: CertificateFiles): Certificates {
  const files = { cert: read(cert), key: read(key), ca: read(ca) };
  check(ca, () => createSecureContext({ ca: files.ca }));
  check(cert, () => createSecureContext({ cert: files.cert }));
  check(key, () => createSecureContext(files));
  return files;
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fromSystemError(error, path, 'read');
  }
}

function check(path: string, make: () => SecureContext): void {
  try {
    make();
  } catch (error) {
    throw new CertificateError(path, (error as Error).message);
  }
}
