import { expect, it } from "vitest";
import { daysAhead } from "./when";

const HOUR = 3_600_000;

it("counts days on the wall of the factory, not by 24 hours", () => {
  const late = Date.parse("2026-08-05T21:30:00Z");
  expect(daysAhead(late + HOUR, late, "Europe/Madrid")).toBe(1);
  expect(daysAhead(late + HOUR, late, "Atlantic/Canary")).toBe(0);
  expect(daysAhead(late + 50 * HOUR, late, "Europe/Madrid")).toBe(2);
});
