/** The week as a heatmap: seven days of hours, by what is recommended, the score or the price. */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WeekCardConfig } from "../cards";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { colour, ICONS, ink, mark, scoreStep } from "../core/palette";
import { type Slot, slotAt, type View } from "../core/view";
import { LEVELS, type Level, RECOMMENDATIONS, type Recommendation } from "../factory-data";
import { HOURS, moved, type WeekDay, week } from "./days";
import { details } from "./details";
import { styles } from "./styles";

const COLOURINGS = ["recommendation", "score", "price"] as const;
type Choices = Partial<Pick<WeekCardConfig, "color_by" | "resolution" | "weather">>;

@customElement("chocolate-factory-week-card-content")
export class WeekCard extends FactoryCard<WeekCardConfig> {
  protected readonly heading = "week.title";
  /** What the user has chosen since; the config holds until then. */
  @state() private chosen: Choices = {};
  /** The start of the slot that was tapped, and of the one under the pointer. */
  @state() private picked: number | undefined;
  @state() private hovered: number | undefined;
  #days: WeekDay[] = [];
  /** A key moves the focus to a cell, which says it all. */
  #isTapped = false;

  protected override content(view: View, format: Format): TemplateResult {
    const isByQuarter = view.hasQuarters && this.#choice("resolution") === "quarter";
    const days = week(view, this.now, isByQuarter);
    this.#days = days;
    const all = days.flatMap((day) => day.hours.flatMap((hour) => hour.slots));
    const present = slotAt(all, this.now);
    const picked = all.find((slot) => slot.start === this.picked) ?? present ?? all[0];
    return html`
      ${this.#controls(view)}
      <div
        class="grid"
        role="grid"
        aria-label=${this.text("week.grid")}
        @click=${this.#click}
        @keydown=${this.#key}
        @pointerover=${this.#over}
        @pointerleave=${this.#out}
      >
        <div class="row" role="row">
          <span class="corner" role="columnheader">
            <span class="visually-hidden">${this.text("week.day")}</span>
          </span>
          ${hourHeads(format)}
        </div>
        ${days.map((day, index) => this.#day(day, index, format, present, picked))}
      </div>
      ${this.#legend(all)} ${this.#tooltip(all, format)}
      <div class=${this.picked === undefined ? "details" : "details asked"} aria-live=${this.#isTapped ? "polite" : "off"}>
        ${picked ? details(this, picked, format) : nothing}
      </div>
    `;
  }

