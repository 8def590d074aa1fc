import { describe, expect, it } from "vitest";
import type { Locale } from "../hass";
import { Format } from "./format";

const locale = (change: Partial<Locale> = {}): Locale => ({
  language: "en-GB",
  number_format: "language",
  time_format: "language",
  date_format: "language",
  time_zone: "server",
  first_weekday: "language",
  ...change,
});
const format = (change: Partial<Locale> = {}) => new Format(locale(change), "Europe/Madrid");
const NOON = "2026-08-05T10:00:00Z";
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("the formats of a user", () => {
  it("write numbers as the user has chosen, whatever the language", () => {
    expect(format().price(0.0712)).toBe("0.0712 €/kWh");
    expect(format({ language: "es" }).price(0.0712)).toBe("0,0712 €/kWh");
    expect(format({ number_format: "decimal_comma" }).number(1.5, 1)).toBe("1,5");
    expect(format({ language: "es", number_format: "comma_decimal" }).number(1.5, 1)).toBe("1.5");
    expect(plain(format({ number_format: "space_comma" }).number(12345.5, 1))).toBe("12 345,5");
    expect(format({ number_format: "none" }).number(12345.5, 1)).toBe("12345.5");
  });

  it("write a dash for what nobody knows", () => {
    expect(format().number(null)).toBe("–");
    expect(format().temperature(undefined)).toBe("– °C");
    expect(format().number(Number.NaN)).toBe("–");
  });

  it("tell the time of the factory, on a clock of 12 or of 24 hours", () => {
    expect(format().time(NOON)).toBe("12:00");
    expect(plain(format({ time_format: "12" }).time(NOON)).toLowerCase()).toBe("12:00 pm");
    expect(format({ language: "en-US", time_format: "24" }).time("2026-08-04T22:00:00Z")).toBe(
      "00:00",
    );
    expect(new Format(locale(), "Atlantic/Canary").time(NOON)).toBe("11:00");
    const morning = "2026-08-05T07:00:00Z";
    expect(format({ language: "es" }).time(morning)).toBe("09:00");
    expect(plain(format({ language: "en" }).time(morning))).toBe("9:00 AM");
    expect(plain(format({ language: "en" }).dateTime(morning))).toBe("Aug 5, 9:00 AM");
  });

  it("name days in the language of the user", () => {
    expect(format().day("2026-08-05")).toBe("Wed 5");
    expect(format({ language: "en" }).day("2026-08-05")).toBe("Wed 5");
    expect(format({ language: "es" }).day("2026-08-05")).toBe("mié 5");
    expect(format({ language: "es" }).longDay("2026-08-05")).toBe("miércoles, 5 de agosto");
  });
});
