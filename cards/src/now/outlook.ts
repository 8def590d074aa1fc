/** What holds now, until when, and when it is worth waiting for: plain answers from the slots. */

import { type Slot, slotAt } from "../core/view";
import type { Window } from "../factory-data";

export interface Present {
  slot: Slot | undefined;
  /** When something else is recommended, or the end of what is known; Unix milliseconds. */
  until: number | null;
  /** Whether nothing else is recommended as far as anybody knows. */
  isOpen: boolean;
}

/** What is recommended at an instant, and how long that lasts. */
export function presentOf(slots: readonly Slot[], at: number): Present {
  const slot = slotAt(slots, at);
  if (!slot?.recommendation) return { slot, until: null, isOpen: false };
  let last = slot;
  for (let index = slots.indexOf(slot) + 1; index < slots.length; index++) {
    const next = slots[index];
    if (next?.recommendation !== slot.recommendation) break;
    last = next;
  }
  return { slot, until: last.end, isOpen: last === slots.at(-1) };
}

export interface Chance {
  start: number;
  end: number;
  price: number | null;
  score: number | null;
  hasBegun: boolean;
}

/** The first optimal stretch that is not over. */
export function chanceOf(windows: readonly Window[], at: number): Chance | undefined {
  const window = windows.find(({ end }) => Date.parse(end) > at);
  if (!window) return undefined;
  const start = Date.parse(window.start);
  const { price, score } = window;
  return { start, end: Date.parse(window.end), price, score, hasBegun: start <= at };
}

/** A length of time in days, hours and minutes, the larger first; minutes only below ten hours. */
export function partsOf(milliseconds: number): readonly [unit: "d" | "h" | "min", value: number][] {
  const minutes = Math.max(Math.round(milliseconds / 60_000), 0);
  if (minutes < 60) return [["min", minutes]];
  if (minutes < 600) return some(["h", Math.floor(minutes / 60)], ["min", minutes % 60]);
  const hours = Math.round(minutes / 60);
  if (hours < 48) return [["h", hours]];
  return some(["d", Math.floor(hours / 24)], ["h", hours % 24]);
}

const some = (...parts: ["d" | "h" | "min", number][]): ["d" | "h" | "min", number][] =>
  parts.filter(([, value]) => value > 0);
