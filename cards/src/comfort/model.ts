/** What the card of comfort draws and says, reckoned from the air by the hour. */

import { HOUR, type Span } from "../chart/calendar";
import { type Axis, niceAxis } from "../chart/scale";
import { addDays, localTime } from "../core/local-time";
import type { AirHour } from "../core/view";
import type { Column, Step } from "../factory-data";

export interface Hour extends Span {
  date: string;
  /** Its position in the columns of the air. */
  position: number;
  air: AirHour;
}

/** The hours of so many days from today on. */
export function hoursOf(
  air: readonly AirHour[],
  today: string,
  days: number,
  zone: string,
): Hour[] {
  const end = addDays(today, days);
  return air.flatMap((hour, position) => {
    const { date } = localTime(hour.start, zone);
    const isShown = date >= today && date < end;
    return isShown
      ? [{ start: hour.start, end: hour.start + HOUR, date, position, air: hour }]
      : [];
  });
}

/** An hour before and an hour after as well, so that lines cross the edges. */
export const andAround = (air: readonly AirHour[], hours: readonly Hour[]): AirHour[] =>
  air.slice(Math.max(0, (hours[0]?.position ?? 0) - 1), (hours.at(-1)?.position ?? -1) + 2);

export interface Run extends Span {
  /** Whether the air allows it; null where nobody knows. */
  isPossible: boolean | null;
}

/** When a step is possible, as runs of hours; a step that air cannot hinder always is. */
export function runs(hours: readonly Hour[], possible: Column | null): Run[] {
  const found: Run[] = [];
  for (const { start, end, position } of hours) {
    const flag = possible ? (possible[position] ?? null) : 1;
    const isPossible = flag === null ? null : flag > 0;
    const last = found.at(-1);
    if (last && last.isPossible === isPossible && last.end === start) last.end = end;
    else found.push({ start, end, isPossible });
  }
  return found;
}

export type Summary =
  | { kind: "any_air" | "all_day" | "rest_of_day" | "not" | "not_any_more" | "unknown" }
  | { kind: "runs"; runs: Span[] };

/** What there is to say of a step on a day. What is over is not worth a word. */
export function summary(hours: readonly Hour[], possible: Column | null, now: number): Summary {
  if (!possible) return { kind: "any_air" };
  const all = runs(hours, possible);
  const left = all.filter((run) => run.end > now);
  const good = left.filter((run) => run.isPossible);
  if (!left.some((run) => run.isPossible !== null)) return { kind: "unknown" };
  if (!good.length) {
    return { kind: all.some((run) => run.isPossible) ? "not_any_more" : "not" };
  }
  if (all.every((run) => run.isPossible)) return { kind: "all_day" };
  if (left.every((run) => run.isPossible)) return { kind: "rest_of_day" };
  return { kind: "runs", runs: good };
}

type Limits = NonNullable<Step["limits"]>;

/** The limits of tempering, moulding and enrobing, for which the room is. */
export const workLimits = (steps: readonly Step[]): Limits | null =>
  steps.find((step) => step.key === "work")?.limits ?? null;

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value) => value !== null && value !== undefined);

/** The axis of °C: all lines and the limits, with a degree of air. */
export function temperatureAxis(
  air: readonly AirHour[],
  limits: Limits | null,
  now?: number,
): Axis {
  const values = known([
    ...air.flatMap((hour) => [hour.temperature, hour.roomTemperature]),
    limits?.lowest_temperature,
    limits?.highest_temperature,
    now,
  ]);
  if (!values.length) return niceAxis(10, 30, 4);
  return niceAxis(Math.min(...values) - 1, Math.max(...values) + 1, 4);
}

/** The axis of %: from nothing to what is needed. */
export function humidityAxis(air: readonly AirHour[], limits: Limits | null, now?: number): Axis {
  const values = known([...air.map((hour) => hour.roomHumidity), limits?.highest_humidity, now]);
  return niceAxis(0, Math.min(100, Math.max(60, ...values) + 5), 3);
}
