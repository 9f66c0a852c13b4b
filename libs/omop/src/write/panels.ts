import type { Code, CodedEvent } from '@ehrsynth/records';
import { Concept } from '../cdm/concepts.ts';
import type { Row } from '../cdm/own-concepts.ts';

/** The columns of each table that name another row. */
const LINKS: Record<string, [id: string, field: string]> = {
  measurement: ['measurement_event_id', 'meas_event_field_concept_id'],
  observation: ['observation_event_id', 'obs_event_field_concept_id'],
};

interface Open {
  id: number;
  /** Components that it has. */
  codes: Set<string>;
}

/**
 * The panels of one record: a panel is a row of measurement without a value, which its components name. Components of one panel have its
 * code, day, time and encounter; where one comes a second time, another panel begins.
 */
export class Panels {
  private readonly open = new Map<string, Open>();

  /** @param add writes the row of a panel and gives its measurement_id */
  constructor(private readonly add: (panel: Code, event: CodedEvent) => number) {}

  /** The id of the panel that an event is a component of; undefined where it is of none. */
  of(event: CodedEvent): number | undefined {
    const { panel, code, start, startTime, encounter } = event;
    if (!panel) return undefined;
    const key = [panel.system, panel.code, start, startTime, encounter].join('\n');
    const component = `${code.system}|${code.code}`;
    let open = this.open.get(key);
    if (!open || open.codes.has(component)) {
      open = { id: this.add(panel, event), codes: new Set() };
      this.open.set(key, open);
    }
    open.codes.add(component);
    return open.id;
  }
}

/** The columns of a component's row that name its panel; undefined where its table has none. */
export function linkOf(table: string, panel: number): Row | undefined {
  const columns = LINKS[table];
  return columns && { [columns[0]]: panel, [columns[1]]: Concept.measurementId };
}
