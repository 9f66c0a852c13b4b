import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What Spark did, by its event log. */
export interface SparkUse {
  tasks: number;
  inputBytes: number;
  shuffledBytes: number;
  spilledBytes: number;
  outputBytes: number;
  /** Rows and blocks that executors kept, at most at once. */
  keptBytes: number;
}

interface TaskMetrics {
  'Disk Bytes Spilled': number;
  'Shuffle Write Metrics'?: { 'Shuffle Bytes Written': number };
  'Input Metrics'?: { 'Bytes Read': number };
  'Output Metrics'?: { 'Bytes Written': number };
}

interface Event {
  Event: string;
  'Task Metrics'?: TaskMetrics;
  'Block Updated Info'?: { 'Block ID': string; 'Memory Size': number; 'Disk Size': number };
}

/** Settings by which a server writes its event log into a folder. */
export function eventLogSettings(folder: string): Record<string, string> {
  return {
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': `file:${folder}`,
    'spark.eventLog.compress': 'false',
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.logBlockUpdates.enabled': 'true',
  };
}

/** Sums up the event logs in a folder, after their server has ended. */
export async function useOf(folder: string): Promise<SparkUse> {
  const use: SparkUse = {
    tasks: 0,
    inputBytes: 0,
    shuffledBytes: 0,
    spilledBytes: 0,
    outputBytes: 0,
    keptBytes: 0,
  };
  const blocks = new Map<string, number>();
  let kept = 0;
  for (const name of readdirSync(folder)) {
    for await (const line of createInterface(createReadStream(join(folder, name)))) {
      // A server that was ended in the middle leaves half a line.
      const event = parsed(line);
      const block = event?.['Block Updated Info'];
      if (block && /^rdd_/.test(block['Block ID'])) {
        kept -= blocks.get(block['Block ID']) ?? 0;
        blocks.set(block['Block ID'], block['Memory Size'] + block['Disk Size']);
        kept += blocks.get(block['Block ID'])!;
        use.keptBytes = Math.max(use.keptBytes, kept);
      }
      if (event?.Event === 'SparkListenerTaskEnd' && event['Task Metrics']) add(use, event['Task Metrics']);
    }
  }
  return use;
}

function add(use: SparkUse, metrics: TaskMetrics): void {
  use.tasks++;
  use.spilledBytes += metrics['Disk Bytes Spilled'];
  use.shuffledBytes += metrics['Shuffle Write Metrics']?.['Shuffle Bytes Written'] ?? 0;
  use.inputBytes += metrics['Input Metrics']?.['Bytes Read'] ?? 0;
  use.outputBytes += metrics['Output Metrics']?.['Bytes Written'] ?? 0;
}

function parsed(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}
