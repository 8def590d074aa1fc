/** The clock on the wall of a time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();
const known = new Map<string, { date: string; hour: number }>();
const QUARTER = 900_000;
const MOST_KNOWN = 4000;

/** The local date, YYYY-MM-DD, and the hour, 0 to 23, of an instant in Unix milliseconds. */
export function localTime(at: number, zone: string): { date: string; hour: number } {
  // No clock is ever changed within a quarter of an hour.
  const key = `${Math.floor(at / QUARTER)} ${zone}`;
  let time = known.get(key);
  if (!time) {
    const parts = Object.fromEntries(
      formatOf(zone)
        .formatToParts(at)
        .map(({ type, value }) => [type, value]),
    );
    time = { date: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, time);
  }
  return time;
}

/** The date some days after another, YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  const noon = new Date(`${date}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + days);
  return noon.toISOString().slice(0, 10);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  return format;
}
