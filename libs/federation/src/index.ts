export { type CertificateFiles, type Certificates, readCertificates } from './certificates.ts';
export { type RemoteOptions, type RemoteSite, remoteSites, SiteRefusedError } from './client.ts';
export { CertificateError, RefusedError, SiteError, SitesFileError } from './errors.ts';
export { BrokenMessageError, decodeMessage, encodeMessage, type Message } from './message.ts';
export { serveSite, type SiteServer, type SiteServerOptions } from './server.ts';
export { type SitesFile, readSitesFile } from './sites-file.ts';
export { type Answering, EachSite, type Sites } from './sites.ts';
