import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromSystemError, isSystemError, stageFile, temporaryFolder, UserError } from '@ehrsynth/io';
import { z } from 'zod';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { bundledModules, manifestOf, packageFolder } from './bundled-modules.ts';
import { type Architecture, ARCHITECTURES, bundledNode } from './bundled-node.ts';
import { LAUNCHER } from './launcher.ts';
import { type Member, membersOf, writeTarGz } from './tar-gz.ts';

const BundleOptions = z.strictObject({
  /** The archive: a gzipped tar. */
  out: z.string().min(1),
  /** Of the machines that it will run on, all under Linux. */
  arch: z.enum(ARCHITECTURES),
  /** A Node for them, or one of nodejs.org's archives; by default the one that runs. */
  node: z.string().min(1).optional(),
  /** Replaces the file. */
  force: z.boolean().default(false),
});
export type BundleOptions = z.input<typeof BundleOptions>;

export interface Bundled {
  out: string;
  version: string;
  arch: Architecture;
  /** Of the archive, and of what is in it. */
  bytes: { archive: number; unpacked: number };
}

/** What is for people, or for programs that import the package. */
const NOT_NEEDED = /^(types|man)\/|(^|\/)(README|CHANGELOG)\b|\.d\.[cm]?ts$|\.map$|^node_modules\//;

/**
 * Writes one archive with all that runs ehrsynth on a machine with nothing but Linux (glibc): Node, the package and its modules.
 * Unpacked anywhere, `bin/ehrsynth` is the command. The same version, Node and modules give the same bytes.
 * @throws NoPackageError, OtherNodeError, NotNodeError; NoNpmError and its kin where modules are to be brought; UserError
 */
export async function bundle(options: BundleOptions, running: Running = {}): Promise<Bundled> {
  const { out, arch, node: given, force } = checkedOptions('bundle', BundleOptions, options);
  if (!force && statSync(out, { throwIfNoEntry: false }))
    throw new UserError('exists', 2, 'The archive already exists', {
      where: out,
      todo: 'Choose another name with -o, or replace it with --force.',
    });
  const home = packageFolder();
  const work = await temporaryFolder();
  try {
    const node = bundledNode(arch, given, work.path);
    const installed = join(work.path, 'modules');
    await mkdir(installed);
    const modules = await bundledModules(home, arch, installed);
    const members: Member[] = [
      { name: 'bin/ehrsynth', content: { text: LAUNCHER }, isProgram: true },
      { name: 'node/bin/node', content: { file: node.file }, isProgram: true },
    ];
    if (node.licence) members.push({ name: 'node/LICENSE', content: { file: node.licence } });
    for (const [name, folder] of [['ehrsynth', home] as const, ...modules])
      members.push(...(await membersOf(folder, `lib/node_modules/${name}`, (path) => !NOT_NEEDED.test(path))));
    await mkdir(dirname(out), { recursive: true });
    const staged = await stageFile(out);
    await writeTarGz(staged.path, members, running.signal);
    await staged.commit();
    const sizes = members.map(({ content }) => ('file' in content ? statSync(content.file).size : content.text.length));
    const unpacked = sizes.reduce((sum, size) => sum + size, 0);
    return { out, version: manifestOf(home)!.version, arch, bytes: { archive: statSync(out).size, unpacked } };
  } catch (error) {
    throw isSystemError(error) ? fromSystemError(error, out, 'write') : error;
  } finally {
    await work.remove();
  }
}
