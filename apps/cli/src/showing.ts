import type { PipelineEvent, Running } from '@ehrsynth/pipeline';
import { console } from './console.ts';
import { Progress } from './progress.ts';
import { endedBySystem, Stop } from './signals.ts';
import { asStudySays } from './study-command.ts';

/** How a command follows a function of the pipeline: its progress is shown, what is worth knowing is printed. */
export function showing(more: (event: PipelineEvent, shown: Shown) => void = () => {}): Running {
  const shown = new Shown();
  return {
    onEvent: (event) => {
      shown.show(event);
      more(event, shown);
    },
    blocking: endedBySystem,
  };
}

/**
 * The same of work that can be stopped and resumed: the first signal ends it in order while one of these pieces is going on, and the
 * process at any other time.
 */
export function showingStoppable(
  isStoppable: (work: string) => boolean,
  more: (event: PipelineEvent, shown: Shown) => void = () => {},
): Running {
  const stop = new Stop();
  const { onEvent, blocking } = showing(more);
  return {
    signal: stop.signal,
    blocking,
    onEvent: (event) => {
      if (event.type === 'work' && isStoppable(event.work)) stop.listen();
      if (event.type === 'work-end' && isStoppable(event.work)) stop.end();
      onEvent!(event);
    },
  };
}

/** Draws the pieces of work that are going on. */
export class Shown {
  /** What is said beside the progress where an event says nothing itself. */
  note = '';
  private readonly works = new Map<string, Progress>();

  show(event: PipelineEvent): void {
    switch (event.type) {
      case 'work':
        this.works.set(event.work, new Progress(event.work, event.unit, event.total));
        break;
      case 'progress':
        this.works.get(event.work)?.update(event.done, event.note || this.note);
        break;
      case 'work-end':
        this.works.get(event.work)?.stop();
        this.works.delete(event.work);
        break;
      case 'note':
        console.log(event.text);
        break;
      case 'advice':
        console.error(asStudySays(event.text));
        break;
    }
  }

  /** The progress of a piece of work that is going on. */
  of(work: string): Progress | undefined {
    return this.works.get(work);
  }
}
