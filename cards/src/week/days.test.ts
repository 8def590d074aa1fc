import { describe, expect, it } from "vitest";
import { slotAt, viewOf } from "../core/view";
import { dashboard } from "../testing/dashboard";
import { moved, week } from "./days";

const NOON = Date.parse("2026-08-05T10:00:00Z");
const VIEW = viewOf(dashboard());
const DAYS = week(VIEW, NOON, false);
const PRESENT = slotAt(VIEW.slots, NOON);

describe("the week as a table", () => {
  it("has today and six days more, each with its 24 hours", () => {
    expect(DAYS.map((day) => day.date)).toEqual([
      "2026-08-05",
      "2026-08-06",
      "2026-08-07",
      "2026-08-08",
      "2026-08-09",
      "2026-08-10",
      "2026-08-11",
    ]);
    for (const day of DAYS) {
      expect(day.hours.map(({ slots }) => slots.length)).toEqual(Array(24).fill(1));
      expect(day.summary?.date).toBe(day.date);
    }
  });

  it("has four slots an hour where they are asked for by the quarter", () => {
    const view = viewOf(dashboard({ seconds: 900, slots: 8 * 96 }));
    const quarters = week(view, NOON, true);
    expect(
      quarters.slice(0, 6).flatMap((day) => day.hours.map(({ slots }) => slots.length)),
    ).toEqual(Array(6 * 24).fill(4));
    expect(week(view, NOON, false)[0]?.hours[12]?.slots).toHaveLength(1);
  });

  it("has no third hour in spring, and two of them in autumn", () => {
    const on = (first: string, now: string) => {
      const view = viewOf(dashboard({ first, now }));
      return week(view, Date.parse(now), false)[1]?.hours.map(({ slots }) => slots.length);
    };
    const spring = on("2026-03-26T23:00:00+00:00", "2026-03-28T11:00:00+00:00");
    expect(spring?.slice(0, 5)).toEqual([1, 1, 0, 1, 1]);
    const autumn = on("2026-10-22T22:00:00+00:00", "2026-10-24T10:00:00+00:00");
    expect(autumn?.slice(0, 5)).toEqual([1, 1, 2, 1, 1]);
  });

  it.each([
    ["ArrowRight", false, "2026-08-05", 13],
    ["ArrowLeft", false, "2026-08-05", 11],
    ["ArrowDown", false, "2026-08-06", 12],
    ["ArrowRight", true, "2026-08-06", 12],
    ["ArrowDown", true, "2026-08-05", 13],
    ["Home", false, "2026-08-05", 0],
    ["End", true, "2026-08-05", 23],
  ])("goes with %s (beside each other: %s) to %s, %i o'clock", (key, isTransposed, date, hour) => {
    if (!PRESENT) throw new Error("no slot");
    expect(moved(DAYS, PRESENT, key, isTransposed)).toMatchObject({ date, hour });
  });

  it("goes nowhere beyond its edges, nor with other keys", () => {
    const first = DAYS[0]?.hours[0]?.slots[0];
    if (!first) throw new Error("no slot");
    expect(moved(DAYS, first, "ArrowUp", false)).toBeUndefined();
    expect(moved(DAYS, first, "ArrowLeft", false)).toBeUndefined();
    expect(moved(DAYS, first, "a", false)).toBeUndefined();
  });
});
