import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { fromSystemError } from '@ehrsynth/io';
import type { Connection } from './connection.ts';
import { NotTakenError } from './errors.ts';
import type { Who } from './execution.ts';
import type { Message } from './messages.ts';
import { isPassing, pauseBefore, USUAL_RETRIES } from './retries.ts';

/** A file of this machine that the executors get. */
export interface Artifact {
  path: string;
  /** Under which the server knows it: files/NAME, archives/NAME#ALIAS. */
  name: string;
}

/** What the protocol's definition recommends for a message of a stream. */
const CHUNK_BYTES = 32 * 1024;

/** The end of an archive's name decides how Spark unpacks it. */
const ARCHIVE = /\.(zip|jar|tar|tar\.gz|tgz)$/;

export function fileArtifact(path: string, name = basename(path)): Artifact {
  return { path, name: `files/${name}` };
}

/** @throws NotTakenError where Spark would not unpack it */
export function archiveArtifact(path: string, alias: string): Artifact {
  if (!ARCHIVE.test(path)) throw new NotTakenError('Spark unpacks .zip, .jar, .tar, .tar.gz and .tgz', path);
  return { path, name: `archives/${basename(path)}#${alias}` };
}

/**
 * Sends a file to the server, in parts with a checksum each, for all executors of the session.
 * @throws NotTakenError where it did not arrive as it is, SparkError
 */
export async function sendArtifact(
  connection: Connection,
  who: Who,
  artifact: Artifact,
  signal?: AbortSignal,
): Promise<void> {
  const doing = `Spark did not take ${basename(artifact.path)}`;
  for (let tries = 1; ; tries++) {
    try {
      const answer = await connection.send('AddArtifacts', requests(who, artifact), signal);
      const { artifacts = [] } = answer as { artifacts?: { isCrcSuccessful: boolean }[] };
      if (artifacts.length !== 1 || !artifacts[0].isCrcSuccessful)
        throw new NotTakenError('it arrived damaged', artifact.path);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || tries > USUAL_RETRIES.most) throw await connection.errorOf(error, who, doing);
      await pauseBefore(tries, USUAL_RETRIES, signal);
    }
  }
}

/** A file as the messages of the stream: its name, size and first part, then the others. */
async function* requests(who: Who, { path, name }: Artifact): AsyncGenerator<Message> {
  const { size } = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  // A file of one part has to go as a batch.
  if (size <= CHUNK_BYTES)
    return yield { ...who, batch: { artifacts: [{ name, data: chunkOf(await readFile(path)) }] } };
  const numChunks = Math.ceil(size / CHUNK_BYTES);
  let isFirst = true;
  for await (const data of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    const chunk = chunkOf(data);
    yield isFirst
      ? { ...who, beginChunk: { name, totalBytes: size, numChunks, initialChunk: chunk } }
      : { ...who, chunk };
    isFirst = false;
  }
}

function chunkOf(data: Buffer): Message {
  return { data, crc: crc32(data) };
}
