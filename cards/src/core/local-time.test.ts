import { describe, expect, it } from "vitest";
import { addDays, localTime } from "./local-time";

describe("the clock on the wall", () => {
  it.each([
    ["2026-03-29T00:59:00Z", "Europe/Madrid", "2026-03-29", 1],
    ["2026-03-29T01:00:00Z", "Europe/Madrid", "2026-03-29", 3],
    ["2026-10-25T00:30:00Z", "Europe/Madrid", "2026-10-25", 2],
    ["2026-10-25T01:30:00Z", "Europe/Madrid", "2026-10-25", 2],
    ["2026-08-04T22:00:00Z", "Europe/Madrid", "2026-08-05", 0],
    ["2026-08-04T22:00:00Z", "Atlantic/Canary", "2026-08-04", 23],
    ["2026-12-31T23:15:00Z", "Europe/Madrid", "2027-01-01", 0],
  ])("shows %s in %s as %s, %i o'clock", (at, zone, date, hour) => {
    expect(localTime(Date.parse(at), zone)).toEqual({ date, hour });
  });

  it("counts days over the ends of months and over changes of the clock", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(addDays("2026-10-24", 2)).toBe("2026-10-26");
    expect(addDays("2027-01-01", -1)).toBe("2026-12-31");
  });
});
