import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UserError } from '@ehrsynth/io';

/** TensorFlow's libraries in its wheel, and the names that tfjs-node's binding looks for. */
const LIBRARIES: Record<string, string> = {
  'tensorflow/libtensorflow_cc.so.2': 'libtensorflow.so',
  'tensorflow/libtensorflow_framework.so.2': 'libtensorflow_framework.so',
};
/** The headers that the binding includes, and those that they include. */
const HEADERS = /^tensorflow\/include\/(tensorflow\/c\/|xla\/|tsl\/|tensorflow\/core\/platform\/).*\.h$/;
/** CUDA's libraries lie in nvidia/NAME/lib of their wheels. */
const CUDA_LIBRARY = /^nvidia\/[^/]+\/lib\/[^/]+\.so(\.[\d.]+)?$/;

/**
 * Where a file of a wheel goes in tfjs-node's deps folder, or undefined where it is not needed: libraries into lib/, headers
 * into include/.
 */
export function placeOf(name: string): string | undefined {
  if (name in LIBRARIES || CUDA_LIBRARY.test(name)) return join('lib', basename(name));
  return HEADERS.test(name) ? name.slice('tensorflow/'.length) : undefined;
}

/** Unpacks what is needed of TensorFlow's wheel. @throws UserError where it is not one */
export async function unpackTensorflow(wheel: string, deps: string): Promise<void> {
  const unpacked = await unpack(wheel, deps);
  const missing = Object.keys(LIBRARIES).filter((name) => !unpacked.has(name));
  if (missing.length > 0) {
    throw new UserError('native-wheel', 1, `Not a wheel of TensorFlow for Linux: it has no ${missing.join(', ')}`, {
      where: wheel,
      todo: 'Give a wheel of tensorflow or tensorflow-cpu, 2.9 or later (pip download --no-deps tensorflow-cpu).',
    });
  }
  for (const [name, link] of Object.entries(LIBRARIES)) await symlink(basename(name), join(deps, 'lib', link));
}

/** Unpacks CUDA's libraries of one of NVIDIA's wheels. */
export async function unpackCuda(wheel: string, deps: string): Promise<void> {
  await unpack(wheel, deps);
}

async function unpack(wheel: string, deps: string): Promise<Set<string>> {
  const zip = await openPromise(wheel).catch((error: Error) => {
    throw new UserError('native-wheel', 1, `The wheel cannot be opened (${error.message})`, {
      where: wheel,
      todo: 'Download it again.',
      cause: error,
    });
  });
  const unpacked = new Set<string>();
  try {
    for await (const entry of zip.eachEntry()) {
      const place = placeOf(entry.fileName);
      if (!place) continue;
      const target = join(deps, place);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await contentOf(zip, entry), createWriteStream(target));
      unpacked.add(entry.fileName);
    }
  } finally {
    zip.close();
  }
  return unpacked;
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  );
}
