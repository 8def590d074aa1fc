/** What the chart of prices is made of: each layer draws one thing, from the back to the front. */

import { nothing, svg, type TemplateResult } from "lit";
import { HOUR } from "../chart/calendar";
import { stepArea, steps } from "../chart/path";
import { type Axis, Scale } from "../chart/scale";
import { type TimeAxis, textWidth, timeAxis, timeAxisHeight } from "../chart/time-axis";
import type { Format } from "../core/format";
import { type Slot, slotAt } from "../core/view";
import { daysOf, type Kind, kindRuns, periodRuns, priceAxis, type Stretch } from "./model";

export interface Chart {
  slots: readonly Slot[];
  cheapest: readonly Stretch[];
  now: number;
  format: Format;
  x: Scale;
  y: Scale;
  axis: Axis;
  time: TimeAxis;
  left: number;
  right: number;
  top: number;
  /** Of the prices; below are the tariff periods. */
  bottom: number;
  foot: number;
  hasBand: boolean;
  hasPeriods: boolean;
}

export type Layer = (chart: Chart) => TemplateResult | typeof nothing;

const UNIT = 22;
const STRIP = 18;
/** Pixels between the lines of the grid, at least. */
const STEP = 30;

interface Wanted {
  slots: readonly Slot[];
  cheapest: readonly Stretch[];
  zone: string;
  now: number;
  today: string;
  format: Format;
  width: number;
  height: number;
  hasBand: boolean;
  hasPeriods: boolean;
}

/** Find the room for everything. */
export function layOut(wanted: Wanted): Chart {
  const { slots, format, width, height, hasBand, hasPeriods } = wanted;
  const days = daysOf(slots, wanted.zone);
  const [begin, end] = [slots[0]?.start ?? 0, slots.at(-1)?.end ?? 1];
  const axis = priceAxis(slots, hasBand, Math.min(Math.max(6, height / 100), (height - 60) / STEP));
  const widest = Math.max(...axis.ticks.map((tick) => format.number(tick, axis.digits).length));
  const left = Math.ceil(textWidth("0".repeat(widest))) + 6;
  const x = new Scale(begin, end, left, width - 1);
  const time = { days, x, format, today: wanted.today };
  const foot = height - timeAxisHeight(time);
  const bottom = foot - (hasPeriods ? STRIP : 0);
  const y = new Scale(axis.from, axis.to, bottom, UNIT);
  return { ...wanted, x, y, axis, time, left, right: width - 1, top: UNIT, bottom, foot };
}

/** How strongly a period is shaded: the dearest most, the cheapest not at all. */
export function shade(period: number, periods: readonly number[]): number {
  const rank = periods.indexOf(period);
  return periods.length > 1 ? 1 - rank / (periods.length - 1) : 0;
}

/** The tariff periods that occur, the dearest first. */
export const periodsOf = (slots: readonly Slot[]): number[] =>
  [...new Set(slots.map((slot) => slot.period))].sort((one, other) => one - other);

const periods: Layer = ({ slots, x, top, bottom, foot, hasPeriods }) => {
  if (!hasPeriods) return nothing;
  const all = periodsOf(slots);
  return svg`<g>${periodRuns(slots).map(({ start, end, period }) => {
    const [from, to] = [x.at(start), x.at(end)];
    const strength = shade(period, all);
    const name = `P${period}`;
    return svg`
      ${strength ? svg`<rect class="period" x=${from} width=${to - from} y=${top} height=${bottom - top} opacity=${strength * 0.09} />` : nothing}
      <rect class="period" x=${from + 0.5} width=${Math.max(0.5, to - from - 1)} y=${bottom + 2} height=${foot - bottom - 3}
        opacity=${0.06 + strength * 0.22} />
      ${to - from >= textWidth(name) + 3 ? svg`<text class="today" x=${(from + to) / 2} y=${foot - 4} text-anchor="middle">${name}</text>` : nothing}
    `;
  })}</g>`;
};

const grid: Layer = ({ axis, y, left, right, format }) => svg`
  <text x="0" y="11">€/kWh</text>
  ${axis.ticks.map((tick) => {
    const at = Math.round(y.at(tick));
    const isZero = tick === 0;
    return svg`
      <line class=${isZero ? "zero" : "gridline"} x1=${left} x2=${right} y1=${at} y2=${at} />
      <text x=${left - 6} y=${at + 4} text-anchor="end">${format.number(tick, axis.digits)}</text>
    `;
  })}`;

const time: Layer = (chart) => timeAxis(chart.time, chart.top, chart.foot);

const area: Layer = ({ slots, x, y, axis }) => {
  const ground = Math.max(0, axis.from);
  return svg`<path class="area" d=${stepArea(
    slots,
    ({ price }) => (price === null ? null : [ground, price]),
    x,
    y,
  )} />`;
};

const stretches: Layer = ({ slots, cheapest, x, y, axis, bottom }) => {
  const ground = Math.max(0, axis.from);
  const lowest = Math.min(...cheapest.map(({ price }) => price));
  return svg`<g class="cheapest">${cheapest.map(({ start, end, price }) => {
    const within = slots.filter((slot) => slot.start >= start && slot.end <= end);
    const edges = ({ price }: Slot) => (price === null ? null : ([ground, price] as const));
    return svg`
      <path d=${stepArea(within, edges, x, y)} opacity=${price === lowest ? 0.65 : 0.35} />
      <rect x=${x.at(start)} width=${x.at(end) - x.at(start)} y=${bottom - 4} height="4" />
    `;
  })}</g>`;
};

const band: Layer = ({ slots, x, y, hasBand }) =>
  hasBand
    ? svg`<path class="band" d=${stepArea(
        slots,
        ({ low, high }) => (low === null || high === null ? null : [low, high]),
        x,
        y,
      )} />`
    : nothing;

const line: Layer = ({ slots, x, y }) =>
  svg`${kindRuns(slots).map(
    (run) =>
      svg`<path class="line ${run.kind satisfies Kind}" d=${steps(run.slots, (slot) => slot.price, x, y, run.before)} />`,
  )}`;

/** What is to come may not be known. */
const nowMarker: Layer = ({ slots, now, x, y, top, foot }) => {
  const slot = slotAt(slots, now);
  if (!slot) return nothing;
  const at = Math.round(x.at(now));
  return svg`
    <line class="now" x1=${at} x2=${at} y1=${top - 4} y2=${foot} />
    ${slot.price === null ? nothing : svg`<circle class="dot" cx=${at} cy=${y.at(slot.price)} r="5" />`}
  `;
};

/** A plan of the work would lie between the area and the line. */
export const LAYERS: readonly Layer[] = [
  periods,
  grid,
  time,
  area,
  stretches,
  band,
  line,
  nowMarker,
];

/** The crosshair, above all of them. */
export function pointed(slot: Slot, { x, y, top, foot }: Chart): TemplateResult {
  const at = Math.round(x.at((slot.start + slot.end) / 2));
  // As wide as the slot is, so that quarters and hours are told apart.
  const width = Math.max(2, x.perUnit * Math.min(slot.end - slot.start, HOUR));
  return svg`
    <line class="pointed" x1=${at} x2=${at} y1=${top} y2=${foot} />
    ${
      slot.price === null
        ? nothing
        : svg`<rect class="slot" x=${x.at(slot.start)} width=${width} y=${y.at(slot.price) - 2} height="4" />
          <circle class="dot" cx=${at} cy=${y.at(slot.price)} r="5" />`
    }
  `;
}
