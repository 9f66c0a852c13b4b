import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { classPath, javaSource, whyNoJava } from '../hl7/java.ts';
import type { Found } from './storage.ts';

/** HDFS in a folder of this machine, with a folder that is full and one of another user. */
export async function startHdfs(folder: string): Promise<Found> {
  const name = 'HDFS';
  const why = whyNoJava();
  if (why) return { name, why };
  const words = ['-Xmx512m', '-cp', classPath('hdfs'), javaSource('hdfs', 'MiniHdfs'), folder];
  // Whoever starts it may do everything there.
  const env = { ...process.env, HADOOP_USER_NAME: 'hdfs' };
  const server = spawn('java', words, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  process.on('exit', () => server.kill());
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('HDFS ended');
    return value as string;
  };
  const address = await line();
  return {
    name,
    place: address,
    settings: {},
    files: async (place) => {
      server.stdin.write(`${new URL(place).pathname || '/'}\n`);
      const found: string[] = [];
      for (let path = await line(); path !== ''; path = await line()) found.push(path);
      return found;
    },
    closed: [
      { place: `${address}/full/synth`, why: /quota of \/full is exceeded[^]*raise the quota/ },
      { place: `${address}/another/synth`, why: /Permission denied[^]*another[^]*those of the cluster/ },
    ],
    stop: () => server.kill(),
  };
}
