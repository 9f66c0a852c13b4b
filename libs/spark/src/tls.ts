import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { fromSystemError } from '@ehrsynth/io';

/** gRPC's variable: a file with the authorities that are trusted, in place of Node's own and of those of NODE_EXTRA_CA_CERTS. */
const ROOTS_FILE = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH';

/** What Node says of a connection under TLS that did not come about, and what to do. It is the same when it is tried again. */
const FAULTS: [said: RegExp, todo: () => string][] = [
  [
    /unable to (verify|get)\b|self.signed certificate/i,
    () =>
      process.env[ROOTS_FILE]
        ? `Add the certificate of the authority that signed the server's to ${process.env[ROOTS_FILE]}, which ${ROOTS_FILE} names.`
        : "Name a file with the certificate of the authority that signed the server's in NODE_EXTRA_CA_CERTS.",
  ],
  [
    /certificate (has expired|is not yet valid)/,
    () => 'The certificate of the server has to be renewed, unless the clock of this machine is wrong.',
  ],
  [/certificate's altnames/, () => 'Name the server in the URL as its certificate does.'],
  [
    /wrong version number|packet length too long/,
    () => 'The server has no TLS on this port: leave out use_ssl, or name the port of the proxy that has it.',
  ],
];

/** How calls travel. @throws UserError where the file of the authorities cannot be read */
export function credentialsFor(isSecure: boolean): ChannelCredentials {
  if (!isSecure) return credentials.createInsecure();
  try {
    return credentials.createSsl();
  } catch (error) {
    throw fromSystemError(error, `${process.env[ROOTS_FILE]} (${ROOTS_FILE})`, 'read');
  }
}

/** What to do about a connection that TLS refused; undefined where it did not. */
export function adviceOnTls(said: string): string | undefined {
  return FAULTS.find(([of]) => of.test(said))?.[1]();
}

/** gRPC's words for a connection that did not come about, without what it and OpenSSL put around the reason. */
export function reasonOf(said: string): string {
  return said
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):\S+\.c:\d+:$/s, '$1');
}
