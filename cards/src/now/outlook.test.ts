import { expect, it } from "vitest";
import { viewOf } from "../core/view";
import { dashboard } from "../testing/dashboard";
import { chanceOf, partsOf, presentOf } from "./outlook";

const NOW = "2026-08-05T10:20:00+00:00";
const at = Date.parse(NOW);
const HOUR = 3_600_000;

function slots(...said: (number | null)[]) {
  const data = dashboard({ now: NOW, first: "2026-08-05T10:00:00+00:00", slots: said.length });
  data.slots.recommendation = said;
  return viewOf(data).slots;
}

it("lasts until something else is recommended", () => {
  const { slot, until, isOpen } = presentOf(slots(1, 1, 1, 2, 1), at);
  expect(slot?.recommendation).toBe("moderate");
  expect(until).toBe(Date.parse("2026-08-05T13:00:00+00:00"));
  expect(isOpen).toBe(false);
});

it("lasts until nothing is recommended any more", () => {
  expect(presentOf(slots(3, 3, null), at)).toMatchObject({
    until: Date.parse("2026-08-05T12:00:00+00:00"),
    isOpen: false,
  });
});

it("says that no end is in sight", () => {
  expect(presentOf(slots(3, 3), at)).toMatchObject({ isOpen: true });
});

it("recommends nothing of a time of which nothing is known", () => {
  expect(presentOf(slots(null, 0), at)).toMatchObject({ until: null });
  expect(presentOf(slots(0, 0), at + 9 * HOUR)).toMatchObject({ slot: undefined, until: null });
});

it("finds the window that has begun, then the next one, then none", () => {
  const iso = (hours: number) => new Date(at + hours * HOUR).toISOString();
  const windows = [
    { start: iso(-1), end: iso(1), score: 80, price: 0.1 },
    { start: iso(5), end: iso(7), score: 90, price: 0.08 },
  ];
  expect(chanceOf(windows, at)).toMatchObject({ hasBegun: true, price: 0.1 });
  expect(chanceOf(windows, at + HOUR)).toMatchObject({ hasBegun: false, score: 90 });
  expect(chanceOf(windows, at + 7 * HOUR)).toBeUndefined();
});

it("tells a length of time no finer than anybody needs it", () => {
  const minute = 60_000;
  expect(partsOf(0)).toEqual([["min", 0]]);
  expect(partsOf(59 * minute)).toEqual([["min", 59]]);
  expect(partsOf(60 * minute)).toEqual([["h", 1]]);
  expect(partsOf(61 * minute)).toEqual([
    ["h", 1],
    ["min", 1],
  ]);
  expect(partsOf(11.4 * HOUR)).toEqual([["h", 11]]);
  expect(partsOf(49 * HOUR)).toEqual([
    ["d", 2],
    ["h", 1],
  ]);
});
