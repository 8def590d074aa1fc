import { describe, expect, it } from "vitest";
import { dashboard } from "../testing/dashboard";
import { byHour, slotAt, viewOf } from "./view";

const NOON = Date.parse("2026-08-05T10:00:00Z");

describe("the view of a dashboard", () => {
  it("tells of each slot what its columns say, on the clock of the factory", () => {
    const slot = slotAt(viewOf(dashboard()).slots, NOON);
    expect(slot).toMatchObject({
      start: NOON,
      end: NOON + 3_600_000,
      date: "2026-08-05",
      hour: 12,
      price: 0.112,
      low: null,
      origin: "published",
      level: "cheap",
      recommendation: "optimal",
      reasons: [{ key: "price_bad", isGood: false }],
    });
    expect(slot?.air?.temperature).toBe(24);
  });

  it("is built once for all cards", () => {
    const data = dashboard();
    expect(viewOf(data)).toBe(viewOf(data));
  });

  it("has nothing to say of slots that nobody knows anything of", () => {
    const { slots } = viewOf(dashboard());
    expect(slots[0]).toMatchObject({ score: null, recommendation: null, reasons: [] });
    expect(slotAt(slots, Date.parse("2026-08-01T00:00:00Z"))).toBeUndefined();
    expect(slotAt(slots, Date.parse("2027-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("joins quarters to hours, which are called what most of them are, the worse of equals", () => {
    const { slots, hours, hasQuarters } = viewOf(dashboard({ seconds: 900, slots: 8 * 96 }));
    expect(hasQuarters).toBe(true);
    expect(hours).toHaveLength(slots.length / 4);
    const [quarter] = slots;
    if (!quarter) throw new Error("no slots");
    const four = (["optimal", "halt", "reduced", "halt"] as const).map((recommendation, index) => ({
      ...quarter,
      start: quarter.start + index * 900_000,
      end: quarter.start + (index + 1) * 900_000,
      recommendation,
      price: index,
    }));
    expect(byHour(four)).toMatchObject([
      { start: quarter.start, end: quarter.start + 3_600_000, recommendation: "halt", price: 1.5 },
    ]);
    const two = four.slice(0, 2).map((slot) => ({ ...slot, price: null }));
    expect(byHour(two)).toMatchObject([{ recommendation: "halt", price: null }]);
  });

  it("leaves holes where runs do not meet", () => {
    const data = dashboard();
    data.slots.time = [
      ["2026-08-05T10:00:00+00:00", 3600, 2],
      ["2026-08-05T15:00:00+00:00", 900, 2],
    ];
    const { slots } = viewOf(data);
    expect(slots.map((slot) => slot.end - slot.start)).toEqual([3600e3, 3600e3, 900e3, 900e3]);
    expect(slotAt(slots, Date.parse("2026-08-05T13:00:00Z"))).toBeUndefined();
  });
});
