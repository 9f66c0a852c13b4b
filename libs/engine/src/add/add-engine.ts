import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromSystemError, isSystemError, stageFolder } from '@ehrsynth/io';
import { type AddableEngine, PLATFORM } from './catalogue.ts';
import { NoPlatformError, NotBuiltError } from './errors.ts';
import { cacheFolder, folderOf, presentFolder } from './folders.ts';
import { build } from './native/build.ts';
import { type NativeSource, planOf } from './native/plan.ts';
import { npmInstall } from './npm.ts';
import { bytesOf, keepOwnPlatform } from './own-platform.ts';

export interface AddEngineOptions extends NativeSource {
  /** Brings it anew where it is there. */
  force?: boolean;
  /** What npm is to install in place of the package of that version: a file of it. */
  spec?: string;
}

/** What was brought. */
export interface AddedEngine {
  folder: string;
  /** It was there before, among the installed packages or in the cache, and nothing was done. */
  wasThere: boolean;
  /** Bytes as npm installed it, and without what other platforms need. */
  bytes: { installed: number; kept: number };
}

/**
 * Brings an engine's package into the user's cache: by npm, in the version that it was tested with; this platform's files are kept and
 * those of the others dropped. The folder gets its name when it is whole. What can be known before the download is checked before.
 * @throws NoPlatformError, NoNpmError, NoNetworkError, OtherPackageError; UserError where the disk is full
 */
export async function addEngine(
  engine: AddableEngine,
  { force = false, spec, wheel, libtensorflow }: AddEngineOptions = {},
): Promise<AddedEngine> {
  if (!engine.platforms[PLATFORM]) throw new NoPlatformError(engine, PLATFORM);
  if (!engine.isBuilt && (wheel ?? libtensorflow) !== undefined) throw new NotBuiltError(engine);
  const plan = engine.isBuilt ? planOf(engine, { wheel, libtensorflow }) : undefined;
  const present = presentFolder(engine);
  if (present !== undefined && !force) {
    const bytes = bytesOf(present);
    return { folder: present, wasThere: true, bytes: { installed: bytes, kept: bytes } };
  }
  const final = folderOf(engine);
  const staged = await stageFolder(final, { replace: true });
  try {
    writeFileSync(join(staged.path, 'package.json'), '{ "private": true }\n');
    if (plan) await build(plan, staged.path, join(cacheFolder(), 'wheels'));
    else await npmInstall(staged.path, [spec ?? `${engine.package}@${engine.version}`]);
    const installed = bytesOf(staged.path);
    if (!plan) keepOwnPlatform(engine, staged.path);
    const kept = bytesOf(staged.path);
    await staged.commit();
    return { folder: final, wasThere: false, bytes: { installed, kept } };
  } catch (error) {
    throw isSystemError(error) ? fromSystemError(error, final, 'write') : error;
  } finally {
    await staged.discard();
  }
}