  #choice<Name extends keyof Choices>(name: Name): WeekCardConfig[Name] {
    return this.chosen[name] ?? (this.config as WeekCardConfig)[name];
  }

  #controls(view: View): TemplateResult {
    const weather = this.#choice("weather");
    const isByQuarter = this.#choice("resolution") === "quarter";
    return html`<div class="controls">
      <div class="choice" role="group" aria-label=${this.text("week.colour_by")}>
        ${COLOURINGS.map((one) =>
          this.#button(this.text(`form.choices.${one}`), this.#choice("color_by") === one, {
            color_by: one,
          }),
        )}
      </div>
      ${this.#button("°C", weather, { weather: !weather }, this.text("week.temperature"))}
      ${
        view.hasQuarters
          ? this.#button(
              "¼ h",
              isByQuarter,
              { resolution: isByQuarter ? "hour" : "quarter" },
              this.text("form.choices.quarter"),
            )
          : nothing
      }
    </div>`;
  }

  /** What is written stays the beginning of what is read aloud. */
  #button(text: string, isPressed: boolean, choice: Choices, more = ""): TemplateResult {
    return html`<button
      type="button"
      title=${more || nothing}
      aria-pressed=${isPressed}
      @click=${() => {
        this.chosen = { ...this.chosen, ...choice };
      }}
    >
      ${text}${more ? html`<span class="visually-hidden"> ${more}</span>` : nothing}
    </button>`;
  }

  #day(
    day: WeekDay,
    index: number,
    format: Format,
    present: Slot | undefined,
    picked: Slot | undefined,
  ): TemplateResult {
    return html`<div class="row" role="row" style="--day:${index}">
      ${this.#dayHead(day, index, format)}
      ${day.hours.map(
        ({ hour, slots }) => html`<div
          class=${slots.length ? "hour" : "hour none"}
          role=${slots.length ? "presentation" : "gridcell"}
          style="--hour:${hour}"
          title=${slots.length ? nothing : this.text("week.nothing")}
        >
          ${slots.map((slot) => this.#cell(slot, slots.length, format, present, picked))}
        </div>`,
      )}
      ${this.#daySum(day, format)}
    </div>`;
  }

  #dayHead({ date, summary }: WeekDay, index: number, format: Format): TemplateResult {
    const name = index ? format.day(date) : this.text("week.today");
    const good = summary?.recommendation;
    return html`<div class="head" role="rowheader">
      ${
        good
          ? html`<ha-icon icon=${ICONS[good]} style="color:${mark(good)}" aria-hidden="true"></ha-icon>`
          : html`<span class="no-icon"></span>`
      }
      <span>${name}</span>
      ${
        good
          ? html`<span class="visually-hidden">
            ${this.stateText("production_recommendation", good)}
          </span>`
          : nothing
      }
    </div>`;
  }

  #daySum({ summary }: WeekDay, format: Format): TemplateResult {
    return html`<div class="sum" role="gridcell">
      ${
        summary
          ? html`<b>${this.stateText("production_recommendation", summary.recommendation)}</b>
            ${
              summary.hours.optimal
                ? html`<span>${this.text("week.optimal_hours", { hours: format.number(summary.hours.optimal) })}</span>`
                : nothing
            }`
          : nothing
      }
    </div>`;
  }

  #cell(
    slot: Slot,
    count: number,
    format: Format,
    present: Slot | undefined,
    picked: Slot | undefined,
  ): TemplateResult {
    const name = this.#nameOf(slot);
    const figure = count === 1 ? this.#figure(slot, format) : "";
    const classes = ["cell"];
    if (isForecast(slot)) classes.push("forecast");
    if (slot.end <= this.now) classes.push("over");
    if (slot === present) classes.push("now");
    if (slot.start === this.picked) classes.push("picked");
    return html`<div
      class=${classes.join(" ")}
      role="gridcell"
      tabindex=${slot === picked ? 0 : -1}
      data-start=${slot.start}
      aria-selected=${slot.start === this.picked}
      aria-current=${slot === present ? "time" : nothing}
      aria-label=${this.#label(slot, figure, format)}
      style="background-color:${colour(name)};color:${ink(name)}"
    >
      ${figure}
    </div>`;
  }

  #nameOf(slot: Slot): Recommendation | Level | null {
    switch (this.#choice("color_by")) {
      case "price":
        return slot.level;
      case "score":
        return scoreStep(slot.score);
      default:
        return slot.recommendation;
    }
  }

  /** The number in a cell: how warm it is, or what the colour is about. */
  #figure(slot: Slot, format: Format): string {
    if (this.#choice("weather")) {
      const warm = slot.air?.temperature ?? null;
      return warm === null ? "" : `${format.number(warm)}°`;
    }
    switch (this.#choice("color_by")) {
      case "price":
        return slot.price === null ? "" : format.number(slot.price * 100);
      default:
        return slot.score === null ? "" : format.number(slot.score);
    }
  }

  /** All that a cell is about, and with it the figure that is read in it. */
  #label(slot: Slot, figure: string, format: Format): string {
    const parts = [`${format.day(slot.date)}, ${format.time(slot.start)}`];
    if (slot.recommendation) {
      parts.push(this.stateText("production_recommendation", slot.recommendation));
    }
    if (slot.score !== null)
      parts.push(this.text("week.score", { score: format.number(slot.score) }));
    if (slot.price !== null) parts.push(format.price(slot.price));
    if (isForecast(slot)) parts.push(this.text("week.forecast"));
    if (!parts.some((part) => part.includes(figure))) parts.push(figure);
    return parts.join(", ");
  }

  #legend(slots: readonly Slot[]): TemplateResult {
    const entry = (name: Recommendation | Level, text: string) => html`<li>
      <i style="background-color:${colour(name)}"></i>${text}
    </li>`;
    return html`<ul class="legend" aria-label=${this.text("week.legend")}>
      ${this.#legendOf(this.#choice("color_by"), entry)}
      ${
        slots.some(isForecast)
          ? html`<li><i class="forecast"></i>${this.text("week.forecast")}</li>`
          : nothing
      }
      <li><i class="now"></i>${this.text("week.now")}</li>
      ${
        this.#choice("color_by") === "price" && !this.#choice("weather")
          ? html`<li>${this.text("week.cents")}</li>`
          : nothing
      }
    </ul>`;
  }

  #legendOf(
    colouring: WeekCardConfig["color_by"],
    entry: (name: Recommendation | Level, text: string) => TemplateResult,
  ): TemplateResult[] {
    switch (colouring) {
      case "recommendation":
        return RECOMMENDATIONS.map((one) =>
          entry(one, this.stateText("production_recommendation", one)),
        );
      case "price":
        return LEVELS.map((level) => entry(level, this.stateText("price_level", level)));
      case "score":
        return LEVELS.map((level, index) => entry(level, `${80 - 20 * index}–${100 - 20 * index}`));
    }
  }

  #tooltip(slots: readonly Slot[], format: Format): TemplateResult | typeof nothing {
    const slot = slots.find((one) => one.start === this.hovered);
    if (!slot) return nothing;
    return html`<div class="tooltip" aria-hidden="true">
      ${details(this, slot, format)}
    </div>`;
  }

  protected override updated(): void {
    // Where it goes is only known when it is there.
    const tooltip = this.renderRoot.querySelector<HTMLElement>(".tooltip");
    const cell = tooltip && this.#cellOf(this.hovered);
    if (!tooltip || !cell) return;
    const frame = this.getBoundingClientRect();
    const at = cell.getBoundingClientRect();
    const left = at.left + at.width / 2 - frame.left - tooltip.offsetWidth / 2;
    const most = frame.width - tooltip.offsetWidth - 8;
    const above = at.top - frame.top - tooltip.offsetHeight - 8;
    tooltip.style.left = `${Math.max(8, Math.min(left, most))}px`;
    tooltip.style.top = `${above > 0 ? above : at.bottom - frame.top + 8}px`;
    tooltip.style.visibility = "visible";
  }

  #cellOf(start: number | undefined): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`.cell[data-start="${start}"]`);
  }

  #startOf(event: Event): number | undefined {
    const cell = (event.target as Element).closest<HTMLElement>(".cell");
    return cell ? Number(cell.dataset.start) : undefined;
  }

  readonly #click = (event: Event): void => {
    this.#isTapped = true;
    this.picked = this.#startOf(event) ?? this.picked;
  };

  readonly #over = (event: PointerEvent): void => {
    // A finger covers what it points at: it gets the details below.
    if (event.pointerType === "mouse") this.hovered = this.#startOf(event);
  };

  readonly #out = (): void => {
    this.hovered = undefined;
  };

  readonly #key = async (event: KeyboardEvent): Promise<void> => {
    if (event.key === "Escape") this.hovered = undefined;
    const start = this.#startOf(event);
    const from = this.#days
      .flatMap((day) => day.hours.flatMap((hour) => hour.slots))
      .find((slot) => slot.start === start);
    const grid = event.currentTarget as Element;
    const isTransposed = getComputedStyle(grid).getPropertyValue("--transposed").trim() === "1";
    const to = from && moved(this.#days, from, event.key, isTransposed);
    if (!to) return;
    event.preventDefault();
    this.#isTapped = false;
    this.picked = to.start;
    await this.updateComplete;
    this.#cellOf(to.start)?.focus();
  };

  static override styles = [...FactoryCard.styles, styles];
}

const isForecast = (slot: Slot): boolean => slot.origin === "forecast" && slot.price !== null;

/** Every hour, or every third where they are called like 12 PM. */
function hourHeads(format: Format): TemplateResult[] {
  const step = format.wallHour(23).length > 2 ? 3 : 1;
  return Array.from(
    { length: HOURS },
    (_, hour) => html`<span class="hour-head" role="columnheader" style="--hour:${hour}"
      ><span class=${hour % step ? "visually-hidden" : ""}>${format.wallHour(hour)}</span></span
    >`,
  );
}
