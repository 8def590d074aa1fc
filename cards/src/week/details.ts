/** All that is said of one slot. */

import { html, nothing, type TemplateResult } from "lit";
import type { FactoryCard } from "../core/factory-card";
import type { Format } from "../core/format";
import { ICONS, mark } from "../core/palette";
import type { Slot } from "../core/view";

export function details(card: FactoryCard, slot: Slot, format: Format): TemplateResult {
  const { recommendation, air } = slot;
  return html`
    <div class="headline">
      <time>${format.day(slot.date)}, ${format.time(slot.start)}–${format.time(slot.end)}</time>
      ${
        recommendation
          ? html`<b style="color:${mark(recommendation)}">
            <ha-icon icon=${ICONS[recommendation]} aria-hidden="true"></ha-icon>
            ${card.stateText("production_recommendation", recommendation)}
          </b>`
          : nothing
      }
      ${
        slot.confidence === null
          ? nothing
          : html`<span class="faint">
            ${card.text("week.sure", { percent: format.percent(slot.confidence) })}
          </span>`
      }
    </div>
    <dl>
      ${pair(card.text("week.price"), price(card, slot, format))}
      ${pair(card.text("form.choices.score"), format.number(slot.score))}
      ${
        air
          ? html`${pair(
              card.text("week.outdoors"),
              `${format.temperature(air.temperature)}, ${format.percent(air.humidity)}`,
            )}${pair(card.text("week.index"), format.number(air.index))}`
          : nothing
      }
    </dl>
    ${
      slot.reasons.length
        ? html`<ul class="reasons">
          ${slot.reasons.map(
            ({ key, isGood }) => html`<li>
              <ha-icon
                icon=${isGood ? "mdi:plus" : "mdi:minus"}
                style="color:${mark(isGood ? "optimal" : "halt")}"
                aria-hidden="true"
              ></ha-icon>
              ${card.reasonText(key)}
            </li>`,
          )}
        </ul>`
        : nothing
    }
  `;
}

const pair = (name: string, value: string): TemplateResult => html`<div>
  <dt>${name}</dt>
  <dd>${value}</dd>
</div>`;

/** The price, with what it may be if it is forecast, its period and where it is from. */
function price(card: FactoryCard, slot: Slot, format: Format): string {
  const { low, high, origin, period } = slot;
  const known = [format.price(slot.price), `P${period}`];
  if (low !== null && high !== null) {
    const [from, to] = [format.number(low, 3), format.number(high, 3)];
    known.push(card.text("week.band", { from, to }));
  } else if (origin === "estimated") {
    known.push(card.text("week.estimated"));
  }
  return known.join(" · ");
}
