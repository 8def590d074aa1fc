import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { NowCardConfig } from "../cards";
import { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { colour, ICONS, ink, scoreStep } from "../core/palette";
import type { Reason, Slot, View } from "../core/view";
import { daysAhead, until } from "../core/when";
import type { Dashboard } from "../factory-data";
import { chanceOf, type Present, partsOf, presentOf } from "./outlook";
import { styles } from "./styles";

@customElement("chocolate-factory-now-card-content")
export class NowCard extends FactoryCard<NowCardConfig> {
  protected override readonly heading = "now.title";

  protected override content(view: View, format: Format): TemplateResult {
    const present = presentOf(view.slots, this.now);
    return html`
      <div class="now">
        ${this.#advice(present, view.data, format)}
        <div class="why">${this.#why(present.slot)}</div>
        <div class="figures">
          ${this.#score(present.slot, format)}
          <dl>
            ${this.#price(present.slot, view.data, format)} ${this.#room(view.data, format)}
          </dl>
          ${this.#chance(view.data, format)}
        </div>
      </div>
    `;
  }

  /** What to do: a colour, a shape and a word, to be read from across the room. */
  #advice({ slot, until, isOpen }: Present, data: Dashboard, format: Format): TemplateResult {
    const advice = slot?.recommendation ?? null;
    const word = advice
      ? this.stateText("production_recommendation", advice)
      : this.text("now.none");
    const confidence = slot?.confidence ?? null;
    const engine = this.text(`now.${data.engine}`);
    return html`
      <div
        class="advice ${advice ?? "none"}"
        style="--colour: ${colour(advice)}; --ink: ${ink(advice)}"
      >
        <ha-icon
          icon=${advice ? ICONS[advice] : "mdi:help-circle-outline"}
          aria-hidden="true"
        ></ha-icon>
        <p class="word">${word}</p>
        ${
          until === null
            ? nothing
            : html`<p class="until">
                <b>
                  ${isOpen ? this.text("now.open") : this.#until(until, format)}
                </b>
                ${isOpen ? nothing : html`<span>${this.#length(until - this.now)}</span>`}
              </p>`
        }
        <p class="engine">
          ${
            advice === null
              ? this.text("now.no_outlook")
              : confidence === null
                ? engine
                : `${engine} · ${this.text("now.sure", { percent: format.percent(confidence) })}`
          }
        </p>
      </div>
    `;
  }

  #why(slot: Slot | undefined): TemplateResult | typeof nothing {
    if (!slot?.reasons.length) return nothing;
    return html`
      <h3>${this.text("now.why")}</h3>
      <ol>
        ${slot.reasons.map((reason) => this.#reason(reason))}
      </ol>
    `;
  }

  #reason({ key, isGood }: Reason): TemplateResult {
    const side = isGood ? "good" : "bad";
    const icon = side === "good" ? "mdi:arrow-up-bold" : "mdi:arrow-down-bold";
    return html`
      <li class=${side}>
        <ha-icon icon=${icon} aria-hidden="true"></ha-icon>
        <span class="visually-hidden">${this.text(`now.${side}`)}</span>
        <span>${this.reasonText(key)}</span>
      </li>
    `;
  }

  #score(slot: Slot | undefined, format: Format): TemplateResult {
    const score = slot?.score ?? null;
    const value = format.number(score);
    return html`
      <div class="score">
        <p>
          <span>${this.nameText("energy_score")}</span>
          <b>${value}<small> / ${format.number(100)}</small></b>
        </p>
        <div class="scale" aria-hidden="true" ?hidden=${score === null}>
          <span style="left: ${score ?? 0}%; --colour: ${colour(scoreStep(score))}"></span>
        </div>
      </div>
    `;
  }

  #price(slot: Slot | undefined, data: Dashboard, format: Format): TemplateResult {
    const level = slot?.level ?? null;
    const period = slot && this.stateText("tariff_period", `p${slot.period}`);
    const change = Date.parse(data.next_period);
    return html`
      <div class="figure">
        <dt>${this.text("now.price")}</dt>
        <dd>
          <b>${format.number(slot?.price, 4)}</b> <small>€/kWh</small>
          <p>
            ${
              level
                ? html`<span class="level" style="--colour: ${colour(level)}; --ink: ${ink(level)}">
                    ${this.stateText("price_level", level)}
                  </span>`
                : nothing
            }
            ${this.#origin(slot)}
          </p>
          <p>
            ${
              period && change > this.now
                ? this.text("now.period", { period, until: this.#until(change, format) })
                : period
            }
          </p>
        </dd>
      </div>
    `;
  }

  #origin(slot: Slot | undefined): TemplateResult | typeof nothing {
    if (!slot || slot.price === null) return nothing;
    if (slot.origin !== "forecast" && slot.origin !== "estimated") return nothing;
    return html`<span>${this.text(`now.${slot.origin}`)}</span>`;
  }

  #room({ comfort: { now } }: Dashboard, format: Format): TemplateResult {
    return html`
      <div class="figure">
        <dt>${this.text("now.room")}</dt>
        <dd>
          <b>${format.number(now?.temperature, 1)}</b> <small>°C</small>
          ${
            now
              ? html`
                  <p>${this.text("now.humidity", { percent: format.percent(now.humidity) })}</p>
                  <p>${this.text("now.index", { index: format.number(now.index) })}</p>
                  ${
                    now.is_measured
                      ? nothing
                      : html`<p class="aside">${this.text("now.not_measured")}</p>`
                  }
                `
              : html`<p>${this.text("now.no_room")}</p>`
          }
        </dd>
      </div>
    `;
  }

  #chance(data: Dashboard, format: Format): TemplateResult {
    const chance = chanceOf(data.windows, this.now);
    const title = this.text(chance?.hasBegun ? "now.chance_now" : "now.chance");
    if (!chance) {
      return html`<div class="chance none">
        <h3>${title}</h3>
        <p>${this.text("now.no_chance")}</p>
      </div>`;
    }
    const { start, end, price, hasBegun } = chance;
    const when = hasBegun ? this.#until(end, format) : this.#span(start, end, format);
    return html`<div class="chance">
      <ha-icon icon=${ICONS.optimal} aria-hidden="true"></ha-icon>
      <h3>${title}</h3>
      <p class="when">${when}</p>
      <p>
        ${this.#length(end - (hasBegun ? this.now : start))} · ${format.price(price)}${
          hasBegun
            ? nothing
            : html` · ${this.text("now.in", { time: this.#length(start - this.now) })}`
        }
      </p>
    </div>`;
  }

  /** The time, and the day unless it is today. */
  #when(at: number, format: Format): string {
    const days = daysAhead(at, this.now, format.zone);
    if (days === 0) return format.time(at);
    return days === 1 ? this.text("now.tomorrow", { time: format.time(at) }) : format.dayTime(at);
  }

  #until(at: number, format: Format): string {
    return until(this, at, this.now, format);
  }

  #span(start: number, end: number, format: Format): string {
    const isOneDay = daysAhead(end - 1, start, format.zone) === 0;
    const to = isOneDay ? format.time(end) : this.#when(end, format);
    return `${this.#when(start, format)} – ${to}`;
  }

  #length(milliseconds: number): string {
    return partsOf(milliseconds)
      .map(([unit, value]) => `${value} ${unit}`)
      .join(" ");
  }

  static override styles = [...FactoryCard.styles, styles];
}
