/** What the charts of comfort are made of. */

import { nothing, svg, type TemplateResult } from "lit";
import { HOUR } from "../chart/calendar";
import { polyline } from "../chart/path";
import { type Axis, Scale } from "../chart/scale";
import { type TimeAxis, timeAxis, timeAxisHeight } from "../chart/time-axis";
import type { Format } from "../core/format";
import type { AirHour } from "../core/view";

/** Pixels left of all charts and strips, for the labels of the axes. */
export const GUTTER = 30;
/** Above each chart, for what it is about. */
const TITLE = 26;
const GAP = 6;
/** Pixels that keep two labels apart. */
const APART = 13;

export interface Panel {
  title: string;
  axis: Axis;
  /** What is good, up to the top or down to the bottom where a limit is null. */
  limits: readonly [lowest: number | null, highest: number] | null;
  lines: readonly { name: string; values: (hour: AirHour) => number | null }[];
  /** The value now, if it is known better than the lines do. */
  now: number | null;
}

export interface Placed extends Panel {
  y: Scale;
}

export interface Chart {
  panels: readonly Placed[];
  air: readonly AirHour[];
  now: number;
  format: Format;
  x: Scale;
  time: TimeAxis;
  width: number;
  top: number;
  foot: number;
}

interface Wanted {
  panels: readonly Panel[];
  air: readonly AirHour[];
  now: number;
  time: Omit<TimeAxis, "x">;
  start: number;
  end: number;
  width: number;
  height: number;
}

/** How the height is shared: the first chart, of temperature, has two lines. */
const SHARES = [0.56, 0.44] as const;

/** Find the room for everything. */
export function layOut(wanted: Wanted): Chart {
  const { panels, width, height } = wanted;
  const x = new Scale(wanted.start, wanted.end, GUTTER, width - 1);
  const time = { ...wanted.time, x };
  const foot = height - timeAxisHeight(time);
  const room = foot - panels.length * TITLE - (panels.length - 1) * GAP;
  let top = 0;
  const placed = panels.map((panel, index) => {
    const begin = top + TITLE;
    const end = begin + room * (SHARES[index] ?? 0);
    top = end + GAP;
    return { ...panel, y: new Scale(panel.axis.from, panel.axis.to, end, begin) };
  });
  return { ...wanted, panels: placed, x, time, foot, top: TITLE, format: time.format };
}

/** Everything but the crosshair. */
export function drawing(chart: Chart): TemplateResult {
  const { x, now, top, foot } = chart;
  const at = Math.round(x.at(now));
  const isNow = now >= x.from && now < x.to;
  return svg`
    ${timeAxis(chart.time, top, foot)}
    ${chart.panels.map((panel) => drawn(panel, chart))}
    ${isNow ? svg`<line class="now" x1=${at} x2=${at} y1=${top - 4} y2=${foot} />` : nothing}
    ${chart.panels.map(({ now: value, y, lines }) =>
      isNow && value !== null
        ? svg`<circle class="dot ${lines[0]?.name ?? ""}" cx=${at} cy=${y.at(value)} r="5" />`
        : nothing,
    )}
  `;
}

function drawn(panel: Placed, { x, air, width, format }: Chart): TemplateResult {
  const { y, axis, limits, title, lines } = panel;
  const [lowest, highest] = limits ?? [null, null];
  const edges = [lowest, highest].filter((edge) => edge !== null);
  const right = width - 1;
  return svg`
    <text x="0" y=${y.end - 13}>${title}</text>
    ${
      highest === null
        ? nothing
        : svg`<rect class="good" x=${GUTTER} width=${Math.max(0, right - GUTTER)} y=${y.at(highest)}
            height=${y.at(lowest ?? axis.from) - y.at(highest)} />`
    }
    ${axis.ticks.map((tick) => {
      const at = Math.round(y.at(tick));
      const isFree = edges.every((edge) => Math.abs(y.at(edge) - at) >= APART);
      return svg`
        <line class="gridline" x1=${GUTTER} x2=${right} y1=${at} y2=${at} />
        ${isFree ? svg`<text x=${GUTTER - 6} y=${at + 4} text-anchor="end">${format.number(tick, axis.digits)}</text>` : nothing}
      `;
    })}
    ${edges.map((edge, index) => {
      const at = Math.round(y.at(edge));
      const other = edges[1 - index];
      const isClear = index === edges.length - 1 || Math.abs(y.at(other ?? edge) - at) >= APART;
      return svg`
        <line class="limit" x1=${GUTTER} x2=${right} y1=${at} y2=${at} />
        ${isClear ? svg`<text class="today" x=${GUTTER - 6} y=${at + 4} text-anchor="end">${format.number(edge, edge % 1 ? 1 : 0)}</text>` : nothing}
      `;
    })}
    <svg x=${GUTTER} width=${Math.max(0, right - GUTTER)} y=${y.end - 2} height=${y.start - y.end + 4}
      viewBox="${GUTTER} ${y.end - 2} ${Math.max(1, right - GUTTER)} ${y.start - y.end + 4}">
      ${lines.toReversed().map(
        ({ name, values }) =>
          svg`<path class="line ${name}" d=${polyline(
            air.map((hour) => [hour.start + HOUR / 2, values(hour)] as const),
            x,
            y,
          )} />`,
      )}
    </svg>
  `;
}

export function pointed(hour: AirHour, { x, panels, top, foot }: Chart): TemplateResult {
  const at = Math.round(x.at(hour.start + HOUR / 2));
  return svg`
    <line class="pointed" x1=${at} x2=${at} y1=${top} y2=${foot} />
    ${panels.flatMap(({ lines, y }) =>
      lines.map(({ name, values }) => {
        const value = values(hour);
        return value === null
          ? nothing
          : svg`<circle class="dot ${name}" cx=${at} cy=${y.at(value)} r="5" />`;
      }),
    )}
  `;
}
