import { printable, printableLines } from '@ehrsynth/io';
import { SingleBar } from 'cli-progress';

const PLAIN_EVERY_MS = 10_000;
/** When the first line comes: soon, so that a log shows what is going on. */
const FIRST_PLAIN_MS = 2_000;
const LONGEST_NOTE = 100;

/** Shows how far a long piece of work is: a bar with rate and time left on a terminal, now and then a line elsewhere. */
export class Progress {
  private readonly started = Date.now();
  private readonly bar: SingleBar | undefined;
  private nextLine = Date.now() + FIRST_PLAIN_MS;
  /** The first value shown: a continued piece of work does not begin at 0. */
  private first: number | undefined;

  /** @param total 0 where it is not known */
  constructor(
    private readonly what: string,
    private readonly unit: string,
    private readonly total = 0,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {
    if (!stream.isTTY) return;
    const format =
      total > 0
        ? `${what} {bar} {value}/{total} ${unit} · {rate}/s · {left} left {note}`
        : `${what} {value} ${unit} · {rate}/s {note}`;
    this.bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true, barsize: 24 });
    this.bar.start(total, 0, { rate: '–', left: '–', note: '' });
    // A run that fails must not leave the terminal without its cursor.
    process.once('exit', () => this.stop());
  }

  /** @param said what else there is to say: a loss, or what a server says of its progress */
  update(value: number, said = ''): void {
    const note = printable(said, LONGEST_NOTE);
    const seconds = (Date.now() - this.started) / 1000;
    this.first ??= value;
    const perSecond = (value - this.first) / Math.max(seconds, 0.001);
    const shown = Math.floor(10 * value) / 10;
    const rate = value === this.first ? '–' : rateText(perSecond);
    const left = this.total > 0 && perSecond > 0 ? duration((this.total - value) / perSecond) : '–';
    this.bar?.update(shown, { rate, left, note });
    if (this.bar || Date.now() < this.nextLine) return;
    this.nextLine = Date.now() + PLAIN_EVERY_MS;
    const [of, time] = this.total > 0 ? [`/${this.total}`, `, ${left} left`] : ['', ''];
    this.stream.write(`${this.what}: ${shown}${of} ${this.unit}, ${rate}/s${time} ${note}\n`);
  }

  /** A line that stays, above the bar. */
  say(line: string): void {
    const safe = printableLines(line);
    this.stream.write(this.bar ? `\r\x1b[K${safe}\n` : `${safe}\n`);
  }

  stop(): void {
    this.bar?.stop();
  }
}

function rateText(perSecond: number): string {
  return perSecond < 100 ? perSecond.toPrecision(3) : Math.round(perSecond).toLocaleString('en-US');
}

/** 75 → 1 min 15 s */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
