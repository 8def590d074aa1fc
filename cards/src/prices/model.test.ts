import { describe, expect, it } from "vitest";
import { type Slot, viewOf } from "../core/view";
import type { Dashboard } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import {
  average,
  cheapest,
  cheapestByDay,
  extremes,
  firstDays,
  kindRuns,
  periodRuns,
  priceAxis,
} from "./model";

const NOON = Date.parse("2026-08-05T10:00:00Z");

const slotsOf = (change: Partial<Dashboard["slots"]> = {}): Slot[] => {
  const data = dashboard();
  return viewOf({ ...data, slots: { ...data.slots, ...change } }).slots;
};
const priced = (price: (index: number) => number | null): Slot[] =>
  slotsOf({ price: Array.from({ length: 205 }, (_, index) => price(index)) });

describe("the days that are drawn", () => {
  it("are as many as were asked for, from yesterday on", () => {
    const slots = slotsOf();
    expect(firstDays(slots, 2)).toHaveLength(48);
    expect(firstDays(slots, 8)).toHaveLength(192);
    expect(firstDays([], 8)).toEqual([]);
  });
});

describe("the cheapest stretch", () => {
  it("is the earliest of those with the lowest average", () => {
    const slots = priced((index) => [5, 3, 1, 2, 1, 3][index % 6] ?? 0).slice(0, 12);
    expect(cheapest(slots, 3)).toMatchObject({ start: slots[2]?.start, end: slots[5]?.start });
    expect(cheapest(slots, 3)?.price).toBeCloseTo(4 / 3);
  });

  it("lasts as long in quarters of an hour, and begins at any", () => {
    const data = dashboard({ seconds: 900, slots: 96 });
    const price = data.slots.price.map((_, index) => (index >= 5 && index < 9 ? 0.01 : 0.2));
    const { slots } = viewOf({ ...data, slots: { ...data.slots, price } });
    expect(cheapest(slots, 1)).toMatchObject({ start: slots[5]?.start, end: slots[9]?.start });
  });

  it("spans neither what is unknown nor what is missing", () => {
    const holed = priced((index) => (index % 3 === 2 ? null : 1));
    expect(cheapest(holed, 3)).toBeUndefined();
    const missing = slotsOf().filter((_, index) => index % 3 !== 2);
    expect(cheapest(missing, 3)).toBeUndefined();
    expect(cheapest(missing, 2)).toBeDefined();
  });

  it("is no surer than its least sure slot", () => {
    const slots = slotsOf({ origin: Array.from({ length: 205 }, (_, i) => (i < 2 ? 0 : i % 3)) });
    expect(cheapest(slots.slice(0, 2), 2)?.kind).toBe("known");
    expect(cheapest(slots.slice(0, 4), 2)?.kind).toBe("known");
    expect(cheapest(slots.slice(1, 3), 2)?.kind).toBe("forecast");
    expect(cheapest(slots.slice(3, 5), 2)?.kind).toBe("estimated");
  });

  it("is looked for in what is left of today, and in each day to come", () => {
    const found = cheapestByDay(firstDays(slotsOf(), 8), 3, NOON + 1);
    expect(found.map(({ date }) => date)).toEqual([
      "2026-08-05",
      "2026-08-06",
      "2026-08-07",
      "2026-08-08",
      "2026-08-09",
      "2026-08-10",
      "2026-08-11",
    ]);
    expect(found[0]?.start).toBe(Date.parse("2026-08-05T11:00:00Z"));
    expect(found[1]?.start).toBe(Date.parse("2026-08-05T22:00:00Z"));
  });

  it("is not there when too little is left of today", () => {
    const late = Date.parse("2026-08-05T20:30:00Z");
    expect(cheapestByDay(slotsOf(), 3, late)[0]?.date).toBe("2026-08-06");
  });

  it("is not there where all hours cost the same", () => {
    expect(
      cheapestByDay(
        priced(() => 0.15),
        3,
        NOON,
      ),
    ).toEqual([]);
  });
});

describe("the axis of prices", () => {
  const axis = (price: (index: number) => number | null, band = false) =>
    priceAxis(priced(price), band, 5);

  it("has a zero, below or above which prices may lie", () => {
    expect(axis((index) => 0.1 + (index % 2) / 10)).toMatchObject({ from: 0, to: 0.2 });
    expect(axis((index) => (index % 2 ? -0.05 : 0.15)).from).toBe(-0.05);
    expect(axis(() => -0.1)).toMatchObject({ to: 0 });
    expect(axis(() => 0.15).from).toBe(0);
  });

  it("has none where all prices are far from it", () => {
    expect(axis((index) => (index % 2 ? 0.2 : 0.19)).from).toBeGreaterThan(0.18);
  });

  it("has room for the band if it is drawn", () => {
    const slots = slotsOf({ high: Array(205).fill(0.9), low: Array(205).fill(0.1) });
    expect(priceAxis(slots, true, 5).to).toBeGreaterThanOrEqual(0.9);
    expect(priceAxis(slots, false, 5).to).toBeLessThan(0.3);
  });

  it("is there when no price is known", () => {
    expect(axis(() => null).ticks.length).toBeGreaterThan(1);
  });
});

it("runs of a period end where another begins or time is missing", () => {
  const slots = slotsOf({ period: [1, 1, 2, 2, 2, ...Array(200).fill(1)] }).slice(0, 7);
  const kept = slots.filter((_, index) => index !== 3);
  const hours = (first: number) => slots[first]?.start;
  expect(periodRuns(kept)).toMatchObject([
    { period: 1, start: hours(0), end: hours(2) },
    { period: 2, start: hours(2), end: hours(3) },
    { period: 2, start: hours(4), end: hours(5) },
    { period: 1, start: hours(5) },
  ]);
});

it("runs that are equally sure begin at the price before, if that is known", () => {
  const slots = slotsOf({
    origin: [0, 0, 3, 1, 2, 2, 2, ...Array(198).fill(2)],
    price: [0.1, 0.2, 0.3, 0.4, 0.5, null, 0.7, ...Array(198).fill(0.7)],
  }).slice(0, 7);
  const told = kindRuns(slots).map(({ kind, before, slots: { length } }) => [kind, length, before]);
  expect(told).toEqual([
    ["known", 3, null],
    ["estimated", 1, 0.3],
    ["forecast", 1, 0.4],
    ["forecast", 1, null],
  ]);
});

it("a day has its lowest and highest price, the first of equals, and an average", () => {
  const slots = priced((index) => [0.3, 0.1, 0.1, 0.5][index % 4] ?? null);
  expect(extremes(slots, "2026-08-04")).toMatchObject({
    lowest: { start: slots[1]?.start },
    highest: { start: slots[3]?.start },
  });
  expect(average(slots, "2026-08-04")?.price).toBeCloseTo(0.25);
  expect(average(slots, "2027-01-01")).toBeUndefined();
  expect(extremes(slots, "2027-01-01")).toBeUndefined();
});
