/** Instants in words, with the day unless it is today. */

import type { FactoryCard } from "./factory-card";
import type { Format } from "./format";
import { addDays, localTime } from "./local-time";

/** How many days later another instant is on the wall, 0 for the same day; 2 for any later one. */
export function daysAhead(at: number, now: number, zone: string): 0 | 1 | 2 {
  const [date, today] = [localTime(at, zone).date, localTime(now, zone).date];
  if (date === today) return 0;
  return date === addDays(today, 1) ? 1 : 2;
}

const UNTIL = ["until.today", "until.tomorrow", "until.later"] as const;

export function until(card: FactoryCard, at: number, now: number, format: Format): string {
  const days = daysAhead(at, now, format.zone);
  return card.text(UNTIL[days], { time: days === 2 ? format.dayTime(at) : format.time(at) });
}
