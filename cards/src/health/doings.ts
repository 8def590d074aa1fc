/** What an admin may do about the data: the buttons, and what comes of it. */

import { html, nothing, type TemplateResult } from "lit";
import type { HealthCardConfig } from "../cards";
import type { FactoryCard } from "../core/factory-card";
import type { Dashboard } from "../factory-data";
import {
  ACTIONS,
  type Action,
  type ActionKey,
  type Asked,
  type Ingested,
  type Trained,
} from "./figures";
import { kindOf, plainly } from "./plainly";

export class Doings {
  /** The actions that have not answered yet. */
  readonly #asked = new Set<ActionKey>();
  #news = { text: "", isError: false };
  #data: Dashboard | undefined;
  /** The data as they were when somebody here had gaps filled. */
  #unfilled: Dashboard | undefined;

  constructor(private readonly host: FactoryCard<HealthCardConfig>) {}

  buttons(data: Dashboard): TemplateResult {
    this.#data = data;
    this.#lookAtFilling(data);
    const { text, isError } = this.#news;
    return html`<div class="actions">
      <div role="group" aria-label=${this.host.text("health.actions")}>
        ${ACTIONS.map((action) => this.#button(action, data))}
      </div>
      <div class="told">
        <p class="aside" ?hidden=${text !== ""}>${this.host.text("health.hint")}</p>
        <p class="news ${isError ? "bad" : ""}" role="status">${text}</p>
      </div>
    </div>`;
  }

  #button(action: Action, data: Dashboard): TemplateResult {
    const { key, icon } = action;
    const isRunning = this.#asked.has(key) || action.isRunning(data);
    const progress = key === "train" ? data.models.progress : null;
    return html`<button
      type="button"
      aria-disabled=${isRunning}
      title=${this.host.text(`health.helps.${key}`)}
      @click=${() => {
        if (!isRunning) void this.#act(action);
      }}
    >
      <ha-icon icon=${icon} aria-hidden="true"></ha-icon>
      <span>
        ${this.host.text(`health.${isRunning ? "doing" : "do"}.${key}`)}
        ${isRunning && progress !== null ? `${Math.round(100 * progress)} %` : nothing}
      </span>
      ${
        isRunning
          ? html`<span class="progress ${progress === null ? "endless" : ""}" aria-hidden="true"
              ><i style="width: ${100 * (progress ?? 1)}%"></i
            ></span>`
          : nothing
      }
    </button>`;
  }

  async #act({ key, service, data }: Action): Promise<void> {
    const { hass } = this.host;
    const factory = this.#data?.factory.id;
    if (!hass || !factory) return;
    this.#asked.add(key);
    this.#tell("");
    try {
      const asked = { config_entry_id: factory, ...data };
      const { response } = await hass.callService(
        "chocolate_factory",
        service,
        asked,
        undefined,
        false,
        true,
      );
      this.#tell(this.#answer(key, response));
    } catch (error) {
      const reason = await plainly(hass, error);
      this.#tell(reason ?? this.host.text(`health.${kindOf(error)}`), true);
    } finally {
      this.#asked.delete(key);
      this.#draw();
    }
  }

  #answer(key: ActionKey, response: unknown): string {
    const { host } = this;
    if (key === "fetch") {
      const { fetched, missing } = response as Ingested;
      const count = fetched.reduce((sum, one) => sum + one.changed, 0);
      const news = host.text(count ? "health.fetched" : "health.nothing_new", { count });
      return missing.length ? `${news} ${host.text("health.still_missing")}` : news;
    }
    if (key === "fill") {
      const all = Object.values((response as Asked).series);
      const count = all.reduce((sum, one) => sum + one.missing_slots, 0);
      if (count) this.#unfilled = this.#data;
      return host.text(count ? "health.filling" : "health.nothing_missing", { count });
    }
    const { engine, reason } = response as Trained;
    const why = reason ? whyNoModel(host, reason) : "";
    return engine === "model"
      ? host.text("health.trained_model")
      : host.text("health.trained_rule", { why });
  }

  /** Tell that what was asked for is filled, once the data are newer than the answer and say so. */
  #lookAtFilling(data: Dashboard): void {
    if (!this.#unfilled || data === this.#unfilled || data.history.is_filling) return;
    this.#unfilled = undefined;
    const count = data.history.series.reduce((sum, one) => sum + one.missing_slots, 0);
    const text = this.host.text(count ? "health.filled_some" : "health.filled", { count });
    this.#news = { text, isError: false };
  }

  #tell(text: string, isError = false): void {
    this.#news = { text, isError };
    this.#draw();
  }

  #draw(): void {
    // With a name, or the host might take it for a mere change of states.
    this.host.requestUpdate("doings", this);
  }
}

/** Why no model is at work, as the end of a sentence. */
export function whyNoModel(card: FactoryCard<HealthCardConfig>, reason: string): string {
  const why = card.stateText("engine", reason, "reason");
  return why.charAt(0).toLocaleLowerCase(card.lang) + why.slice(1);
}
