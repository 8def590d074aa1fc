/** Numbers and times as the user wants to read them, on the clock of the factory. */

import type { Hass, Locale } from "../hass";

const NUMBERS: Readonly<Record<string, string>> = {
  comma_decimal: "en-US",
  decimal_comma: "de-DE",
  quote_decimal: "de-CH",
  space_comma: "fr-FR",
  none: "en-US",
};

export class Format {
  readonly #numbers: string | undefined;
  readonly #language: string;
  readonly #hour12: boolean | undefined;
  readonly #hour: "numeric" | "2-digit";
  readonly #grouping: "min2" | false;
  readonly #cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

  constructor(
    locale: Locale,
    readonly zone: string,
  ) {
    this.#language = locale.language;
    this.#numbers = NUMBERS[locale.number_format] ?? this.#language;
    if (locale.number_format === "system") this.#numbers = undefined;
    this.#grouping = locale.number_format === "none" ? false : "min2";
    this.#hour12 = { "12": true, "24": false }[locale.time_format as string];
    const clock = { hour: "numeric", hour12: this.#hour12 } as const;
    const { hour12 } = new Intl.DateTimeFormat(this.#language, clock).resolvedOptions();
    // Nobody writes 02:00 PM.
    this.#hour = hour12 ? "numeric" : "2-digit";
  }

  /** A number with just so many digits after the point. */
  number(value: number | null | undefined, digits = 0): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const format = this.#cached(
      `n${digits}`,
      () => new Intl.NumberFormat(this.#numbers, { ...options, useGrouping: this.#grouping }),
    );
    return (format as Intl.NumberFormat).format(value);
  }

  price(value: number | null | undefined, digits = 4): string {
    return `${this.number(value, digits)} €/kWh`;
  }

  temperature(value: number | null | undefined, digits = 0): string {
    return `${this.number(value, digits)} °C`;
  }

  percent(value: number | null | undefined, digits = 0): string {
    return `${this.number(value, digits)} %`;
  }

  /** The time of the day, like 14:00 or 2:00 PM. */
  time(at: number | string): string {
    return this.#date("t", at, { hour: this.#hour, minute: "2-digit" });
  }

  /** The hour alone, as the axis of a chart has it, like 14 or 2 PM. */
  hour(at: number | string): string {
    return this.#date("h", at, { hour: "numeric" });
  }

  /** An hour on the wall, 0 to 23, in the same way. */
  wallHour(hour: number): string {
    const at = Date.UTC(2001, 0, 1, hour);
    return this.#date("w", at, { hour: "numeric" }, "UTC");
  }

  /** The day of the week and of the month, like Wed 5; in plain English it would be 5 Wed. */
  day(date: string): string {
    const noon = `${date}T12:00:00Z`;
    const weekday = this.#date("d", noon, { weekday: "short" }, "UTC");
    return `${weekday} ${this.#date("n", noon, { day: "numeric" }, "UTC")}`;
  }

  /** The same in full, like Wednesday, 5 August. */
  longDay(date: string): string {
    const options = { weekday: "long", day: "numeric", month: "long" } as const;
    return this.#date("D", `${date}T12:00:00Z`, options, "UTC");
  }

  /** Day and time, like Wed, 14:00. */
  dayTime(at: number | string): string {
    return this.#date("dt", at, { weekday: "short", hour: this.#hour, minute: "2-digit" });
  }

  /** The date, like 5 Aug 2026. */
  date(at: number | string): string {
    return this.#date("y", at, { day: "numeric", month: "short", year: "numeric" });
  }

  /** Date and time, like 5 Aug, 14:00. */
  dateTime(at: number | string): string {
    const day = { day: "numeric", month: "short" } as const;
    return this.#date("DT", at, { ...day, hour: this.#hour, minute: "2-digit" });
  }

  #date(
    kind: string,
    at: number | string,
    options: Intl.DateTimeFormatOptions,
    timeZone = this.zone,
  ): string {
    const hour = this.#hour12 === undefined ? {} : { hour12: this.#hour12 };
    const clock = options.hour && this.#hour12 === false ? { hourCycle: "h23" as const } : hour;
    const format = this.#cached(
      kind,
      () => new Intl.DateTimeFormat(this.#language, { ...options, ...clock, timeZone }),
    );
    return (format as Intl.DateTimeFormat).format(new Date(at));
  }

  #cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
    let format = this.#cache.get(key) as F | undefined;
    if (!format) {
      format = make();
      this.#cache.set(key, format);
    }
    return format;
  }
}

let last: { locale: Locale; zone: string; format: Format } | undefined;

/** The format of a user; the same as long as neither the user nor the factory changes. */
export function formatOf(hass: Hass, zone: string): Format {
  if (last?.locale !== hass.locale || last.zone !== zone) {
    last = { locale: hass.locale, zone, format: new Format(hass.locale, zone) };
  }
  return last.format;
}
