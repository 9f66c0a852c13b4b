import type { Rng } from '@ehrsynth/random';
import { atAge } from './by-age.ts';
import type { Body } from './body.ts';
import { ORDERS } from './data/orders.ts';
import { DAYS_A_YEAR } from './days.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Order } from './types.ts';
import type { Visit } from './visits/visit.ts';

/** One of a panel's results that is lost: hemolysed, too little, not asked for. */
const LOST = 0.015;

const CONDITIONS = new Map(ORDERS.map((order) => [order, Object.entries(order.conditions ?? {})]));

/** Decides what is measured at the visits of one person. */
export class Ordering {
  private readonly last = new Map<Order, number>();

  constructor(
    private readonly process: Process,
    private readonly life: Life,
    private readonly body: Body,
    private readonly rng: Rng,
  ) {}

  /** Groups of what is measured together on a day of a visit. */
  at(visit: Visit, day: number): string[][] {
    return ORDERS.flatMap((order) => {
      if (!this.rng.chance(this.probability(order, visit, day))) return [];
      this.last.set(order, day);
      const members = order.members.filter(() => order.members.length === 1 || !this.rng.chance(LOST));
      return members.length > 0 ? [[...members]] : [];
    });
  }

  private probability(order: Order, { kind, reasons }: Visit, day: number): number {
    const { sex, birth } = this.life.person;
    const { visits, reasons: because, checkUpMen, gapDays = 0, fromAge = 0 } = order;
    const age = (day - birth) / DAYS_A_YEAR;
    if (age < fromAge || (order.sex && order.sex !== sex)) return 0;
    const isClinic = kind !== 'stay' && kind !== 'emergency';
    if (kind === 'vaccination' || (isClinic && day - (this.last.get(order) ?? -Infinity) < gapDays)) return 0;
    let probability = visits[kind] ?? 0;
    if (isClinic && kind !== 'acute' && kind !== 'prenatal') {
      for (const [condition, share] of CONDITIONS.get(order)!) {
        if (share > probability && this.body.isIll(condition, day)) probability = share;
      }
    }
    if (because) {
      for (const { condition } of reasons)
        probability = Math.max(probability, because[this.process.names[condition]] ?? 0);
    }
    if (checkUpMen && kind === 'checkUp') probability = Math.max(probability, atAge(checkUpMen, age));
    return probability;
  }
}
