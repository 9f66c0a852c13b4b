import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** What ends TLS before a server of this machine, with a certificate of an authority that nobody else knows. */
export interface TlsProxy {
  port: number;
  /** A file with the authority's certificate. */
  authority: string;
  close(): void;
}

/** @param folder for its keys @throws Error where there is no openssl */
export async function tlsProxy(to: number, folder: string): Promise<TlsProxy> {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  const words = ['req', '-x509', '-days', '2', ...key, ...names, '-out', 'cert.pem'];
  execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  const authority = join(folder, 'cert.pem');
  const keys = { cert: readFileSync(authority), key: readFileSync(join(folder, 'key.pem')), ALPNProtocols: ['h2'] };
  const server = createServer(keys, (client) => {
    const spark = connect(to, '127.0.0.1');
    for (const socket of [client, spark]) socket.on('error', () => (client.destroy(), spark.destroy()));
    client.pipe(spark).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, authority, close: () => server.close() };
}
