import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rng } from '@ehrsynth/random';

const HOUR = 3_600_000;
/** As daylight saving, a wrong battery, or somebody who sets it. */
const JUMPS = [-48 * HOUR, -HOUR, HOUR, 48 * HOUR, 400 * 24 * HOUR];

/** An environment in which the wall clock jumps once, at a random moment. Timers are not moved, as they are not by a real one. */
export function clockThatJumps(folder: string, rng: Rng, seconds: number): Record<string, string> {
  return clock(folder, rng.pick(JUMPS), rng.int(Math.ceil(1000 * seconds)));
}

/** An environment in which the wall clock is wrong by so much from the start. */
export function clockThatIsWrong(folder: string, milliseconds: number): Record<string, string> {
  return clock(folder, milliseconds, -1);
}

function clock(folder: string, jump: number, afterMs: number): Record<string, string> {
  const path = join(folder, 'clock.mjs');
  writeFileSync(
    path,
    `const RealDate = Date;
const began = RealDate.now();
const now = () => {
  const time = RealDate.now();
  return time - began > ${afterMs} ? time + ${jump} : time;
};
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [now()]));
  }
  static now() {
    return now();
  }
};
`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(path)}` };
}
