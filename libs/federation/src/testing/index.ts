export { hasOpenssl, makeCertificates } from './certificates.ts';
