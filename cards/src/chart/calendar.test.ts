import { describe, expect, it } from "vitest";
import { calendar, HOUR, hourStep, indexAt } from "./calendar";

const days = (from: string, to: string) =>
  calendar(Date.parse(from), Date.parse(to), "Europe/Madrid");

describe("the calendar below a chart", () => {
  it("begins days at local midnight and cuts off what is not shown", () => {
    const found = days("2026-08-03T22:00:00Z", "2026-08-05T09:00:00Z");
    expect(found.map((day) => [day.date, day.hours.length])).toEqual([
      ["2026-08-04", 24],
      ["2026-08-05", 11],
    ]);
    expect(found[1]?.start).toBe(Date.parse("2026-08-04T22:00:00Z"));
    expect(found[1]?.end).toBe(Date.parse("2026-08-05T09:00:00Z"));
  });

  it("knows the days on which the clock is changed", () => {
    const spring = days("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    expect(spring.map((day) => day.hours.map(({ hour }) => hour).slice(0, 4))).toEqual([
      [0, 1, 3, 4],
    ]);
    const autumn = days("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    expect(autumn.map((day) => day.hours.length)).toEqual([25]);
  });
});

it.each([
  [40, 30, 1],
  [6, 30, 6],
  [3, 30, 12],
  [1, 30, 0],
])("with %d pixels an hour and %d a label, every so many hours has one", (hour, label, step) => {
  expect(hourStep(hour, label)).toBe(step);
});

describe("the place of an instant", () => {
  const spans = [0, 1, 2, 4].map((hour) => ({ start: hour * HOUR, end: (hour + 1) * HOUR }));

  it.each([
    [-5, 0],
    [0, 0],
    [1.5, 1],
    [3.2, 2],
    [99, 3],
  ])("at %d h is the stretch it is in, or the last before it", (hour, index) => {
    expect(indexAt(spans, hour * HOUR)).toBe(index);
  });

  it("is nowhere if there is nothing", () => {
    expect(indexAt([], 0)).toBe(-1);
  });
});
