/** The week as a table of days and hours on the wall. */

import { addDays, localTime } from "../core/local-time";
import type { Slot, View } from "../core/view";
import type { Day } from "../factory-data";

export const DAYS = 7;
export const HOURS = 24;

/** What the clock shows as one hour: one slot, several short ones, none or two when it is changed. */
export interface Hour {
  hour: number;
  slots: Slot[];
}

export interface WeekDay {
  date: string;
  /** What the day is good for, if that is known. */
  summary: Day | undefined;
  /** From 0 to 23 o'clock. */
  hours: Hour[];
}

/** Today and the six days after it; a slot that nobody knows anything of is none. */
export function week(view: View, now: number, isByQuarter: boolean): WeekDay[] {
  const today = localTime(now, view.data.zone).date;
  const days = Array.from({ length: DAYS }, (_, index): WeekDay => {
    const date = addDays(today, index);
    return {
      date,
      summary: view.data.days.find((day) => day.date === date),
      hours: Array.from({ length: HOURS }, (_, hour) => ({ hour, slots: [] })),
    };
  });
  const byDate = new Map(days.map((day) => [day.date, day]));
  for (const slot of isByQuarter ? view.slots : view.hours) {
    byDate.get(slot.date)?.hours[slot.hour]?.slots.push(slot);
  }
  return days;
}

export type Move = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End";

/** The slot that a key leads to from another one, or none. In a phone's table the days stand beside
 * each other, and the hours below. */
export function moved(
  days: readonly WeekDay[],
  from: Slot,
  key: string,
  isTransposed: boolean,
): Slot | undefined {
  const sideways = isTransposed ? "days" : "slots";
  switch (key) {
    case "Home":
      return slotsOf(days, from.date)[0];
    case "End":
      return slotsOf(days, from.date).at(-1);
    case "ArrowLeft":
    case "ArrowRight":
      return step(days, from, sideways, key === "ArrowRight" ? 1 : -1);
    case "ArrowUp":
    case "ArrowDown":
      return step(days, from, isTransposed ? "slots" : "days", key === "ArrowDown" ? 1 : -1);
    default:
      return undefined;
  }
}

const slotsOf = (days: readonly WeekDay[], date: string): Slot[] =>
  days.find((day) => day.date === date)?.hours.flatMap((hour) => hour.slots) ?? [];

function step(
  days: readonly WeekDay[],
  from: Slot,
  by: "slots" | "days",
  distance: number,
): Slot | undefined {
  if (by === "slots") {
    const all = days.flatMap((day) => day.hours.flatMap((hour) => hour.slots));
    return all[all.findIndex((slot) => slot.start === from.start) + distance];
  }
  const own = slotsOf(days, from.date).filter((slot) => slot.hour === from.hour);
  const place = own.findIndex((slot) => slot.start === from.start);
  const other = slotsOf(days, addDays(from.date, distance)).filter(
    (slot) => slot.hour === from.hour,
  );
  return other[Math.min(place, other.length - 1)];
}
