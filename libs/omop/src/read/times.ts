type Instant<Day> = [day: Day, minute: number | null];

/** Whether an end is not before a start, as far as both are known. @param minute since midnight */
export function isAfter<Day extends string | number>(
  [endDay, endMinute]: Instant<Day>,
  [day, minute]: Instant<Day>,
): boolean {
  return endDay > day || (endDay === day && (minute === null || endMinute === null || endMinute >= minute));
}

const texts = new Map<number, string>();

/** Minutes since midnight → HH:MM. */
export function timeText(minute: number | null): string | undefined {
  if (minute === null) return undefined;
  let known = texts.get(minute);
  if (!known) {
    const two = (number: number) => String(number).padStart(2, '0');
    texts.set(minute, (known = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`));
  }
  return known;
}
