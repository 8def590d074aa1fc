/** A dashboard as cards look at it: slots and hours as objects, on the clock of the factory. */

import type { Column, Dashboard, Level, Origin, Recommendation, Run } from "../factory-data";
import { localTime } from "./local-time";

export interface Reason {
  key: string;
  /** Whether it made the slot better. */
  isGood: boolean;
}

export interface Slot {
  /** Unix milliseconds, as all instants here. */
  start: number;
  end: number;
  /** The local date, YYYY-MM-DD, and the hour on the wall. */
  date: string;
  hour: number;
  price: number | null;
  low: number | null;
  high: number | null;
  origin: Origin;
  period: number;
  level: Level | null;
  score: number | null;
  recommendation: Recommendation | null;
  confidence: number | null;
  reasons: Reason[];
  air: AirHour | undefined;
}

export interface AirHour {
  start: number;
  temperature: number | null;
  humidity: number | null;
  roomTemperature: number | null;
  roomHumidity: number | null;
  index: number | null;
  heatStress: number | null;
}

export interface View {
  data: Dashboard;
  slots: Slot[];
  /** The same by the hour, where slots are shorter. */
  hours: Slot[];
  air: AirHour[];
  /** Whether there are slots shorter than an hour. */
  hasQuarters: boolean;
}

const HOUR = 3_600_000;
const views = new WeakMap<Dashboard, View>();

/** The view of a dashboard; the same for all cards. */
export function viewOf(data: Dashboard): View {
  let view = views.get(data);
  if (!view) {
    view = build(data);
    views.set(data, view);
  }
  return view;
}

/** The slot that an instant is in. */
export function slotAt(slots: readonly Slot[], at: number): Slot | undefined {
  const index = slots.findLastIndex((slot) => slot.start <= at);
  const slot = slots[index];
  return slot && at < slot.end ? slot : undefined;
}

function build(data: Dashboard): View {
  const air = buildAir(data);
  const airAt = new Map(air.map((hour) => [hour.start, hour]));
  const slots = buildSlots(data, airAt);
  const hasQuarters = slots.some((slot) => slot.end - slot.start < HOUR);
  return { data, slots, hours: hasQuarters ? byHour(slots) : slots, air, hasQuarters };
}

function* times(runs: readonly Run[]): Generator<readonly [start: number, end: number]> {
  for (const [first, seconds, count] of runs) {
    const begin = Date.parse(first);
    for (let number = 0; number < count; number++) {
      yield [begin + number * seconds * 1000, begin + (number + 1) * seconds * 1000];
    }
  }
}

const at = (column: Column, index: number): number | null => column[index] ?? null;

function named<Name>(names: readonly Name[], position: number | null): Name | null {
  return position === null ? null : (names[position] ?? null);
}

function buildAir({ air }: Dashboard): AirHour[] {
  return [...times(air.time)].map(([start], index) => ({
    start,
    temperature: at(air.temperature, index),
    humidity: at(air.humidity, index),
    roomTemperature: at(air.room_temperature, index),
    roomHumidity: at(air.room_humidity, index),
    index: at(air.index, index),
    heatStress: at(air.heat_stress, index),
  }));
}

function buildSlots(data: Dashboard, air: ReadonlyMap<number, AirHour>): Slot[] {
  const { slots, origins, levels, recommendations, zone } = data;
  return [...times(slots.time)].map(([start, end], index) => ({
    start,
    end,
    ...localTime(start, zone),
    price: at(slots.price, index),
    low: at(slots.low, index),
    high: at(slots.high, index),
    origin: origins[slots.origin[index] ?? 0] ?? "published",
    period: slots.period[index] ?? 1,
    level: named(levels, at(slots.level, index)),
    score: at(slots.score, index),
    recommendation: named(recommendations, at(slots.recommendation, index)),
    confidence: at(slots.confidence, index),
    reasons: buildReasons(slots.reasons[index] ?? [], data.reasons),
    air: air.get(start - (start % HOUR)),
  }));
}

function buildReasons(positions: readonly number[], keys: readonly string[]): Reason[] {
  return positions
    .map((position) => keys[position])
    .filter((key) => key !== undefined)
    .map((key) => ({ key, isGood: key.endsWith("_good") }));
}

/** Slots in hours: the mean of numbers, and what is said of most of an hour, the worse of equals. */
export function byHour(slots: readonly Slot[]): Slot[] {
  const hours: Slot[] = [];
  for (let first = 0; first < slots.length; ) {
    const hour = Math.floor((slots[first]?.start ?? 0) / HOUR);
    let last = first + 1;
    while (last < slots.length && Math.floor((slots[last]?.start ?? 0) / HOUR) === hour) last++;
    hours.push(joined(slots.slice(first, last)));
    first = last;
  }
  return hours;
}

const WORST_FIRST: readonly (Recommendation | Level | Origin)[] = [
  ...(["halt", "reduced", "moderate", "optimal"] as const),
  ...(["very_expensive", "expensive", "normal", "cheap", "very_cheap"] as const),
  ...(["forecast", "estimated", "published", "contract"] as const),
];

function joined(slots: readonly Slot[]): Slot {
  const [first] = slots;
  const last = slots.at(-1);
  if (!first || !last) throw new Error("no slots to join");
  if (slots.length === 1) return first;
  const recommendation = most(slots.map((slot) => slot.recommendation));
  const typical = slots.find((slot) => slot.recommendation === recommendation) ?? first;
  return {
    ...typical,
    start: first.start,
    end: last.end,
    hour: first.hour,
    date: first.date,
    price: mean(slots.map((slot) => slot.price)),
    low: mean(slots.map((slot) => slot.low)),
    high: mean(slots.map((slot) => slot.high)),
    origin: most(slots.map((slot) => slot.origin)) ?? first.origin,
    level: most(slots.map((slot) => slot.level)),
    score: mean(slots.map((slot) => slot.score)),
    recommendation,
    confidence: mean(slots.map((slot) => slot.confidence)),
  };
}

export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

function most<Name extends Recommendation | Level | Origin>(
  names: readonly (Name | null)[],
): Name | null {
  const counts = new Map<Name, number>();
  for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  const best = [...counts].sort(
    ([one, few], [other, many]) =>
      many - few || WORST_FIRST.indexOf(one) - WORST_FIRST.indexOf(other),
  );
  return best[0]?.[0] ?? null;
}
