/** Temperature and humidity today and tomorrow, against what each step of the work wants. */

import { css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { ComfortCardConfig } from "../cards";
import { calendar } from "../chart/calendar";
import { Crosshair } from "../chart/crosshair";
import { frame } from "../chart/frame";
import { Size } from "../chart/size";
import { chartStyles, figure } from "../chart/styles";
import { tip } from "../chart/tip";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { localTime } from "../core/local-time";
import type { AirHour, View } from "../core/view";
import type { Comfort, Step } from "../factory-data";
import { type Chart, drawing, GUTTER, layOut, pointed } from "./layers";
import {
  andAround,
  type Hour,
  hoursOf,
  humidityAxis,
  runs,
  type Summary,
  summary,
  temperatureAxis,
  workLimits,
} from "./model";

const HOURS_OF_A_DAY = 24;
/** Of the strips, in pixels. */
const STRIP = 6;
const THIN = 2;

@customElement("chocolate-factory-comfort-card-content")
export class ComfortCard extends FactoryCard<ComfortCardConfig> {
  protected readonly heading = "comfort.title";
  readonly #size = new Size(this, ".chart");
  readonly #crosshair = new Crosshair(this);

  protected content(view: View, format: Format): TemplateResult {
    const { comfort, zone } = view.data;
    const today = localTime(this.now, zone).date;
    const days = (this.config?.hours ?? 48) / HOURS_OF_A_DAY;
    const hours = hoursOf(view.air, today, days, zone);
    return html`
      ${this.#figures(comfort, format)}
      ${this.#charts(view, hours, today, format)}
      ${this.#steps(comfort.steps, hours, format)}
      ${this.#legend(comfort.steps, hours)}
      <p class="basis">${this.text(comfort.now?.is_measured ? "comfort.measured_note" : "comfort.note")}</p>
    `;
  }

  #figures({ now }: Comfort, format: Format): TemplateResult {
    if (!now) return html`<p class="none">${this.text("comfort.none")}</p>`;
    const source = this.text(now.is_measured ? "comfort.measured" : "comfort.reckoned");
    return html`<dl class="figures">
      ${figure("first", this.text("comfort.room"), format.temperature(now.temperature, 1), source)}
      ${figure("", this.text("comfort.humidity"), format.percent(now.humidity))}
      ${figure("", this.text("comfort.dew_point"), format.temperature(now.dew_point, 1))}
      ${figure(
        "",
        this.text("comfort.index"),
        html`${format.number(now.index)} <small>/ 100</small>`,
      )}
      ${figure("", this.text("comfort.heat_stress"), format.percent(100 * now.heat_stress))}
    </dl>`;
  }

  #charts({ data, air }: View, hours: readonly Hour[], today: string, format: Format) {
    const { width, height } = this.#size;
    const { now } = this;
    const [first, last] = [hours[0], hours.at(-1)];
    const isKnown = hours.some((hour) => hour.air.roomTemperature !== null);
    const chart =
      width && first && last
        ? this.#layOut(data.comfort, andAround(air, hours), {
            now,
            time: { days: calendar(first.start, last.end, data.zone), format, today },
            start: first.start,
            end: last.end,
            width,
            height,
          })
        : undefined;
    if (chart && isKnown) this.#crosshair.follow(hours, chart.x, now);
    const hour = hours[this.#crosshair.index ?? -1];
    return frame({
      crosshair: this.#crosshair,
      inputs: [data, width, height, now, format, this.config],
      draw: () => (chart ? drawing(chart) : nothing),
      ...(chart &&
        hour && {
          mark: pointed(hour.air, chart),
          tip: this.#tip(hour, chart, data.comfort.steps),
        }),
      tell: isKnown ? (index) => this.#tell(hours[index], format, data.comfort.steps) : undefined,
      label: this.text("comfort.label"),
      unknown: this.text("comfort.unknown"),
    });
  }

  #layOut(
    { steps, now }: Comfort,
    air: AirHour[],
    wanted: Omit<Parameters<typeof layOut>[0], "panels" | "air">,
  ): Chart {
    const limits = workLimits(steps);
    return layOut({
      ...wanted,
      air,
      panels: [
        {
          title: this.text("comfort.temperature_axis"),
          axis: temperatureAxis(air, limits, now?.temperature),
          limits: limits && [limits.lowest_temperature, limits.highest_temperature],
          lines: [
            { name: "temperature", values: (hour) => hour.roomTemperature },
            { name: "outdoors", values: (hour) => hour.temperature },
          ],
          now: now?.temperature ?? null,
        },
        {
          title: this.text("comfort.humidity_axis"),
          axis: humidityAxis(air, limits, now?.humidity),
          limits: limits && [null, limits.highest_humidity],
          lines: [{ name: "humidity", values: (hour) => hour.roomHumidity }],
          now: now?.humidity ?? null,
        },
      ],
    });
  }

  #steps(steps: readonly Step[], hours: readonly Hour[], format: Format): TemplateResult {
    const dates = [...new Set(hours.map((hour) => hour.date))];
    const days = dates.map((date) => [date, hours.filter((hour) => hour.date === date)] as const);
    const pointedAt = this.#crosshair.index;
    return html`<ul class="steps" style="--gutter:${GUTTER}px">
      ${steps.map(
        (step) => html`<li>
          <h3>${this.#step(step)} <span>${this.#limits(step, format)}</span></h3>
          ${this.#strip(step, hours, pointedAt)}
          <div class="days">
            ${(step.possible ? days : days.slice(0, 1)).map(
              ([date, of]) => html`<p style="flex:${of.length}">
                ${step.possible ? html`<span class="visually-hidden">${format.longDay(date)}: </span>` : nothing}
                ${this.#summary(summary(of, step.possible, this.now), format)}
              </p>`,
            )}
          </div>
        </li>`,
      )}
    </ul>`;
  }

  #strip({ possible }: Step, hours: readonly Hour[], pointedAt: number | undefined) {
    const [start, end] = [hours[0]?.start ?? 0, hours.at(-1)?.end ?? 1];
    const part = (at: number) => (100 * (at - start)) / (end - start);
    return html`<svg
      class="strip"
      viewBox="0 0 100 ${STRIP}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${runs(hours, possible).map(({ start: from, end: to, isPossible }) => {
        const height = isPossible ? STRIP : THIN;
        return svg`<rect class=${isPossible === null ? "unknown" : isPossible ? "yes" : "no"}
          x=${part(from)} width=${part(to) - part(from)}
          y=${(STRIP - height) / 2} height=${height} />`;
      })}
      ${
        this.now > start && this.now < end
          ? svg`<line class="now" x1=${part(this.now)} x2=${part(this.now)} y2=${STRIP} />`
          : nothing
      }
      ${
        pointedAt === undefined
          ? nothing
          : svg`<rect class="here" x=${(100 * pointedAt) / hours.length} width=${100 / hours.length} height=${STRIP} />`
      }
    </svg>`;
  }

  #step({ key }: Step): string {
    return this.text(`comfort.steps.${key}`);
  }

  #limits({ limits }: Step, format: Format): string {
    if (!limits) return this.text("comfort.any_air");
    const degrees = (value: number) => format.number(value, value % 1 ? 1 : 0);
    return this.text("comfort.limits", {
      from: degrees(limits.lowest_temperature),
      to: format.temperature(limits.highest_temperature, limits.highest_temperature % 1 ? 1 : 0),
      humidity: format.percent(limits.highest_humidity),
    });
  }

  #summary(said: Summary, format: Format): string {
    if (said.kind !== "runs") return this.text(`comfort.summary.${said.kind}`);
    return said.runs
      .map(({ start, end }) =>
        start <= this.now
          ? this.text("comfort.until", { time: format.time(end) })
          : `${format.time(start)}–${format.time(end)}`,
      )
      .join(", ");
  }

  #tip(hour: Hour, chart: Chart, steps: readonly Step[]): TemplateResult {
    const { format, x, width } = chart;
    const { air } = hour;
    return tip(
      x.at((hour.start + hour.end) / 2),
      width,
      html`${format.day(hour.date)}, ${format.time(hour.start)}–${format.time(hour.end)}
        <b>${format.temperature(air.roomTemperature, 1)} · ${format.percent(air.roomHumidity)}</b>
        <span>${this.text("comfort.outdoors_at", { temperature: format.temperature(air.temperature) })}</span>
        <span>${this.text("comfort.index_at", { index: format.number(air.index) })}</span>
        ${this.#hindered(hour, steps).map((name) => html`<span>✕ ${name}</span>`)}`,
    );
  }

  #tell(hour: Hour | undefined, format: Format, steps: readonly Step[]): string {
    if (!hour) return "";
    const { air } = hour;
    const hindered = this.#hindered(hour, steps).join("; ");
    return [
      `${format.longDay(hour.date)}, ${format.time(hour.start)}–${format.time(hour.end)}`,
      this.text("comfort.room_at", {
        temperature: format.temperature(air.roomTemperature, 1),
        humidity: format.percent(air.roomHumidity),
      }),
      this.text("comfort.outdoors_at", { temperature: format.temperature(air.temperature) }),
      this.text("comfort.index_at", { index: format.number(air.index) }),
      ...(hindered ? [this.text("comfort.hindered", { steps: hindered })] : []),
    ].join(", ");
  }

  /** The steps that the air of an hour does not allow. */
  #hindered({ position }: Hour, steps: readonly Step[]): string[] {
    return steps
      .filter(({ possible }) => possible?.[position] === 0)
      .map((step) => this.#step(step));
  }

  #legend(steps: readonly Step[], hours: readonly Hour[]): TemplateResult {
    const all = steps.flatMap((step) => runs(hours, step.possible).map((run) => run.isPossible));
    const line = (name: string, label: string) => html`<li>
      <svg aria-hidden="true"><path class="line ${name}" d="M0 6H20" /></svg>${label}
    </li>`;
    const box = (name: string, height: number, label: string) => html`<li>
      <svg aria-hidden="true">
        <rect class=${name} width="20" y=${(12 - height) / 2} height=${height} />
      </svg>
      ${label}
    </li>`;
    return html`<ul class="legend">
      ${line("temperature", this.text("comfort.room_temperature"))}
      ${line("outdoors", this.text("comfort.outdoors"))}
      ${line("humidity", this.text("comfort.room_humidity"))}
      ${box("good", 12, this.text("comfort.good"))}
      ${box("yes", STRIP, this.text("comfort.possible"))}
      ${all.includes(false) ? box("no", THIN, this.text("comfort.not_possible")) : nothing}
      ${all.includes(null) ? box("unknown", THIN, this.text("comfort.not_known")) : nothing}
    </ul>`;
  }

  static override styles = [
    ...FactoryCard.styles,
    chartStyles,
    css`
      .chart {
        min-height: clamp(250px, 40cqi, 340px);
      }
      .line {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .line.temperature {
        stroke: var(--cf-temperature);
      }
      .line.humidity {
        stroke: var(--cf-humidity);
      }
      .line.outdoors {
        stroke: var(--cf-temperature);
        stroke-width: 1.25;
        stroke-dasharray: 3 2;
      }
      .dot.temperature {
        fill: var(--cf-temperature);
      }
      .dot.outdoors {
        fill: var(--cf-temperature);
        r: 3.5px;
      }
      .dot.humidity {
        fill: var(--cf-humidity);
      }
      .good {
        fill: var(--cf-optimal);
        opacity: 0.14;
      }
      .limit {
        stroke: var(--cf-optimal);
        shape-rendering: crispEdges;
      }
      .steps {
        display: grid;
        gap: 10px;
        margin: 12px 0 4px;
        padding: 0;
        list-style: none;
        font-size: 12px;
      }
      .steps h3 {
        margin: 0 0 3px;
        font-size: 12px;
        font-weight: 500;
      }
      .steps h3 span {
        margin-inline-start: 4px;
        color: var(--cf-faint);
        font-weight: 400;
      }
      .strip {
        display: block;
        width: calc(100% - var(--gutter) - 1px);
        height: 6px;
        margin-inline-start: var(--gutter);
      }
      .yes {
        fill: var(--cf-optimal);
      }
      .no {
        fill: var(--cf-halt);
      }
      .unknown {
        fill: var(--cf-faint);
        opacity: 0.5;
      }
      .strip .now,
      .here {
        vector-effect: non-scaling-stroke;
      }
      .here {
        fill: none;
        stroke: var(--cf-text);
        stroke-width: 2;
      }
      .days {
        display: flex;
        margin-inline-start: var(--gutter);
        color: var(--cf-faint);
        font-variant-numeric: tabular-nums;
      }
      .days p {
        min-width: 0;
        margin: 2px 0 0;
        padding-inline-end: 6px;
      }
      .chart .nothing {
        /* Into the first of the two charts. */
        bottom: 50%;
      }
      .none {
        margin: 0 0 12px;
        color: var(--cf-faint);
      }
      .basis {
        color: var(--cf-faint);
        font-size: 12px;
        margin: 8px 0 0;
      }
    `,
  ];
}
