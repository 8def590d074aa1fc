/** What the card of prices draws and says, reckoned from the slots. */

import { type CalendarDay, calendar, HOUR } from "../chart/calendar";
import { type Axis, niceAxis } from "../chart/scale";
import { addDays } from "../core/local-time";
import type { Slot } from "../core/view";
import type { Origin } from "../factory-data";

/** How sure a price is: known for good, reckoned from the spot market, or foreseen. */
export type Kind = "known" | "estimated" | "forecast";

export interface Run {
  start: number;
  end: number;
}

export interface PeriodRun extends Run {
  period: number;
}

export interface KindRun extends Run {
  kind: Kind;
  slots: Slot[];
  /** The price just before, if it is known. */
  before: number | null;
}

export interface Stretch extends Run {
  date: string;
  /** €/kWh, on average. */
  price: number;
  kind: Kind;
}

export const kindOf = (origin: Origin): Kind =>
  origin === "published" || origin === "contract" ? "known" : origin;

/** The slots of so many days, the first of which is the first of the slots. */
export function firstDays(slots: readonly Slot[], days: number): Slot[] {
  const first = slots[0]?.date;
  if (first === undefined) return [];
  const end = addDays(first, days);
  return slots.filter((slot) => slot.date < end);
}

/** The same as days; one that slots do not fill ends with them. */
export function daysOf(slots: readonly Slot[], zone: string): CalendarDay[] {
  const [first, last] = [slots[0], slots.at(-1)];
  return first && last ? calendar(first.start, last.end, zone) : [];
}

/** Whether the price is worth a zero: if all are far from it, it would only press them flat. */
const FAR = 0.9;
const FLAT = 0.02;

/** The axis of prices, with the band if it is drawn. */
export function priceAxis(slots: readonly Slot[], withBand: boolean, most: number): Axis {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { price, low, high } of slots) {
    for (const value of withBand ? [price, low, high] : [price]) {
      if (value === null) continue;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  if (lowest > highest) return niceAxis(0, 0.2, most);
  const isFar = lowest > FAR * highest && highest - lowest > FLAT * highest;
  return isFar
    ? niceAxis(lowest - (highest - lowest) / 4, highest, most)
    : niceAxis(Math.min(0, lowest), Math.max(0, highest), most);
}

/** Stretches of one tariff period. */
export function periodRuns(slots: readonly Slot[]): PeriodRun[] {
  const runs: PeriodRun[] = [];
  for (const { start, end, period } of slots) {
    const last = runs.at(-1);
    if (last?.period === period && last.end === start) last.end = end;
    else runs.push({ start, end, period });
  }
  return runs;
}

/** Stretches of prices that are equally sure. */
export function kindRuns(slots: readonly Slot[]): KindRun[] {
  const runs: KindRun[] = [];
  let before: Slot | undefined;
  for (const slot of slots) {
    const last = runs.at(-1);
    const kind = kindOf(slot.origin);
    if (slot.price !== null) {
      if (last?.kind === kind && last.end === slot.start) {
        last.slots.push(slot);
        last.end = slot.end;
      } else {
        const height = before?.end === slot.start ? before.price : null;
        runs.push({ kind, start: slot.start, end: slot.end, slots: [slot], before: height });
      }
    }
    before = slot;
  }
  return runs;
}

const SURE: readonly Kind[] = ["known", "estimated", "forecast"];

/** The cheapest stretch that lasts so many hours; the earliest of equals. */
export function cheapest(slots: readonly Slot[], hours: number): Stretch | undefined {
  let best: Stretch | undefined;
  for (let first = 0; first < slots.length; first++) {
    const stretch = stretchFrom(slots, first, hours * HOUR);
    // Sums of fractions differ in the last digits.
    if (stretch && (!best || stretch.price < best.price - 1e-9)) best = stretch;
  }
  return best;
}

function stretchFrom(slots: readonly Slot[], first: number, length: number): Stretch | undefined {
  const begin = slots[first];
  if (!begin) return undefined;
  let end = begin.start;
  let sum = 0;
  let kind: Kind = "known";
  for (let index = first; end < begin.start + length; index++) {
    const slot = slots[index];
    if (!slot || slot.price === null || slot.start !== end) return undefined;
    sum += slot.price * (slot.end - slot.start);
    end = slot.end;
    if (SURE.indexOf(kindOf(slot.origin)) > SURE.indexOf(kind)) kind = kindOf(slot.origin);
  }
  return { date: begin.date, start: begin.start, end, price: sum / (end - begin.start), kind };
}

/**
 * The cheapest stretch of each day that is not over: of today, of what is left of it. Where all hours
 * cost the same there is none.
 */
export function cheapestByDay(slots: readonly Slot[], hours: number, now: number): Stretch[] {
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.start < now) continue;
    const day = days.get(slot.date);
    if (day) day.push(slot);
    else days.set(slot.date, [slot]);
  }
  return [...days.values()].flatMap((day) =>
    day.some(({ price }) => price !== day[0]?.price) ? (cheapest(day, hours) ?? []) : [],
  );
}

/** The slot of a day with the lowest and the one with the highest price, the first of equals. */
export function extremes(
  slots: readonly Slot[],
  date: string,
): { lowest: Slot; highest: Slot } | undefined {
  let found: { lowest: Slot; highest: Slot } | undefined;
  for (const slot of slots) {
    if (slot.date !== date || slot.price === null) continue;
    found ??= { lowest: slot, highest: slot };
    if (slot.price < (found.lowest.price ?? 0)) found.lowest = slot;
    if (slot.price > (found.highest.price ?? 0)) found.highest = slot;
  }
  return found;
}

/** The average price of a day over time, and how sure it is; undefined if none is known. */
export function average(
  slots: readonly Slot[],
  date: string,
): { price: number; kind: Kind } | undefined {
  let [sum, length] = [0, 0];
  let kind: Kind = "known";
  for (const slot of slots) {
    if (slot.date !== date || slot.price === null) continue;
    sum += slot.price * (slot.end - slot.start);
    length += slot.end - slot.start;
    if (SURE.indexOf(kindOf(slot.origin)) > SURE.indexOf(kind)) kind = kindOf(slot.origin);
  }
  return length ? { price: sum / length, kind } : undefined;
}
