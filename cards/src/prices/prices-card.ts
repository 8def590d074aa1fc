/** What electricity costs, from yesterday to the end of the week. */

import { css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { PricesCardConfig } from "../cards";
import { Crosshair } from "../chart/crosshair";
import { frame } from "../chart/frame";
import { Size } from "../chart/size";
import { chartStyles, figure } from "../chart/styles";
import { textWidth } from "../chart/time-axis";
import { tip } from "../chart/tip";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { addDays, localTime } from "../core/local-time";
import { type Slot, slotAt, type View } from "../core/view";
import { until } from "../core/when";
import type { Prices } from "../factory-data";
import { type Chart, LAYERS, layOut, periodsOf, pointed, shade } from "./layers";
import {
  average,
  cheapestByDay,
  extremes,
  firstDays,
  type Kind,
  kindOf,
  type Stretch,
} from "./model";

@customElement("chocolate-factory-prices-card-content")
export class PricesCard extends FactoryCard<PricesCardConfig> {
  protected readonly heading = "prices.title";
  readonly #size = new Size(this, ".chart");
  readonly #crosshair = new Crosshair(this);

  protected content(view: View, format: Format): TemplateResult {
    const { days = 8, cheapest: hours = 3 } = this.config ?? {};
    const slots = firstDays(view.slots, days);
    const stretches = cheapestByDay(slots, hours, this.now);
    return html`
      ${this.#figures(view, format)}
      ${this.#chart(view, slots, stretches, format)}
      ${this.#legend(slots, stretches, view.data.prices)}
      ${this.#cheapest(stretches, hours, format)}
      ${this.#error(view.data.prices, format)}
    `;
  }

  #figures({ data, slots }: View, format: Format): TemplateResult {
    const { prices, next_period, zone } = data;
    const today = localTime(this.now, zone).date;
    const slot = slotAt(slots, this.now);
    const change = Date.parse(next_period);
    const found = extremes(slots, today);
    const tomorrow = average(slots, addDays(today, 1));
    const at = (of?: Slot) =>
      of && found?.lowest.price !== found?.highest.price
        ? this.text("prices.at", { time: format.time(of.start) })
        : nothing;
    return html`<dl class="figures">
      <div class="first">
        <dt>${this.text("prices.now")}</dt>
        <dd class="value">${format.number(slot?.price, 4)} <small>€/kWh</small></dd>
        <dd class="more">
          ${slot ? `P${slot.period}` : nothing}
          ${slot && change > this.now ? until(this, change, this.now, format) : nothing}
        </dd>
      </div>
      ${figure("lowest", this.text("prices.lowest"), format.number(prices.today.lowest, 4), at(found?.lowest))}
      ${figure("average", this.text("prices.average"), format.number(prices.today.average, 4))}
      ${figure("highest", this.text("prices.highest"), format.number(prices.today.highest, 4), at(found?.highest))}
      ${figure(
        "tomorrow",
        this.text("prices.tomorrow"),
        format.number(tomorrow?.price, 4),
        tomorrow
          ? this.text("prices.average_of", { kind: this.#kind(tomorrow.kind, prices) })
          : this.text("prices.not_out"),
      )}
    </dl>`;
  }

  #chart(
    { data }: View,
    slots: readonly Slot[],
    stretches: readonly Stretch[],
    format: Format,
  ): TemplateResult {
    const { width, height } = this.#size;
    const { band: hasBand = true, periods: hasPeriods = true } = this.config ?? {};
    const { now } = this;
    const { zone } = data;
    const isKnown = slots.some((slot) => slot.price !== null);
    const isDrawn = width > 0 && slots.length > 0;
    const today = localTime(now, zone).date;
    const chart = isDrawn
      ? layOut({
          ...{ slots, cheapest: stretches, zone, now, today, format },
          ...{ width, height, hasBand, hasPeriods },
        })
      : undefined;
    if (chart && isKnown) this.#crosshair.follow(slots, chart.x, now);
    const slot = slots[this.#crosshair.index ?? -1];
    return frame({
      crosshair: this.#crosshair,
      inputs: [data, width, height, now, format, this.config],
      draw: () => (chart ? LAYERS.map((layer) => layer(chart)) : nothing),
      ...(chart &&
        slot && { mark: pointed(slot, chart), tip: this.#tip(slot, chart, data.prices) }),
      tell: isKnown ? (index) => this.#tell(slots[index], format, data.prices) : undefined,
      label: this.text("prices.label"),
      unknown: this.text("prices.unknown"),
      ...(chart && isKnown && { more: this.#withoutForecast(slots, chart) }),
    });
  }

  /** Say why the line ends. */
  #withoutForecast(slots: readonly Slot[], { x, right, top, bottom }: Chart) {
    const last = slots.findLast((slot) => slot.price !== null);
    if (!last || right - x.at(last.end) < 90) return nothing;
    const place = `left:${x.at(last.end)}px;right:0;top:${top}px;height:${bottom - top}px;bottom:auto`;
    return html`<p class="nothing" style=${place}><span>${this.text("prices.no_forecast")}</span></p>`;
  }

  #tip(slot: Slot, chart: Chart, prices: Prices): TemplateResult {
    const { format, x, right } = chart;
    return tip(
      x.at((slot.start + slot.end) / 2),
      right,
      html`${format.day(slot.date)}, ${this.#hours(slot, format)}
        <b>${format.price(slot.price)}</b>
        ${slot.low === null ? nothing : html`<span>${this.#band(slot, format)}</span>`}
        <span>P${slot.period} · ${this.#kind(kindOf(slot.origin), prices)}</span>`,
    );
  }

  #tell(slot: Slot | undefined, format: Format, prices: Prices): string {
    if (!slot) return "";
    return [
      `${format.longDay(slot.date)}, ${this.#hours(slot, format)}`,
      slot.price === null ? this.text("prices.price_unknown") : format.price(slot.price),
      ...(slot.low === null ? [] : [this.#band(slot, format)]),
      `P${slot.period}`,
      ...(slot.price === null ? [] : [this.#kind(kindOf(slot.origin), prices)]),
    ].join(", ");
  }

  #hours({ start, end }: { start: number; end: number }, format: Format): string {
    return `${format.time(start)}–${format.time(end)}`;
  }

  #band({ low, high }: Slot, format: Format): string {
    return this.text("prices.between", {
      low: format.number(low, 4),
      high: format.number(high, 4),
    });
  }

  #kind(kind: Kind, { contract }: Prices): string {
    if (kind === "known" && contract === "fixed") return this.text("prices.kinds.contract");
    return this.text(`prices.kinds.${kind}`);
  }

  #legend(slots: readonly Slot[], stretches: readonly Stretch[], prices: Prices): TemplateResult {
    const kinds = new Set(
      slots.flatMap((slot) => (slot.price === null ? [] : [kindOf(slot.origin)])),
    );
    const hasBand = this.config?.band && slots.some((slot) => slot.low !== null);
    const periods = this.config?.periods ? periodsOf(slots) : [];
    return html`<ul class="legend">
      ${(["known", "estimated", "forecast"] as const).map((kind) =>
        kinds.has(kind)
          ? html`<li>
              <svg aria-hidden="true">
                ${kind === "forecast" && hasBand ? svg`<rect class="band" width="20" height="12" />` : nothing}
                <path class="line ${kind}" d="M0 6H20" />
              </svg>
              ${this.#kind(kind, prices)}${kind === "forecast" && hasBand ? ` ${this.text("prices.band")}` : nothing}
            </li>`
          : nothing,
      )}
      ${
        stretches.length
          ? html`<li>
              <svg class="cheapest" aria-hidden="true">
                <rect width="20" height="12" opacity="0.5" /><rect y="8" width="20" height="4" />
              </svg>
              ${this.text("prices.cheapest_short")}
            </li>`
          : nothing
      }
      ${periods.map(
        (period) => html`<li>
          <svg aria-hidden="true">
            <rect class="period" width="20" height="12" opacity=${0.06 + shade(period, periods) * 0.22} />
          </svg>
          P${period}
        </li>`,
      )}
    </ul>`;
  }

  #cheapest(stretches: readonly Stretch[], hours: number, format: Format) {
    if (!stretches.length) return nothing;
    const best = stretches.reduce((one, other) => (other.price < one.price ? other : one));
    // Clocks of twelve hours take more room.
    const longest = Math.max(...stretches.map((one) => textWidth(this.#hours(one, format))));
    const least = Math.ceil(longest + textWidth("≈ 0.0000")) + 24;
    return html`<section class="stretches" style="--least:${least}px">
      <h3>${this.text("prices.cheapest", { hours })}</h3>
      <ul>
        ${stretches.map(
          (stretch) => html`<li class=${stretch === best ? "best" : nothing}>
            <span class="day">${format.day(stretch.date)}</span>
            <span>${this.#hours(stretch, format)}</span>
            <span class="price">
              ${stretch.kind === "known" ? nothing : html`<span aria-hidden="true">≈</span>`}
              ${format.number(stretch.price, 4)}
              <span class="visually-hidden">
                €/kWh${stretch.kind === "known" ? nothing : `, ${this.text(`prices.kinds.${stretch.kind}`)}`}
              </span>
            </span>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #error({ forecast_error }: Prices, format: Format) {
    if (!forecast_error || forecast_error.error === null) return nothing;
    const { error, weekly_naive } = forecast_error;
    const values = { error: format.price(error), naive: format.price(weekly_naive) };
    return html`<p class="error">
      ${this.text(weekly_naive === null ? "prices.error" : "prices.error_beside", values)}
    </p>`;
  }

  static override styles = [
    ...FactoryCard.styles,
    chartStyles,
    css`
      .chart {
        min-height: clamp(220px, 26cqi, 380px);
      }
      .line {
        fill: none;
        stroke: var(--cf-line);
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .line.estimated {
        stroke-dasharray: 4 2;
      }
      .line.forecast {
        stroke-width: 1.25;
      }
      .area,
      .band {
        fill: var(--cf-line);
      }
      .period {
        fill: var(--cf-text);
      }
      .area {
        opacity: 0.08;
      }
      .band {
        opacity: 0.24;
      }
      .dot,
      .slot {
        fill: var(--cf-line);
      }
      .cheapest {
        fill: var(--cf-very-cheap);
      }
      .stretches {
        margin-top: 12px;
      }
      h3 {
        margin: 0 0 6px;
        color: var(--cf-faint);
        font-size: 12px;
        font-weight: 400;
      }
      .stretches ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr));
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .stretches li {
        display: grid;
        grid-template-columns: auto auto;
        justify-content: start;
        gap: 0 10px;
        white-space: nowrap;
        padding-inline-start: 8px;
        border-inline-start: 3px solid var(--cf-cheap);
        font-size: 12px;
        font-variant-numeric: tabular-nums;
      }
      .stretches li.best {
        border-color: var(--cf-very-cheap);
      }
      .stretches .day {
        grid-column: span 2;
        color: var(--cf-faint);
      }
      @container (max-width: 300px) {
        .stretches li {
          grid-template-columns: 56px auto auto;
        }
        .stretches .day {
          grid-column: auto;
        }
      }
      .best .price {
        font-weight: 500;
      }
      .error {
        margin: 10px 0 0;
        color: var(--cf-faint);
        font-size: 12px;
      }
    `,
  ];
}
