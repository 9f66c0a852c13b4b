import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromSystemError } from '@ehrsynth/io';
import { NotNodeError, OtherNodeError } from './errors.ts';

export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** e_machine of an ELF file. @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINE: Readonly<Record<Architecture, number>> = { x64: 62, arm64: 183 };
/** A Node that loads itself from a shared library is a fraction of this. */
const LEAST_BYTES = 30_000_000;

export interface BundledNode {
  /** The program, and the text of its licence where it is there. */
  file: string;
  licence?: string;
}

/**
 * The Node that goes into an archive: the one that runs, or a program, or one of nodejs.org's archives, which is unpacked.
 * @param given path of a program or an archive; undefined for the one that runs
 * @param into folder for what is unpacked
 * @throws OtherNodeError, NotNodeError; UserError where it cannot be read
 */
export function bundledNode(arch: Architecture, given: string | undefined, into: string): BundledNode {
  if (given === undefined && (process.platform !== 'linux' || process.arch !== arch))
    throw new OtherNodeError(arch, `${process.platform} on ${process.arch}`);
  const node = given !== undefined && /\.(tar\.(xz|gz)|tgz)$/.test(given) ? unpacked(given, arch, into) : alone(given);
  checkProgram(node.file, given ?? node.file, arch);
  return node;
}

function alone(given = process.execPath): BundledNode {
  const licence = join(dirname(given), '..', 'LICENSE');
  return existsSync(licence) ? { file: given, licence } : { file: given };
}

function unpacked(archive: string, arch: Architecture, into: string): BundledNode {
  let members: string[];
  try {
    statSync(archive);
    const tar = (...args: string[]) =>
      execFileSync('tar', args, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'pipe'] });
    const listed = tar('-tf', archive).split('\n');
    members = [/^[^/]+\/bin\/node$/, /^[^/]+\/LICENSE$/].flatMap((name) => listed.find((one) => name.test(one)) ?? []);
    if (members[0]?.endsWith('/node')) tar('-xf', archive, '-C', into, ...members);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    if (stderr === undefined) throw fromSystemError(error, archive, 'read');
    throw new NotNodeError(archive, stderr.trim().split('\n')[0], arch);
  }
  const [file, licence] = members;
  if (!file?.endsWith('/node')) throw new NotNodeError(archive, 'it has no bin/node', arch);
  return { file: join(into, file), ...(licence && { licence: join(into, licence) }) };
}

function checkProgram(file: string, given: string, arch: Architecture): void {
  const header = Buffer.alloc(20);
  try {
    const opened = openSync(file, 'r');
    readSync(opened, header);
    closeSync(opened);
  } catch (error) {
    throw fromSystemError(error, given, 'read');
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF') throw new NotNodeError(given, 'it is not a Linux program', arch);
  if (header.readUInt16LE(18) !== MACHINE[arch]) throw new NotNodeError(given, `it is not for ${arch}`, arch);
  if (statSync(file).size < LEAST_BYTES)
    throw new NotNodeError(given, 'it is too small to be a Node without shared libraries of its own', arch);
}
