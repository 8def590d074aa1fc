/** Days and hours on the clock of the factory, for the axis of time. */

import { localTime } from "../core/local-time";

export interface Span {
  /** Unix milliseconds. */
  start: number;
  end: number;
}

export interface CalendarDay extends Span {
  /** The local date, YYYY-MM-DD. */
  date: string;
  /** The beginnings of its hours, on the wall from 0 to 23; one is missing or twice in a day a year. */
  hours: { at: number; hour: number }[];
}

export const HOUR = 3_600_000;

/** The local days between two instants, the first and the last perhaps in part. */
export function calendar(from: number, to: number, zone: string): CalendarDay[] {
  const days: CalendarDay[] = [];
  for (let at = from; at < to; at += HOUR) {
    const { date, hour } = localTime(at, zone);
    const end = Math.min(at + HOUR, to);
    const day = days.at(-1);
    if (day?.date === date) {
      day.end = end;
      day.hours.push({ at, hour });
    } else {
      days.push({ date, start: at, end, hours: [{ at, hour }] });
    }
  }
  return days;
}

const STEPS = [1, 2, 3, 4, 6, 12] as const;

/** Label every so many hours, for labels to have the room they need; 0 if there is none. */
export const hourStep = (pixelsPerHour: number, pixelsPerLabel: number): number =>
  STEPS.find((step) => step * pixelsPerHour >= pixelsPerLabel) ?? 0;

/** The position of the span that an instant is in, or of the nearest; -1 if there is none. */
export function indexAt(spans: readonly Span[], at: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((spans[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}
