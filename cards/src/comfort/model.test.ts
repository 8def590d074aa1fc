import { describe, expect, it } from "vitest";
import { viewOf } from "../core/view";
import type { Column } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import {
  andAround,
  type Hour,
  hoursOf,
  humidityAxis,
  runs,
  summary,
  temperatureAxis,
  workLimits,
} from "./model";

const ZONE = "Europe/Madrid";
const VIEW = viewOf(dashboard());
const TODAY = "2026-08-05";
const HOURS = hoursOf(VIEW.air, TODAY, 1, ZONE);
const NOON = Date.parse("2026-08-05T10:00:00Z");

/** A column that says so of each hour of today. */
const column = (of: (hour: number) => number | null): Column =>
  VIEW.air.map((_, position) => of(position - (HOURS[0]?.position ?? 0)));
const at = (hour: number): number => HOURS[hour]?.start ?? Number.NaN;

describe("the hours that are shown", () => {
  it("are those of today, and of tomorrow if asked for", () => {
    expect(HOURS).toHaveLength(24);
    expect(hoursOf(VIEW.air, TODAY, 2, ZONE)).toHaveLength(48);
    expect(HOURS[0]).toMatchObject({ date: TODAY, position: 24 });
  });

  it("have a neighbour at each side for lines to come from and to go to", () => {
    expect(andAround(VIEW.air, HOURS)).toHaveLength(26);
    expect(andAround(VIEW.air, [])).toHaveLength(1);
  });
});

describe("the strip of a step", () => {
  it("joins hours that are alike", () => {
    const found = runs(
      HOURS,
      column((hour) => (hour < 9 ? 1 : hour < 20 ? 0 : null)),
    );
    expect(found).toEqual([
      { start: at(0), end: at(9), isPossible: true },
      { start: at(9), end: at(20), isPossible: false },
      { start: at(20), end: HOURS.at(-1)?.end, isPossible: null },
    ]);
  });

  it("is whole for a step that bears any air", () => {
    expect(runs(HOURS, null)).toMatchObject([{ start: at(0), isPossible: true }]);
  });
});

describe("the summary of a day", () => {
  const said = (of: (hour: number) => number | null, now = NOON): string | number[][] => {
    const found = summary(HOURS as Hour[], column(of), now);
    if (found.kind !== "runs") return found.kind;
    return found.runs.map(({ start, end }) => [start, end].map((time) => (time - at(0)) / 3.6e6));
  };

  it.each([
    ["all day if it is possible throughout", () => 1, "all_day"],
    ["the rest of the day if only the morning was bad", (h: number) => +(h > 6), "rest_of_day"],
    ["no longer if only the morning was good", (h: number) => +(h < 6), "not_any_more"],
    ["not possible if it never is", () => 0, "not"],
    ["unknown if nobody knows the hours left", (h: number) => (h < 6 ? 1 : null), "unknown"],
  ] as const)("says %s", (_, of, kind) => {
    expect(said(of)).toBe(kind);
  });

  it("names the stretches that are not over, as a whole", () => {
    expect(said((hour) => +(hour < 3 || (hour > 10 && hour < 14) || hour > 20))).toEqual([
      [11, 14],
      [21, 24],
    ]);
    expect(said((hour) => +(hour < 9), at(0) - 1)).toEqual([[0, 9]]);
  });

  it("promises nothing of hours that nobody knows", () => {
    expect(said((hour) => (hour < 20 ? 1 : null))).toEqual([[0, 20]]);
  });

  it("is short for a step that bears any air", () => {
    expect(summary(HOURS, null, NOON)).toEqual({ kind: "any_air" });
  });
});

describe("the axes", () => {
  const limits = workLimits(VIEW.data.comfort.steps);

  it("hold the lines, the limits and what is measured now", () => {
    const axis = temperatureAxis(VIEW.air, limits, 33);
    expect(axis.from).toBeLessThan(18);
    expect(axis.to).toBeGreaterThan(33);
    expect(humidityAxis(VIEW.air, limits, 92)).toMatchObject({ from: 0, to: 100 });
    expect(humidityAxis(VIEW.air, limits).to).toBe(75);
  });

  it("are there when nothing is known", () => {
    expect(temperatureAxis([], null).ticks.length).toBeGreaterThan(1);
    expect(humidityAxis([], null).ticks.length).toBeGreaterThan(1);
  });
});
