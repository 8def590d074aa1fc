/** The axis of time below a chart: days, and hours if there is room. */

import { nothing, svg, type TemplateResult } from "lit";
import type { Format } from "../core/format";
import { type CalendarDay, HOUR, hourStep } from "./calendar";
import type { Scale } from "./scale";

/** Pixels for a line of labels. */
const LINE = 16;
/** Average pixels of a character. */
const CHARACTER = 6.6;
const HALF_A_DAY = 12 * HOUR;

export interface TimeAxis {
  days: readonly CalendarDay[];
  x: Scale;
  format: Format;
  /** The local date of now. */
  today: string;
}

export const textWidth = (text: string): number => text.length * CHARACTER;

/** Label every so many hours; 0 if there is room for days only. */
function stepOf({ days, x, format }: TimeAxis): number {
  const widest = Math.max(
    0,
    ...(days[0]?.hours ?? []).map(({ at }) => textWidth(format.hour(at)) + 14),
  );
  return hourStep(x.perUnit * HOUR, widest);
}

export const timeAxisHeight = (axis: TimeAxis): number => (stepOf(axis) ? 2 * LINE : LINE) + 4;

/** Lines at midnight, from `top` to `bottom`, and the labels below. */
export function timeAxis(axis: TimeAxis, top: number, bottom: number): TemplateResult {
  const { days, x, format, today } = axis;
  const step = stepOf(axis);
  const below = bottom + LINE - 2;
  const hours = step ? days.flatMap((day) => day.hours) : [];
  const shown = days.filter(isWhole);
  const name = naming(shown, format, x);
  return svg`
    ${days.map(({ start }, index) => {
      const at = Math.round(x.at(start));
      return index
        ? svg`<line class="midnight" x1=${at} x2=${at} y1=${top} y2=${bottom + (step ? 2 * LINE : LINE)} />`
        : nothing;
    })}
    ${hours.map(({ at, hour }) =>
      hour && hour % step === 0
        ? svg`<text x=${x.at(at)} y=${below} text-anchor="middle">${format.hour(at)}</text>`
        : nothing,
    )}
    ${shown.map(
      (day) => svg`<text
          class=${day.date === today ? "today" : nothing}
          x=${(x.at(day.start) + x.at(day.end)) / 2}
          y=${step ? below + LINE : below}
          text-anchor="middle"
        >${name(day.date)}</text>`,
    )}
  `;
}

/** What is cut off at the end has no middle; its label would jump about. */
const isWhole = (day: CalendarDay): boolean => day.end - day.start > HALF_A_DAY;

/** As much of the names of days as there is room for, of each alike. */
function naming(days: readonly CalendarDay[], format: Format, x: Scale): (date: string) => string {
  const inFull = (date: string) => format.day(date);
  const short = (date: string) => inFull(date).replace(/[\s,.]*\d+[\s,.]*/, "");
  const fits = (name: (date: string) => string) =>
    days.every((day) => textWidth(name(day.date)) + 4 <= x.at(day.end) - x.at(day.start));
  return [inFull, short].find(fits) ?? (() => "");
}
