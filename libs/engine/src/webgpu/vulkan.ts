import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';

/** Of drivers that compute in software, the names of their files. */
const SOFTWARE = /lvp|llvmpipe|swiftshader|swrast/i;
const LOADER = 'libvulkan.so.1';

/**
 * Under Linux why there is no Vulkan, in one line: Dawn itself would write several to the terminal at each start. Undefined where the loader
 * and a driver load. @param mayBeSoftware whether a driver that computes in software will do
 */
export function vulkanFault(mayBeSoftware: boolean): string | undefined {
  const missing = missingLibrary(LOADER);
  if (missing) return `this machine lacks ${missing} (Debian: libvulkan1)`;
  const all = manifests();
  if (all.length === 0)
    return 'no driver for Vulkan is installed (in a container with an NVIDIA card, NVIDIA_DRIVER_CAPABILITIES=all brings its own)';
  const faults: string[] = [];
  for (const manifest of all.filter((path) => mayBeSoftware || !SOFTWARE.test(basename(path)))) {
    const lacking = missingLibrary(libraryOf(manifest));
    if (!lacking) return undefined;
    faults.push(`the driver of ${basename(manifest)} does not load, because this machine lacks ${lacking}`);
  }
  return faults.length > 0 ? faults.join('; ') : 'only drivers that compute in software are installed';
}

/** Where Vulkan's loader looks for drivers. @see https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md */
function manifests(): string[] {
  const { env } = process;
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  if (named) return named.split(delimiter).filter((path) => existsSync(path));
  const home = [
    env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'),
  ];
  const shared = [
    env['XDG_CONFIG_DIRS'] ?? '/etc/xdg',
    '/usr/local/etc:/etc',
    env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share',
  ];
  return [...home, ...shared.flatMap((list) => list.split(delimiter))].flatMap((folder) => {
    const own = join(folder, 'vulkan/icd.d');
    const names = existsSync(own) ? readdirSync(own) : [];
    return names.filter((name) => name.endsWith('.json')).map((name) => join(own, name));
  });
}

/** A driver's library; a name with a slash is relative to the file. */
function libraryOf(manifest: string): string {
  try {
    const { library_path: path } = (JSON.parse(readFileSync(manifest, 'utf8')) as { ICD: { library_path: string } })
      .ICD;
    return path.includes('/') ? resolve(dirname(manifest), path) : path;
  } catch {
    return manifest;
  }
}

/** The first shared library that is lacking where this one is loaded: itself, or one that it needs. */
function missingLibrary(library: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_LAZY);
  } catch (error) {
    // That it is no module of Node's is said only once it is loaded.
    return /^(.*?): cannot open shared object file/.exec((error as Error).message)?.[1];
  }
  return undefined;
}
